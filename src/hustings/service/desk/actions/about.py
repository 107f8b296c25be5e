"""What an inquiry is about, corrected by whoever reads it: each field they settle is a label to learn from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hustings.constituents.topics.actions.labels import refuse_topics, say
from hustings.constituents.topics.models import Label, Read
from hustings.constituents.topics.queries.taxonomy import as_read, tops
from hustings.constituents.topics.rules import in_place_of
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import Event, Inquiry
from .changing import change, lock, lock_one
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
    teaches: bool = False,
) -> Event | None:
    """What it is about, as `actor` sees it; what is None is left alone. With `teaches` it is the word of a person who
    has read the letter, and models learn from it: topics and nature are labels even where they stay as they were, since
    who looked and let them stand says that they are right; urgency and stance are where they change. A rule or a
    program says nothing to learn from."""
    row = lock_one(actor, inquiry)
    given: dict[str, Any] = {"topics": topics, "nature": nature, "urgency": urgency, "stance": stance}
    wanted = {name: list(value) if name == "topics" else value for name, value in given.items() if value is not None}
    had = as_read(row.topics, tops()) if topics is not None else []
    refuse_topics(topics or (), kept=had)
    labels = []
    for field, value in wanted.items():
        was, became = _plain(had if field == "topics" else getattr(row, field)), _plain(value)
        if teaches and (was != became or (field in ("topics", "nature") and became)):
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


def follow_reading(slugs: Sequence[str], became: Mapping[int, Sequence[str]], *, now: datetime) -> int:
    """Letters were read anew: by inquiry, the topics that stand now in place of `slugs`, but for those a colleague has
    spoken on. How many have other topics now. In the caller's transaction."""
    rows = lock(None, became)
    spoken = Label.objects.filter(inquiry_id__in=list(became), field="topic", withdrawn_at=None)
    left_alone = set(spoken.values_list("inquiry_id", flat=True))
    changed = []
    for row in rows:
        topics = in_place_of(slugs, became[row.pk], row.topics)
        if row.pk not in left_alone and topics != row.topics:
            row.topics = topics
            changed.append(row)
    with counted([row.pk for row in changed], now=now):
        Inquiry.objects.bulk_update(changed, ["topics"])
    if changed:
        live.publish("desk")
    return len(changed)
