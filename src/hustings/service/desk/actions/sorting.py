"""What an inquiry is about and what its writer wants, put right: the counts follow."""

from datetime import datetime

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import Event, Inquiry
from .changing import change, lock_one


@action
def sort_inquiry(
    *, actor: User | None, inquiry: Inquiry, topic: str | None = None, nature: str | None = None, now: datetime
) -> Event | None:
    """Under this topic (the first where it has several) and of this nature, by their slugs; None leaves one as it is.
    None when nothing changed."""
    given = {name: value for name, value in (("topic", topic), ("nature", nature)) if value is not None}
    events = change(
        [lock_one(actor, inquiry)], actor=actor, now=now, kind="sorted", detail=given, became=lambda _row: given
    )
    return events[0] if events else None
