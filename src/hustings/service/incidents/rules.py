"""Who may do what with incidents."""

from typing import Any

from hustings.foundation.access import rules as access
from hustings.foundation.core.guard import may_read
from hustings.foundation.core.refusals import Refused as Refused

RECORD = "incident"
CODED = ("kind", "place", "at", "status", "reported_at")
ABILITY = "protect_voters"


def readable() -> set[str]:
    """Of the fields that a page must know about before it says anything: those that its reader may read."""
    return {name for name in CODED if may_read(RECORD, name)}


def may_see(user: Any) -> bool:
    return access.may(user, RECORD, "see")


def may_report(user: Any) -> bool:
    return access.may(user, RECORD, "add")


def may_change(user: Any) -> bool:
    return access.may(user, RECORD, "change")


def may_close(user: Any) -> bool:
    """Voter protection alone: an incident stays open until they say so."""
    return access.can(user, ABILITY)


def may_export(user: Any) -> bool:
    return access.may(user, RECORD, "export")
