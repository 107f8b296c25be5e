"""What mail campaigns keep of a person: what they added, and the numbers of a letter's words. Membership is ids, and
stays; a campaign's text is what several people sent."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject

from .models import Member, Sheaf, Waiting


def _erase_added(ids: Sequence[int], now: datetime) -> list[str]:
    Member.objects.filter(pk__in=ids).update(added="")
    return []


def _erase_sheaves(ids: Sequence[int], now: datetime) -> list[str]:
    """The whole sheaf: other letters of it are merely compared with no more. Its row stays: others are followed by
    it."""
    Sheaf.objects.filter(pk__in=ids).update(message_ids=[], inquiry_ids=[], person_ids=[], lengths=[], numbers=b"")
    return []


def _erase_waiting(ids: Sequence[int], now: datetime) -> list[str]:
    """It is compared with no other."""
    Waiting.objects.filter(pk__in=ids).delete()
    return []


def _sheaves_of(subject: Subject) -> Q:
    found = subject.ids("inquiry")
    ids = list(found.values_list("pk", flat=True)) if isinstance(found, QuerySet) else list(found)
    return Q(inquiry_ids__overlap=ids)


def register() -> None:
    """Called once, when the app is ready."""
    registry.part(
        Part("campaigns.waiting", _("Letters that are about to be compared with others"),
             rows=Waiting.objects.all, erase=_erase_waiting,
             of=lambda subject: Q(inquiry_id__in=subject.ids("inquiry")), at="at",
             hint=_("They wait for a moment only."))
    )  # fmt: skip
    registry.part(
        Part("campaigns.added", _("What was added to letters of mail campaigns"),
             rows=lambda: Member.objects.exclude(added=""), erase=_erase_added,
             of=lambda subject: Q(inquiry_id__in=subject.ids("inquiry")), at="at", expires=True,
             only=~Q(inquiry__status__in=("open", "snoozed")))
    )  # fmt: skip
    registry.part(
        Part("campaigns.sheaves", _("Numbers of the words of letters, compared with those to come"),
             rows=lambda: Sheaf.objects.exclude(message_ids=[]), erase=_erase_sheaves,
             of=_sheaves_of, at="at",
             hint=_("They go by themselves after thirty days."))
    )  # fmt: skip
