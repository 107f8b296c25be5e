"""The feed of a person, on their page."""

from typing import Any

from hustings.foundation.access.models import User
from hustings.foundation.feed.queries import panel_for

from . import registry
from .registry import Page


def register() -> None:
    """Called once, when the application is ready."""
    registry.panel("feed", 20, "feed/panel.html", feed_of)


def feed_of(user: User, page: Page) -> dict[str, Any] | None:
    """What colleagues posted about the whole person; their merged records have no feed of their own."""
    return panel_for(user, "person", page.person)
