"""What tasks keep that can go: the words of those about a person, a conversation, or a record of theirs. That something
was to be done, by whom and until when, stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject

from .models import Status, Task
from .rules import RECORD


def _of(subject: Subject) -> Q:
    return Q(pk__in=subject.ids(RECORD))


def _tasks(subject: Subject) -> Any:
    if RECORD in subject.records:
        return subject.records[RECORD]
    return Task.objects.filter(subject.about("record_type", "record_id__in")).values("pk")


def _worded() -> QuerySet[Task]:
    return Task.objects.exclude(title="", words="")


def _erase(ids: Sequence[int], now: datetime) -> list[str]:
    Task.objects.filter(pk__in=ids).update(title="", words="")
    return []


def register() -> None:
    """Called once, when the app is ready: after the other rooms, since a task can be about any record of theirs."""
    registry.relate(RECORD, _tasks, by="about")
    registry.part(
        Part("tasks.words", _("Tasks: what was to be done"), rows=_worded, erase=_erase, of=_of, at="made_at",
             expires=True, itself=RECORD, only=~Q(status=Status.OPEN),
             hint=_("What is still to be done never expires."))
    )  # fmt: skip
