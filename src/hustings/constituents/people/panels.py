"""What the rooms below put on a person's page: the fields the campaign added, the approvals, the feed."""

from typing import Any

from hustings.foundation.access.models import User
from hustings.foundation.automation.queries import panel_for as approvals_for
from hustings.foundation.feed.queries import panel_for as feed_for
from hustings.foundation.objects.queries.fields import panel_for as fields_for

from . import registry
from .registry import Page


def register() -> None:
    """Called once, when the application is ready."""
    registry.panel("added", 12, "objects/panel.html", added_of)
    registry.panel("approvals", 17, "automation/panel.html", approvals_of)
    registry.panel("feed", 20, "feed/panel.html", feed_of)


def added_of(user: User, page: Page) -> dict[str, Any] | None:
    """The whole person's; records merged into it keep theirs for when they are taken apart."""
    return fields_for(user, "person", page.person)


def approvals_of(user: User, page: Page) -> dict[str, Any] | None:
    """What was asked for about this person, and what can be."""
    shown = approvals_for(user, "person", page.person, page.now)
    return shown if shown["approvals"] or shown["processes"] else None


def feed_of(user: User, page: Page) -> dict[str, Any] | None:
    """What colleagues posted about the whole person; their merged records have no feed of their own."""
    return feed_for(user, "person", page.person)
