"""Who else is here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, TextField, Value
from django.db.models.functions import Coalesce

from hustings.foundation.access.models import User

from ..models import Inquiry, Presence

GONE_AFTER = timedelta(seconds=60)
STOPPED_AFTER = timedelta(seconds=12)
ON_FOR = timedelta(minutes=10)  # a page that is open and not heard of for longer was left behind


@dataclass(frozen=True)
class Others:
    """Colleagues who have it open, the writing ones apart."""

    reading: list[User]
    writing: list[User]


def others(user: User, inquiry: Inquiry, now: datetime) -> Others:
    """Everyone here but the user, by name. One query."""
    lines = Presence.objects.filter(inquiry=inquiry, at__gt=now - GONE_AFTER).exclude(user=user)
    found = [(line.user, line.writing_at) for line in lines.select_related("user").order_by("user__name")]
    since = now - STOPPED_AFTER
    return Others(
        reading=[who for who, writing_at in found if not (writing_at and writing_at > since)],
        writing=[who for who, writing_at in found if writing_at and writing_at > since],
    )


def being_written(ids: list[int], user: User, now: datetime) -> set[int]:
    """Which of these inquiries a colleague is writing in."""
    lines = Presence.objects.filter(inquiry_id__in=ids, writing_at__gt=now - STOPPED_AFTER).exclude(user=user)
    return set(lines.values_list("inquiry_id", flat=True))


def people_on(now: datetime) -> set[int]:
    """Users who have a letter open. Who closes it is gone at once; whose page falls silent, after ten minutes."""
    return set(Presence.objects.filter(at__gt=now - ON_FOR).values_list("user_id", flat=True))


def people_on_by_matter(now: datetime) -> dict[tuple[str, str], int]:
    """The same by topic and nature of what they have open; one who has several counts in each."""
    there = Presence.objects.filter(at__gt=now - ON_FOR)
    matters = there.annotate(first=Coalesce("inquiry__topics__0", Value("", TextField()))).values_list(
        "first", "inquiry__nature"
    )
    return {row[:2]: row[2] for row in matters.annotate(n=Count("user_id", distinct=True))}
