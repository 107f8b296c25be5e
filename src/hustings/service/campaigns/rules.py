"""Who may see mail campaigns, and who changes them."""

from datetime import datetime

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.access.rules import may
from hustings.foundation.core.guard import Level, level_of, may_read
from hustings.service.desk.rules import Refused, Stale

from .models import Change, ChangeKind, Member, Reason

__all__ = [
    "LISTED_FROM",
    "Refused",
    "Stale",
    "is_lifted",
    "may_change",
    "may_export",
    "may_see",
    "may_see_small",
    "may_undo",
    "may_write",
    "readable",
]

FIELDS = ("name", "text", "sponsor", "position", "status", "letters", "people", "first_at", "last_at")
DAYS = ("letters", "first_at", "last_at")  # what a table of letters by day tells
# What a line of the history tells, by its kind (`models.ChangeKind`).
TELLS = {"renamed": "name", "combined": "name", "split": "name", "position": "position", "sponsor": "sponsor",
         "status": "status"}  # fmt: skip
# What each form writes.
WRITES = {"rename": "name", "position": "position", "sponsor": "sponsor", "status": "status", "split": "name"}
LISTED_FROM = 20  # people who wrote the same: from then on it is shown as a campaign
UNDOABLE = (ChangeKind.COMBINED, ChangeKind.SPLIT, ChangeKind.RENAMED)


def may_see(user: User) -> bool:
    """Those who work on letters, each as far as their roles say."""
    return bool(user.is_active and grants_of(user).rows("campaign"))


def may_change(user: User) -> bool:
    """Name, combine, split, say the position, set the standing reply: those whose roles change campaigns."""
    return bool(may_see(user) and may(user, "campaign", "change"))


def may_write(what: str) -> bool:
    """Whether the reader may edit the field that this form (`WRITES`) writes."""
    return what not in WRITES or level_of("campaign", WRITES[what]) >= Level.EDIT


def readable() -> set[str]:
    """The fields of campaigns that the reader may read."""
    return {name for name in FIELDS if may_read("campaign", name)}


def may_export(user: User) -> bool:
    """Take the list, or a campaign's counts, away as a file."""
    return bool(may_see(user) and may(user, "campaign", "export"))


def may_see_small(user: User) -> bool:
    """Also what hardly anybody wrote: its text is nearly that of single letters, so it is for those who see every
    conversation."""
    return may_see(user) and "all" in grants_of(user).rows("inquiry")


def is_lifted(member: Member) -> bool:
    """Whether it waits for a person, in spite of its campaign."""
    return member.reason != Reason.NONE


def may_undo(user: User, change: Change, now: datetime) -> bool:
    """Whoever changes campaigns, as long as it stands: a campaign that was combined wrongly is found days later."""
    return may_change(user) and change.kind in UNDOABLE and change.undone_at is None
