"""Bringing in the past, many at once: for the sample campaign, whose letters all arrive on the day it is loaded."""

from collections.abc import Mapping
from datetime import datetime

from hustings.foundation.core.guard import action

from ..models import Person

AT_ONCE = 1000


@action
def record_past_arrivals(since: Mapping[int, datetime]) -> int:
    """These people, by id, have been known since then; how many were known only later until now. Silence is counted
    from when a person was known (`timeline.erasing`): not for people of a real campaign, whom an old mailbox brings."""
    changed = [
        person
        for person in Person.objects.select_for_update().filter(pk__in=since).order_by("pk")
        if since[person.pk] < person.created_at
    ]
    for person in changed:
        person.created_at = since[person.pk]
    Person.objects.bulk_update(changed, ["created_at"], batch_size=AT_ONCE)
    return len(changed)
