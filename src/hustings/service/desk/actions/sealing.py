"""Out of sight: a possible threat is nobody's but the security leads'. Who may seal is the calling room's to say."""

from datetime import datetime

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import Event, Inquiry
from .changing import change, lock


@action
def mark_sealed(*, inquiry: Inquiry, actor: User | None, now: datetime) -> Event | None:
    """Take it from everyone at once, its assignee too. None when it was sealed already."""
    events = change(
        lock(None, [inquiry.pk]), actor=actor, now=now, kind="sealed", undoable=False,
        became=lambda _row: {"is_sealed": True, "assignee_id": None},
    )  # fmt: skip
    live.publish("security")
    return events[0] if events else None


@action
def mark_unsealed(*, inquiry: Inquiry, actor: User, now: datetime) -> Event | None:
    """Back to its queue. None when it was not sealed."""
    events = change(
        lock(None, [inquiry.pk]), actor=actor, now=now, kind="unsealed", undoable=False,
        became=lambda _row: {"is_sealed": False},
    )  # fmt: skip
    live.publish("security")
    return events[0] if events else None
