"""Who may see mail campaigns, and who changes them."""

from datetime import datetime

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.access.rules import may
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
]

LISTED_FROM = 20  # people who wrote the same: from then on it is shown as a campaign
UNDOABLE = (ChangeKind.COMBINED, ChangeKind.SPLIT, ChangeKind.RENAMED)


def may_see(user: User) -> bool:
    """Those who work on letters, each as far as their roles say."""
    return bool(user.is_active and grants_of(user).rows("campaign"))


def may_change(user: User) -> bool:
    """Name, combine, split, say the position, set the standing reply: those whose roles change campaigns."""
    return bool(may_see(user) and may(user, "campaign", "change"))


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
