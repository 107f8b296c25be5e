"""The approvals of a record that an administrator built, on its page."""

from typing import Any

from hustings.foundation.access.models import User
from hustings.foundation.core.clock import now
from hustings.foundation.objects import registry
from hustings.foundation.objects.models import CustomRecord
from hustings.foundation.objects.queries.shape import shape

from .queries.approvals import panel_for


def register() -> None:
    """Called once, when the app is ready."""
    registry.panel("approvals", 10, "automation/panel.html", approvals_of)


def approvals_of(user: User, record: CustomRecord) -> dict[str, Any] | None:
    """What was asked for about it, and what can be."""
    shown = panel_for(user, shape().objects[record.object_id].record, record, now())
    return shown if shown["approvals"] or shown["processes"] else None
