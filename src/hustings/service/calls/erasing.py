"""What calls keep that can go: what was written down of them. That somebody was called, and told which words, stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject

from .models import Call, Undoing
from .rules import RECORD


def _theirs(subject: Subject) -> Q:
    return Q(person_id__in=subject.person_ids) | Q(inquiry_id__in=subject.ids("inquiry"))


def _calls(subject: Subject) -> Any:
    if RECORD in subject.records:
        return subject.records[RECORD]
    return Call.objects.filter(_theirs(subject)).values("pk")


def _written() -> QuerySet[Call]:
    return Call.objects.filter(~Q(note="") | Q(undoing__isnull=False) & ~Q(undoing__because=""))


def _erase(ids: Sequence[int], now: datetime) -> list[str]:
    Call.objects.filter(pk__in=ids).update(note="")
    Undoing.objects.filter(call_id__in=ids).update(because="")
    return []


def register() -> None:
    """Called once, when the app is ready."""
    registry.relate(RECORD, _calls)
    registry.part(
        Part("calls.notes", _("Calls: what was noted"), rows=_written, erase=_erase,
             of=_theirs, at="ended_at", expires=True, itself=RECORD)
    )  # fmt: skip
