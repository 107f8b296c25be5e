"""The feed of a conversation and its tasks, in the pane beside it."""

from typing import Any

from hustings.foundation.access.models import User
from hustings.foundation.core.clock import now
from hustings.foundation.feed.queries import panel_for as feed_for
from hustings.foundation.tasks.queries.panel import panel_for as tasks_for

from . import registry
from .models import Inquiry


def register() -> None:
    """Called once, when the app is ready."""
    registry.panel("desk.tasks", 57, "tasks/panel.html", tasks_of)
    registry.panel("desk.feed", 60, "feed/panel.html", feed_of)


def feed_of(user: User, inquiry: Inquiry) -> dict[str, Any] | None:
    """What colleagues posted about this conversation, and what of it was changed."""
    return feed_for(user, "inquiry", inquiry)


def tasks_of(user: User, inquiry: Inquiry) -> dict[str, Any] | None:
    """What is to be done about this conversation."""
    return tasks_for(user, "inquiry", inquiry, now())
