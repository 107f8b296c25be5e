"""What the rooms below keep that can go: access. (Rooms above tell theirs in their own `erasing` modules.)"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.actions.audit import let_go_of_readings
from hustings.foundation.access.models import AuditEntry, AuditValues, HourOfReading, Session, User
from hustings.foundation.access.registry import say, say_kinds

from . import registry
from .registry import Part, Subject, deleting

AUDITED = {
    "schedule.set": _("changed how long something is kept"),
    "expired": _("let go of what was due"),
    "hold.placed": _("placed a legal hold"),
    "hold.released": _("released a legal hold"),
    "erasure.asked": _("asked to erase a person"),
    "erasure.agreed": _("agreed to erase a person"),
    "erasure.refused": _("refused to erase a person"),
    "erasure.withdrawn": _("took back a wish to erase a person"),
    "person.erased": _("erased a person"),
}


def _readings() -> Any:
    return AuditEntry.objects.filter(action="read")


def _readings_of(subject: Subject) -> Q:
    """Who read their records, and what they read themselves where they are a colleague, known by the address."""
    colleagues = User.objects.filter(email__in=subject.values("email"))
    return subject.about("record_type", "record_id__in") | Q(actor_id__in=colleagues.values("pk"))


def _let_go_of_readings(ids: Sequence[int], now: datetime) -> list[str]:
    let_go_of_readings(ids)
    return []


def register() -> None:
    """Called once, when the app is ready."""
    say(AUDITED)
    say_kinds({"hold": _("Legal hold"), "erasure": _("Erasure"), "schedule": _("How long something is kept")})
    registry.part(
        Part(
            "access.values",
            _("Audit: what fields were before and after a change"),
            rows=AuditValues.objects.all,
            erase=deleting(AuditValues),
            of=lambda subject: subject.about("entry__record_type", "entry__record_id__in"),
            at="entry__at",
            expires=True,
            least_days=90,
            hint=_("That it was changed, when and by whom stays for ever."),
        )
    )
    registry.part(
        Part(
            "access.readings",
            _("Audit: who read which sensitive fields"),
            rows=_readings,
            erase=_let_go_of_readings,
            of=_readings_of,
            at="at",
            expires=True,
            least_days=366,  # the database lets no younger line go
            hint=_("Who changed, exported or was granted what stays for ever."),
            stays=True,
            at_once=5000,
        )
    )
    registry.part(
        Part(
            "access.hours",
            _("Audit: how much each colleague read in an hour"),
            rows=HourOfReading.objects.all,
            erase=deleting(HourOfReading),
            at="hour",
            expires=True,
            hint=_("What is usual is told from the last weeks."),
        )
    )
    registry.part(
        Part(
            "access.sessions",
            _("Sessions: browsers that were signed in"),
            rows=Session.objects.all,
            erase=deleting(Session),
            at="began_at",
            expires=True,
            hint=_("Older ones are signed out."),
        )
    )
