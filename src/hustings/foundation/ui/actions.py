"""Writes: the campaign's own facts."""

from datetime import datetime
from typing import Any

from django.db import transaction

from .models import Campaign

EDITABLE = frozenset(f.name for f in Campaign._meta.concrete_fields) - {"id"}


def set_campaign(*, actor: Any, now: datetime, **facts: Any) -> Campaign:
    """Write the facts given, leave the others. ValueError for one it does not have, ValidationError for a bad one."""
    if unknown := facts.keys() - EDITABLE:
        raise ValueError(f"A campaign has no {', '.join(sorted(unknown))}")
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().filter(pk=1).first() or Campaign(pk=1)
        for name, value in facts.items():
            setattr(campaign, name, value)
        campaign.full_clean(validate_unique=False, validate_constraints=False)
        campaign.save()
    return campaign
