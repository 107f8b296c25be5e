"""Counsel's notes on a conversation, in the pane beside it."""

from typing import Any

from hustings.constituents.confidences.queries.panels import panel_for
from hustings.foundation.access.models import User

from . import registry
from .models import Inquiry
from .queries.inquiries import ids_of_whole


def register() -> None:
    """Called once, when the app is ready."""
    registry.panel("desk.privileged", 55, "confidences/notes.html", notes_of)


def notes_of(user: User, inquiry: Inquiry) -> dict[str, Any] | None:
    """Those on the conversation and on what was merged into it."""
    return panel_for(user, "inquiry", inquiry, ids_of_whole(inquiry))
