"""Who may do what with tasks."""

from datetime import date, datetime
from typing import Any

from hustings.foundation.access import rules as access
from hustings.foundation.core.clock import zone_of
from hustings.foundation.core.guard import may_read, unveiled
from hustings.foundation.core.refusals import Refused as Refused
from hustings.foundation.core.refusals import Stale as Stale

from .models import Status, Task

RECORD = "task"
LONGEST_TITLE = 200
LONGEST_WORDS = 4000
CODED = ("about", "assignee", "team", "due_on", "status", "made_by", "made_at")


def readable() -> set[str]:
    """Of the fields that a page must know about before it says anything: those that its reader may read."""
    return {name for name in CODED if may_read(RECORD, name)}


def may_see(user: Any) -> bool:
    return access.may(user, RECORD, "see")


def may_give(user: Any) -> bool:
    return access.may(user, RECORD, "add")


def may_change(user: Any) -> bool:
    return access.may(user, RECORD, "change")


def may_export(user: Any) -> bool:
    return access.may(user, RECORD, "export")


# Whose a task is and whether it is over decide what may be done with it, whoever may read them.


def is_open(task: Task) -> bool:
    with unveiled():
        return task.status == Status.OPEN


def is_free(task: Task) -> bool:
    """To be done, and nobody's yet: a team's, or left by who went."""
    with unveiled():
        return task.status == Status.OPEN and task.assignee_id is None


def today(user: Any, now: datetime) -> date:
    """The day it is where this person is."""
    return now.astimezone(zone_of(user.time_zone)).date()
