"""Changing the taxonomy. Each change is a row with what was and what became of it, and begins a version."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import Area, Change, Topic
from ..rules import RESERVED, Refused, may_edit, slug_of

STARTER = Path(__file__).parent.parent / "starter.json"
LOCK = 0x546F7069  # changes are rare and done by hand: one at a time keeps versions in a row and merges a forest
FACTS = ("area", "names", "words", "examples", "queue_hint", "apply_from", "suggest_from")


def one_at_a_time() -> None:
    """Until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def refuse_others(actor: User | None) -> None:
    """Raise Refused for who may not edit; None is the house itself."""
    if actor is not None and not may_edit(actor):
        raise Refused(_("Only leads and administrators change topics. Nothing was changed."))


@action
def ensure_taxonomy(*, now: datetime) -> None:
    """The starter, where there is no taxonomy yet: a national campaign's areas and topics in English and Spanish.
    Nothing happens where there is one, whatever was done to it."""
    if Change.objects.exists():
        return
    one_at_a_time()
    if Change.objects.exists():
        return
    for place, area in enumerate(json.loads(STARTER.read_text(encoding="utf-8")), start=1):
        row = Area.objects.create(slug=area["slug"], names=area["names"], position=place * 10)
        Topic.objects.bulk_create(
            Topic(area=row, position=at * 10, **topic) for at, topic in enumerate(area["topics"], start=1)
        )
    note(actor=None, kind="began", detail={"topics": Topic.objects.count()}, now=now)


@action
def save_area(*, actor: User, area: Area | None, names: Mapping[str, str], now: datetime) -> Area:
    """Add an area, or with `area` rename it."""
    refuse_others(actor)
    one_at_a_time()
    row = Area.objects.select_for_update().get(pk=area.pk) if area else Area()
    if area is None:
        taken = set(Area.objects.values_list("slug", flat=True))
        row.slug = slug_of(names, taken)
        row.position = (Area.objects.aggregate(last=Max("position"))["last"] or 0) + 10
    was, row.names = dict(row.names), dict(names)
    row.save()
    note(
        actor=actor, kind="area_changed" if area else "area_added", area=row, detail={"was": was, "became": row.names},
        now=now,
    )  # fmt: skip
    return row


@action
def save_topic(*, actor: User, topic: Topic | None, now: datetime, **facts: Any) -> Topic:
    """Add a topic, or with `topic` change it: what is given of FACTS. Its slug stays as it was."""
    refuse_others(actor)
    one_at_a_time()
    row = Topic.objects.select_for_update().get(pk=topic.pk) if topic else Topic()
    was = told(row) if topic else {}
    for name in FACTS:
        if name in facts:
            setattr(row, name, facts[name])
    if topic is None:
        row.slug = free_slug(row.names)
        row.position = (row.area.topics.aggregate(last=Max("position"))["last"] or 0) + 10
    row.save()
    became = told(row)
    changed = sorted(name for name in became if was.get(name) != became[name])
    if topic is None or changed:
        kept = {"was": {name: was.get(name) for name in changed}, "became": {name: became[name] for name in changed}}
        note(actor=actor, kind="changed" if topic else "added", topic=row, detail=kept, now=now)
    return row


def free_slug(names: Mapping[str, str]) -> str:
    """A slug for a new topic: neither another's nor the address of a page."""
    return slug_of(names, {*RESERVED, *Topic.objects.values_list("slug", flat=True)})


@action
def retire(*, actor: User, topic: Topic, now: datetime) -> None:
    """Letters get it no more; those that have it keep it."""
    refuse_others(actor)
    one_at_a_time()
    if Topic.objects.filter(pk=topic.pk, retired_at=None).update(retired_at=now):
        note(actor=actor, kind="retired", topic=topic, detail={}, now=now)


@action
def restore(*, actor: User, topic: Topic, now: datetime) -> None:
    """Letters get it again."""
    refuse_others(actor)
    one_at_a_time()
    if Topic.objects.filter(pk=topic.pk).exclude(retired_at=None).update(retired_at=None):
        note(actor=actor, kind="restored", topic=topic, detail={}, now=now)


def told(row: Topic) -> dict[str, Any]:
    """What the history keeps of a topic."""
    facts = {name: getattr(row, name) for name in FACTS if name != "area"}
    return {**facts, "area": row.area.slug}


def note(
    *,
    actor: User | None,
    kind: str,
    now: datetime,
    detail: Mapping[str, Any],
    topic: Topic | None = None,
    area: Area | None = None,
) -> Change:
    """Write the change down and tell. The lock is held."""
    number = (Change.objects.aggregate(newest=Max("number"))["newest"] or 0) + 1
    row = Change.objects.create(number=number, at=now, by=actor, kind=kind, topic=topic, area=area, detail=dict(detail))
    if actor is not None:
        uid = topic.uid if topic else area.uid if area else None
        kept = {"version": number, "kind": kind, "slug": topic.slug if topic else area.slug if area else ""}
        record_audit(actor=actor, action="topics.changed", record_type="topic", record_uid=uid, detail=kept, now=now)
    live.publish("topics")
    return row
