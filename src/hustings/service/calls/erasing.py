"""What calls keep that can go: what was written down of them. That somebody was called, and told which words, stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject

from .models import Call
from .rules import RECORD


def _theirs(subject: Subject) -> Q:
    return Q(person_id__in=subject.person_ids) | Q(inquiry_id__in=subject.ids("inquiry"))


def _calls(subject: Subject) -> Any:
    if RECORD in subject.records:
        return subject.records[RECORD]
    return Call.objects.filter(_theirs(subject)).values("pk")


def _erase(ids: Sequence[int], now: datetime) -> list[str]:
    Call.objects.filter(pk__in=ids).update(note="")
    return []


def register() -> None:
    """Called once, when the app is ready."""
    registry.relate(RECORD, _calls)
    registry.part(
        Part("calls.notes", _("Calls: what was noted"), rows=lambda: Call.objects.exclude(note=""), erase=_erase,
             of=_theirs, at="ended_at", expires=True, itself=RECORD)
    )  # fmt: skip
