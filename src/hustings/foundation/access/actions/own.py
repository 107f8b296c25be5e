"""What a person sets for themselves, and the campaign's facts."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from hustings.foundation.core.guard import action
from hustings.foundation.ui.actions import set_campaign

from .. import rules
from ..models import User
from .audit import record_audit


@action
def describe_campaign(*, actor: User, now: datetime, **facts: Any) -> None:
    """The campaign's name, line, colours and telephone, as every page says them. Raises PermissionDenied and
    ValidationError."""
    if not rules.administers(actor):
        raise PermissionDenied
    set_campaign(actor=actor, now=now, **facts)
    detail = {"fields": sorted(facts)}
    record_audit(actor=actor, action="campaign.described", record_type="campaign", detail=detail, now=now)


@action
def change_preferences(*, user: User, **fields: Any) -> None:
    """What a person sets for themselves: single_keys, time_zone, language, theme, name."""
    allowed = {"single_keys", "time_zone", "language", "theme", "name"}
    if unknown := set(fields) - allowed:
        raise ValueError(f"not a preference: {sorted(unknown)}")
    for key, value in fields.items():
        setattr(user, key, value)
    user.save(update_fields=list(fields))
