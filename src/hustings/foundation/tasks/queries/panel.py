"""A record's tasks on its own page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import may_read
from hustings.foundation.feed.queries.seen import as_read_by, seen_type
from hustings.foundation.feed.queries.showing import Named

from ..models import Task
from ..rules import RECORD, is_free, is_open, may_change, may_give, may_see, today
from . import of_record, open_first

SHOWN, SHOWN_DONE = 8, 3


@dataclass(frozen=True)
class Line:
    """A task as a list shows it. `about`: what it is about, where its reader sees that; `is_about_more`: it is about
    something that they do not see. `tone` of its day: late, warn (today), or nothing. `is_free`: it is nobody's
    yet."""

    task: Task
    about: Named | None
    is_about_more: bool
    tone: str
    may_end: bool
    is_free: bool
    may_take: bool


def lines(user: User, tasks: Sequence[Task], now: datetime, named: Mapping[int, Named] | None = None) -> list[Line]:
    """How these read. `named`: what they are about (`about.named_of`), where that is shown."""
    named, day, may = named or {}, today(user, now), may_change(user)
    knows, knows_whose = may_read(RECORD, "status"), may_read(RECORD, "assignee") and may_read(RECORD, "team")
    found = []
    for one in tasks:
        waits = is_open(one)
        tone = _tone(one.due_on, day) if waits and knows else ""
        unseen = bool(one.record_type) and one.pk not in named
        free = knows and knows_whose and is_free(one)
        found.append(Line(one, named.get(one.pk), unseen, tone, may and waits and knows, free, may and free))
    return found


def _tone(due_on: date | None, day: date) -> str:
    if due_on is None or due_on > day:
        return ""
    return "late" if due_on < day else "warn"


def panel_for(user: User, record_type: str, record: Any, now: datetime) -> dict[str, Any] | None:
    """What the template `tasks/panel.html` reads as `it`: the open tasks about a record, and the newest that are over.
    None where the reader has no tasks, or may not know what they are about. The caller has fetched the record through
    its `visible_to`."""
    kind = seen_type(user, record_type)
    if kind is None or not may_see(user):
        return None
    with as_read_by(user):
        if not may_read(RECORD, "about"):
            return None
        ids = kind.members(record) if kind.members else [record.pk]
        rows = of_record(user, record_type, ids).select_related("assignee", "team")
        found = list(open_first(rows)[: SHOWN + SHOWN_DONE])
        knows = may_read(RECORD, "status")
        waiting = [one for one in found if not knows or is_open(one)]
        over = [one for one in found if knows and not is_open(one)][:SHOWN_DONE]
        gives = may_give(user)
        if not (waiting or over or gives):
            return None
        return {
            "waiting": lines(user, waiting[:SHOWN], now),
            "over": over,
            "more": len(waiting) > SHOWN,
            "may_give": gives,
            "about": f"{record_type}/{record.uid}",
            "record_type": record_type,
            "uid": record.uid,
            "topic": f"tasks:{record_type}:{record.uid}",
        }
