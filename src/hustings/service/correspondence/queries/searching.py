"""Search over every letter's words: English and Spanish stems, quotes, "or" and minus as on the web.

Newest month first, and it stops at a thousand: a search that finds more is too wide to be read.
"""

from datetime import UTC, datetime

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import may_read
from hustings.foundation.core.texts import storable
from hustings.foundation.ui.palette import Hit

from ..models import Message
from .messages import bodies_of, seen_by

MOST = 1000
_FOUND = """
select message_id from correspondence_messagebody
where at >= %(start)s and at < %(end)s
  and search @@ (websearch_to_tsquery('english', %(words)s) || websearch_to_tsquery('spanish', %(words)s))
order by at desc limit %(most)s
"""


def inquiry_ids(user: User, words: str) -> QuerySet[Message, int]:
    """The inquiries whose letters or answers hold these words, newest letter first; only what the user may see."""
    rows = Message.objects.filter(seen_by(user, "inquiry"), pk__in=message_ids(words))
    read_under = Coalesce("inquiry__merged_into_id", "inquiry_id")
    return rows.order_by("-at", "-id").values_list(read_under, flat=True)


def message_ids(words: str, *, most: int = MOST) -> list[int]:
    """The newest messages that hold these words, none for a reader who may not read letters; one month (one
    partition) at a time."""
    words = storable(words).strip()
    span = _span() if words and may_read("message", "text", "subject") else None
    if span is None:
        return []
    first, last = span
    found: list[int] = []
    start = last
    with connection.cursor() as cursor:
        while start >= first and len(found) < most:
            values: dict[str, datetime | str | int] = {
                "start": start,
                "end": _next(start),
                "words": words,
                "most": most - len(found),
            }
            cursor.execute(_FOUND, values)
            found += [message_id for (message_id,) in cursor.fetchall()]
            start = _previous(start)
    return found


def _span() -> tuple[datetime, datetime] | None:
    """The first and the last month that hold a message."""
    with connection.cursor() as cursor:
        cursor.execute("select min(at), max(at) from correspondence_messagebody")
        first, last = cursor.fetchone()
    return (_month(first), _month(last)) if first else None


def _month(moment: datetime) -> datetime:
    moment = moment.astimezone(UTC)
    return datetime(moment.year, moment.month, 1, tzinfo=UTC)


def _next(month: datetime) -> datetime:
    return datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)


def _previous(month: datetime) -> datetime:
    return datetime(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1, tzinfo=UTC)


def palette_hits(user: User, words: str, *, most: int) -> list[Hit]:
    """The newest letters with these words, as the palette shows them."""
    rows = Message.objects.filter(seen_by(user, "inquiry"), pk__in=message_ids(words, most=most * 4))
    found = list(rows.select_related("inquiry__merged_into", "person").order_by("-at", "-id")[:most])
    bodies = bodies_of(found)
    return [
        Hit(
            label=message.person.name or (bodies[message.pk].from_address if message.pk in bodies else ""),
            href=reverse("desk:inquiry", args=[(message.inquiry.merged_into or message.inquiry).uid]),
            icon="mail" if message.direction == 0 else "reply",
            quote=bodies[message.pk].subject if message.pk in bodies else "",
        )
        for message in found
    ]
