"""What bulk replies keep that can go: the addresses they were sent to. That somebody was answered stays, without who
it was; an answer that has not left does not leave."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject
from hustings.service.correspondence.models import ReplyState

from .models import Claim, Copy, CopyState, Why
from .rules import ADDRESSES

OVER = (CopyState.LEAVING, CopyState.READY, CopyState.COVERED)


def _of(subject: Subject) -> Q:
    return (
        Q(inquiry_id__in=subject.ids("inquiry"))
        | Q(person_id__in=subject.person_ids)
        | Q(address__in=subject.values("email"))
    )


def _erase(ids: Sequence[int], now: datetime) -> list[str]:
    rows = Copy.objects.filter(pk__in=ids)
    Claim.objects.filter(copy_id__in=ids, copy__state=CopyState.READY).delete()
    rows.filter(state__in=(CopyState.READY, CopyState.COVERED)).update(state=CopyState.LEFT_OUT, why=Why.ERASED)
    # Their replies went before, by order: what they hold in the outbox was emptied and never leaves.
    unsent = rows.filter(state=CopyState.LEAVING, reply__state=ReplyState.UNDONE)
    Copy.objects.filter(pk__in=list(unsent.values_list("pk", flat=True))).update(
        state=CopyState.TAKEN_BACK, why=Why.ERASED
    )
    rows.update(address="", detail="")
    return []


def register() -> None:
    """Called once, when the app is ready."""
    registry.part(
        Part(ADDRESSES, _("Bulk replies: to whom"), rows=lambda: Copy.objects.exclude(address=""), erase=_erase,
             of=_of, at="bulk__made_at", expires=True, only=~Q(state__in=OVER), order=25)
    )  # fmt: skip
