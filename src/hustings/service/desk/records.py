"""What the desk brings of record types: the inquiry, and which column carries which field."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from hustings.constituents.topics.queries import taxonomy
from hustings.constituents.topics.rules import NATURES, STANCES, URGENCIES
from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.guard.attributes import mask_code, mask_words
from hustings.foundation.core.records import (
    CHOICE,
    CHOICES,
    LONG_TEXT,
    MOMENT,
    PLACE,
    USER,
    Column,
    Field,
    RecordType,
)

from .actions import about, life
from .models import Channel, Inquiry, Note, Priority, Queue, Status
from .queries import inquiries
from .rows import name_of

NOTED, MOST_NOTES = "_noted", 20  # kept on an inquiry whose notes were read with many others'
WHAT, WORK = _("What they ask"), _("The work on it")


def _queues() -> list[tuple[str, str]]:
    return list(Queue.objects.order_by("position", "id").values_list("slug", "name"))


def _set_priority(*, actor: User, record: Inquiry, value: str, now: datetime) -> None:
    life.set_priority(actor=actor, inquiry=record, priority=Priority(int(value)), now=now)


def _set_tags(*, actor: User, record: Inquiry, value: list[str], now: datetime) -> None:
    gone = sorted(set(record.tags) - set(value))
    life.tag(actor=actor, inquiry=record, add=value, remove=gone, now=now)


def _set_queue(*, actor: User, record: Inquiry, value: str, now: datetime) -> None:
    life.move_queue(actor=actor, inquiry=record, queue=Queue.objects.get(slug=value), now=now)


def _noted(rows: Iterable[Inquiry]) -> dict[int, list[Note]]:
    """The newest notes by inquiry, those on what was merged into it among them."""
    with unveiled():
        whole = inquiries.whole_of(row.pk for row in rows)
        place = Window(RowNumber(), partition_by="inquiry_id", order_by=[F("at").desc(), F("id").desc()])
        wholes: dict[int, list[int]] = {}
        for member, inquiry_id in whole:
            wholes.setdefault(member, []).append(inquiry_id)
        notes = Note.objects.filter(inquiry_id__in=wholes).annotate(place=place)
        found: dict[int, list[Note]] = {}
        for note in notes.filter(place__lte=MOST_NOTES).order_by("-at", "-id"):
            for inquiry_id in wholes[note.inquiry_id]:
                found.setdefault(inquiry_id, []).append(note)
    return found


def _note_many(rows: Sequence[Inquiry]) -> None:
    found = _noted(rows)
    for row in rows:
        row.__dict__[NOTED] = found.get(row.pk, [])


def _notes(inquiry: Inquiry) -> list[str]:
    kept = inquiry.__dict__.get(NOTED)
    notes = _noted([inquiry]).get(inquiry.pk, []) if kept is None else kept
    return [note.text for note in notes[:MOST_NOTES]]


def _with_work(rows: Sequence[Inquiry]) -> None:
    prefetch_related_objects(list(rows), "queue", "assignee")


def _columns(model: Any, *names: str, **more: Any) -> tuple[Column, ...]:
    return tuple(Column(model, name, **more) for name in names)


def _codes(*names: str) -> tuple[Column, ...]:
    """Columns of one among a few codes, which are shown whole or not at all."""
    text = (models.CharField, models.TextField)
    mask = {name: mask_code for name in names if isinstance(Inquiry._meta.get_field(name), text)}
    return tuple(Column(Inquiry, name, mask=mask.get(name)) for name in names)


def _what() -> list[Field]:
    return [
        Field("subject", _("Subject"), columns=_columns(Inquiry, "subject"), group=WHAT),
        Field("snippet", _("First words"), columns=_columns(Inquiry, "snippet"), group=WHAT),
        Field(
            "notes",
            _("Notes"),
            kind=LONG_TEXT,
            columns=_notes_columns(),
            read=_notes,
            fetch=_note_many,
            group=WHAT,
        ),
        Field("language", _("Language"), columns=_codes("language"), path="language", group=WHAT),
        Field("place", _("State"), kind=PLACE, columns=_codes("state_code", "county_fips"), path="state_code",
              read=lambda one: one.state_code, group=WHAT),
        Field("channel", _("Channel"), kind=CHOICE, columns=_codes("channel"), choices=Channel.choices, path="channel",
              group=WHAT),
    ]  # fmt: skip


def _work() -> list[Field]:
    return [
        Field("opened_at", _("Came"), kind=MOMENT, columns=_codes("opened_at"), path="opened_at", group=WORK),
        Field("due_at", _("Due"), kind=MOMENT, columns=_codes("due_at"), path="due_at", group=WORK),
        Field(
            *("status", _("Status")),
            kind=CHOICE,
            columns=_codes("status", "stage", "answered_at", "closed_at", "snoozed_until"),
            choices=Status.choices,
            path="status",
            tracked=True,
            group=WORK,
        ),
        Field(
            *("queue", _("Queue")),
            kind=CHOICE,
            choices=_queues,
            columns=_codes("queue"),
            path="queue__slug",
            read=lambda one: one.queue.slug if one.queue else "",
            fetch=_with_work,
            change=_set_queue,
            tracked=True,
            group=WORK,
        ),
        Field(
            *("priority", _("Priority")),
            kind=CHOICE,
            columns=_codes("priority"),
            choices=[(str(value), label) for value, label in Priority.choices],
            path="priority",
            change=_set_priority,
            group=WORK,
        ),
        Field(
            *("assignee", _("Assigned to")),
            kind=USER,
            columns=_codes("assignee"),
            path="assignee__uid",
            read=lambda one: one.assignee,
            fetch=_with_work,
            tracked=True,
            group=WORK,
        ),
        Field(
            *("tags", _("Tags")),
            kind=CHOICES,
            columns=_columns(Inquiry, "tags"),
            path="tags",
            change=_set_tags,
            group=WORK,
        ),
    ]


def _topics() -> list[tuple[str, str]]:
    return [pair for _area, pairs in taxonomy.choices() for pair in pairs]


def _with_topics(rows: Sequence[Inquiry]) -> None:
    whole = taxonomy.tops() if any(row.topics for row in rows) else {}
    for row in rows:
        row.__dict__["whole_topics"] = taxonomy.as_read(row.topics, whole)


def _read_topics(inquiry: Inquiry) -> list[str]:
    """As they are read today: merged ones as what they were merged into."""
    if "whole_topics" not in inquiry.__dict__:
        _with_topics([inquiry])
    topics: list[str] = inquiry.__dict__["whole_topics"]
    return topics


# What "null" means: no topic, nature or stance, and no hurry.
NOTHING_SAID: dict[str, Any] = {"topics": [], "nature": "", "urgency": 0, "stance": ""}


def _set_about(name: str) -> Any:
    def change(*, actor: User, record: Inquiry, value: Any, now: datetime) -> None:
        given: dict[str, Any] = {name: NOTHING_SAID[name] if value is None else value}
        if name == "urgency":
            given[name] = int(given[name])
        about.correct(actor=actor, inquiry=record, now=now, **given)

    return change


def _about() -> tuple[Field, ...]:
    """What it is about. Rules, history and the API see the slugs."""
    urgencies = [(str(number), label) for number, label in URGENCIES]
    return (
        Field(
            *("topic", _("Topic")), kind=CHOICES, columns=_codes("topics"), choices=_topics, path="topics",
            read=_read_topics, fetch=_with_topics, change=_set_about("topics"), group=WHAT,
        ),
        Field("nature", _("What they want"), kind=CHOICE, columns=_codes("nature"), choices=NATURES, path="nature",
              change=_set_about("nature"), group=WHAT),
        Field("urgency", _("How soon"), kind=CHOICE, columns=_codes("urgency"), choices=urgencies, path="urgency",
              change=_set_about("urgency"), group=WHAT),
        Field("stance", _("On the topic"), kind=CHOICE, columns=_codes("stance"), choices=STANCES, path="stance",
              change=_set_about("stance"), group=WHAT),
    )  # fmt: skip


def register() -> None:
    """Called once, when the app is ready."""
    records.register(
        RecordType(
            "inquiry",
            _("Conversation"),
            _("Conversations"),
            model=Inquiry,
            visible_to=inquiries.visible_to,
            fields=[*_what(), *_about(), *_work()],
            title=lambda inquiry: str(inquiry) or name_of(inquiry),
            url=lambda inquiry: f"/i/{inquiry.uid}/",
            person_of=lambda inquiry: inquiry.person_id,
            members=inquiries.ids_of_whole,
            verbs=("see", "add", "change", "export"),
            rows=("all", "team", "state", "county", "assigned"),
            icon="inbox",
        )
    )


def _notes_columns() -> tuple[Column, ...]:
    return _columns(Note, "text", owner="inquiry_id", mask=mask_words)
