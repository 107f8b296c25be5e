"""Who stands in for whom."""

from datetime import datetime

from django.db.models import QuerySet

from hustings.foundation.access.models import User
from hustings.foundation.core.clock import zone_of

from ..models import Delegation


def away_for(user: User, now: datetime) -> list[User]:
    """Those for whom this person decides today, since they are away: who works here no more gives no voice."""
    rows = Delegation.objects.filter(to=user, ended_at=None, user__is_active=True).select_related("user")
    return [row.user for row in rows if holds(row, now)]


def holds(row: Delegation, now: datetime) -> bool:
    """Whether today is one of its days, where the one who is away lives."""
    today = now.astimezone(zone_of(row.user.time_zone)).date()
    return row.ended_at is None and row.first_day <= today <= row.last_day


def delegations_of(user: User) -> QuerySet[Delegation]:
    """Those this person gave or got that are not over, newest first."""
    mine = Delegation.objects.filter(user=user, ended_at=None) | Delegation.objects.filter(to=user, ended_at=None)
    return mine.select_related("user", "to").order_by("-first_day", "-id")
