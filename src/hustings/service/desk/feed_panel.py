"""The feed of a conversation, in the pane beside it."""

from typing import Any

from hustings.foundation.access.models import User
from hustings.foundation.feed.queries import panel_for

from . import registry
from .models import Inquiry


def register() -> None:
    """Called once, when the app is ready."""
    registry.panel("desk.feed", 60, "feed/panel.html", feed_of)


def feed_of(user: User, inquiry: Inquiry) -> dict[str, Any] | None:
    """What colleagues posted about this conversation, and what of it was changed."""
    return panel_for(user, "inquiry", inquiry)
