"""Whose pages somebody opened in their shift."""

from datetime import datetime, timedelta

from hustings.foundation.core.guard import unveiled

from ..models import AuditEntry, User

SHIFT = timedelta(hours=8)  # rolling


def opened_in_shift(user: User, now: datetime) -> set[int]:
    """The ids of the records (people) whose pages, or whose record by the API, this user was shown."""
    with unveiled():
        since = AuditEntry.objects.filter(actor_id=user.pk, at__gt=now - SHIFT, action="person.seen")
        return {pk for pk in since.values_list("record_id", flat=True).distinct() if pk is not None}
