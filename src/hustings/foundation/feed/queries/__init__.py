"""Reading feeds. What other rooms show of them: `panel_for`."""

from typing import Any

from hustings.foundation.access.models import User

from .following import state_of
from .seen import as_read_by, seen_type
from .showing import named
from .stream import record_feed

PANEL_POSTS = 4


def panel_for(user: User, record_type: str, record: Any, *, most: int = PANEL_POSTS) -> dict[str, Any] | None:
    """A record's feed for a part of its own page: give it as `it` to the template `feed/panel.html`. None when the
    user's roles show no record of the type. The caller has fetched the record through its `visible_to`."""
    if seen_type(user, record_type) is None:
        return None
    ref = (record_type, record.pk)
    page = record_feed(user, ref, record, most=most, comments=1)
    with as_read_by(user):
        return {
            "record": named(record_type, record),
            "shown": page.shown,
            "more": page.before is not None,
            "state": state_of(user, ref),
            "topic": f"feed:{record_type}:{record.uid}",
            "user": user,
        }
