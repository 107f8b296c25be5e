"""Who may keep, hold and erase: predicates on users."""

from hashlib import sha256
from hmac import new

from django.conf import settings

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import can

LONGEST_DAYS = 36_500  # that a schedule keeps anything, but for ever


def sets_schedules(user: User) -> bool:
    """May say how long things are kept: who has the ability, and counsel."""
    return can(user, "retention") or can(user, "legal_hold")


def holds(user: User) -> bool:
    """May hold records for a legal case, release them, and know what is held."""
    return can(user, "legal_hold")


def erases(user: User) -> bool:
    """May ask for and agree to an erasure."""
    return can(user, "erase")


def mark_of(kind: str, value: str) -> str:
    """A keyed hash of an address or number: it is recognised again, and nobody reads it back without our key."""
    told = f"{kind}:{value.strip().lower()}".encode()
    return new(settings.SECRET_KEY.encode() + b" erased", told, sha256).hexdigest()
