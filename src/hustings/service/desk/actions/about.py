"""What an inquiry is about, corrected by whoever reads it: each field they settle is a label to learn from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hustings.constituents.topics.actions.labels import refuse_topics, say
from hustings.constituents.topics.models import Label, Read
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import Event, Inquiry
from .changing import change, lock_one
from .counting import counted

FIELDS = {"topics": "topic", "nature": "nature", "urgency": "urgency", "stance": "stance"}


@action
def correct(
    *,
    actor: User,
    inquiry: Inquiry,
    now: datetime,
    topics: Sequence[str] | None = None,
    nature: str | None = None,
    urgency: int | None = None,
    stance: str | None = None,
) -> Event | None:
    """What it is about, as `actor` sees it; what is None is left alone. Topics and nature are labels even where they
    stay as they were: who looked and let them stand says that they are right. Urgency and stance are where they
    change."""
    row = lock_one(actor, inquiry)
    whole = None if topics is None else list(topics)
    given = {"topics": whole, "nature": nature, "urgency": urgency, "stance": stance}
    wanted = {name: value for name, value in given.items() if value is not None}
    if topics is not None:
        refuse_topics(topics, kept=row.topics)
    labels = []
    for field, value in wanted.items():
        was, became = _plain(getattr(row, field)), _plain(value)
        if was != became or (field in ("topics", "nature") and became):
            labels += _say(actor, row, FIELDS[field], was, became, now)
    detail = {"about": wanted, "labels": labels}
    events = change([row], actor=actor, now=now, kind="about", detail=detail, became=lambda _row: wanted)
    return events[0] if events else None


def _plain(value: Any) -> list[str]:
    if isinstance(value, list):
        return value
    return [str(value)] if value not in ("", None) else []


def _say(actor: User, row: Inquiry, field: str, was: list[str], became: list[str], now: datetime) -> list[int]:
    read = Read.objects.filter(inquiry_id=row.pk).values_list("message_id", flat=True).first()
    message_id = read or row.last_message_id
    if message_id is None:  # begun by the campaign: there is no letter to learn from
        return []
    label = say(actor=actor, inquiry_id=row.pk, message_id=message_id, field=field, was=was, values=became, now=now)
    return [label.pk]


def follow_reading(inquiry_ids: Sequence[int], *, now: datetime) -> int:
    """Letters were read anew: their inquiries get the topics, but for those a colleague has spoken on. How many."""
    spoken = Label.objects.filter(inquiry_id__in=inquiry_ids, field="topic", withdrawn_at=None)
    left_alone = set(spoken.values_list("inquiry_id", flat=True))
    read = dict(Read.objects.filter(inquiry_id__in=inquiry_ids).values_list("inquiry_id", "topics"))
    rows = [row for row in Inquiry.objects.filter(pk__in=inquiry_ids).select_for_update() if row.pk not in left_alone]
    for row in rows:
        row.topics = read.get(row.pk, row.topics)
    with counted([row.pk for row in rows], now=now):
        Inquiry.objects.bulk_update(rows, ["topics"])
    if rows:
        live.publish("desk")
    return len(rows)
