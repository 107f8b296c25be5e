"""The feed of a record, on its page."""

from typing import Any

from hustings.foundation.access.models import User
from hustings.foundation.feed.queries import panel_for

from . import registry
from .models import CustomRecord
from .queries.shape import shape


def register() -> None:
    """Called once, when the app is ready."""
    registry.panel("feed", 20, "feed/panel.html", feed_of)


def feed_of(user: User, record: CustomRecord) -> dict[str, Any] | None:
    return panel_for(user, shape().objects[record.object_id].record, record)
