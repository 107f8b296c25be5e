"""What tasks bring of record types: the task, and which column carries which field."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import Team, User
from hustings.foundation.core import records
from hustings.foundation.core.guard.attributes import mask_code, mask_words
from hustings.foundation.core.records import CHOICE, DATE, LONG_TEXT, MOMENT, USER, Column, Field, RecordType

from . import queries
from .actions import changing, giving
from .models import Status, Task
from .queries.about import reference_of
from .rules import RECORD

WHAT, WHO = gettext_lazy("What is to be done"), gettext_lazy("Who does it")


def teams() -> list[tuple[str, str]]:
    return [(str(uid), name) for uid, name in Team.objects.order_by("name").values_list("uid", "name")]


def _with_people(rows: Sequence[Task]) -> None:
    prefetch_related_objects(list(rows), "assignee", "team", "made_by")


def _user(value: Any) -> User | None:
    """A colleague, given as such or by id."""
    return value if isinstance(value, User) or value is None else User.objects.get(pk=value)


def _team(value: Any) -> Team | None:
    if not value:
        return None
    try:
        return Team.objects.get(uid=UUID(str(value)))
    except (ValueError, Team.DoesNotExist):
        raise ValidationError({"team": _("There is no such team.")}) from None


def _day(value: Any) -> date | None:
    return value or None


def _same(value: Any) -> str:
    return value or ""


VALUES: dict[str, Any] = {"title": _same, "words": _same, "assignee": _user, "team": _team, "due_on": _day}


def _set(name: str) -> Any:
    def change(*, actor: User, record: Task, value: Any, now: datetime) -> None:
        changing.change_task(actor=actor, task=record, now=now, **{name: VALUES[name](value)})

    return change


def _set_status(*, actor: User, record: Task, value: str, now: datetime) -> None:
    acts = {
        Status.OPEN: changing.reopen_task,
        Status.DONE: changing.finish_task,
        Status.DROPPED: changing.drop_task,
    }
    if value not in Status.values:
        raise ValidationError({"status": _("A task is open, done or dropped.")})
    acts[Status(value)](actor=actor, task=record, now=now)


def _make(*, actor: User, values: dict[str, Any], now: datetime) -> Task:
    given = {name: VALUES[name](value) for name, value in values.items() if name in VALUES}
    return giving.give_task(actor=actor, now=now, about=values.get("about") or "", **{"title": "", **given})


def _columns(*names: str, mask: Any = None) -> tuple[Column, ...]:
    return tuple(Column(Task, name, mask=mask) for name in names)


def _work() -> list[Field]:
    return [
        Field("assignee", gettext_lazy("For whom"), kind=USER, columns=_columns("assignee"), path="assignee__uid",
              read=lambda one: one.assignee, fetch=_with_people, change=_set("assignee"), tracked=True, group=WHO),
        Field("team", gettext_lazy("For which team"), kind=CHOICE, choices=teams, columns=_columns("team"),
              path="team__uid", read=lambda one: str(one.team.uid) if one.team else "", fetch=_with_people,
              change=_set("team"), group=WHO),
        Field("due_on", gettext_lazy("Due on"), kind=DATE, columns=_columns("due_on", "told_due_on"), path="due_on",
              change=_set("due_on"), tracked=True, group=WHAT),
        Field("status", gettext_lazy("Status"), kind=CHOICE, choices=Status.choices, path="status",
              columns=(*_columns("status", mask=mask_code), *_columns("ended_at", "ended_by")), change=_set_status,
              tracked=True, group=WHO),
        Field("made_by", gettext_lazy("Given by"), kind=USER, columns=_columns("made_by"), path="made_by__uid",
              read=lambda one: one.made_by, fetch=_with_people, group=WHO),
        Field("made_at", gettext_lazy("Given"), kind=MOMENT, columns=_columns("made_at"), path="made_at", group=WHO),
    ]  # fmt: skip


def register() -> None:
    """Called once, when the app is ready."""
    records.register(
        RecordType(
            RECORD,
            gettext_lazy("Task"),
            gettext_lazy("Tasks"),
            model=Task,
            visible_to=queries.visible_to,
            fields=[
                Field("title", gettext_lazy("What is to be done"), columns=_columns("title", mask=mask_words),
                      path="title", change=_set("title"), group=WHAT),
                Field("words", gettext_lazy("More about it"), kind=LONG_TEXT, path="words",
                      columns=_columns("words", mask=mask_words), change=_set("words"), group=WHAT),
                Field("about", gettext_lazy("About"), read=reference_of, group=WHAT,
                      columns=(*_columns("record_type", mask=mask_code), *_columns("record_id", "record_uid"))),
                *_work(),
            ],
            title=lambda task: str(task) or _("Task"),
            make=_make,
            about="about",
            verbs=("see", "add", "change", "export"),
            rows=("all", "team", "assigned"),
            icon="clipboard-list",
        )
    )  # fmt: skip
