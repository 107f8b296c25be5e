"""Search over every letter's words: English and Spanish stems, quotes, "or" and minus as on the web.

Newest month first, and it stops at a thousand: a search that finds more is too wide to be read.
"""

from django.db import connection
from django.urls import reverse

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import is_security_lead
from hustings.foundation.core import bulk, partitions
from hustings.foundation.core.guard import may_read
from hustings.foundation.core.texts import storable
from hustings.foundation.ui.palette import Hit

from ..models import Message
from .messages import bodies_of, seen_by

MOST = 1000
BODIES = "correspondence_messagebody"
_FOUND = """
select message_id from correspondence_messagebody
where at >= %(start)s and at < %(end)s
  and search @@ (websearch_to_tsquery('english', %(words)s) || websearch_to_tsquery('spanish', %(words)s))
order by at desc limit %(most)s
"""
# Only these inquiries are looked at: a condition over all that a user sees would look through all of them.
_READ_UNDER = """
select coalesce(i.merged_into_id, i.id)
from unnest(%s::bigint[]) with ordinality as found (message_id, place)
join correspondence_message m on m.id = found.message_id
join desk_inquiry i on i.id = m.inquiry_id
where %s or not i.is_sealed
order by found.place
"""


def inquiry_ids(user: User, words: str) -> list[int]:
    """The inquiries whose letters or answers hold these words, newest letter first, as they are read now: of what was
    sealed none, but for security leads. Whoever asks shows of them what the user may see."""
    found = message_ids(words)
    rows = bulk.fetch(_READ_UNDER, bulk.bigints(found), is_security_lead(user)) if found else []
    return list(dict.fromkeys(inquiry_id for (inquiry_id,) in rows))


def message_ids(words: str, *, most: int = MOST) -> list[int]:
    """The newest messages that hold these words, none for a reader who may not read letters; the newest month first,
    then as many again as were asked: words that are in many letters are found in the first, and for words that are
    in hardly any no question is asked month by month."""
    words = storable(words).strip()
    if not words or not may_read("message", "text", "subject"):
        return []
    found: list[int] = []
    with connection.cursor() as cursor:
        spans = partitions.spans_of(BODIES)
        asked = 0
        while asked < len(spans) and len(found) < most:
            some = spans[asked : asked + max(1, asked)]
            asked += len(some)
            told = {"start": some[-1][0], "end": some[0][1], "words": words, "most": most - len(found)}
            cursor.execute(_FOUND, told)
            found += [message_id for (message_id,) in cursor.fetchall()]
    return found


def palette_hits(user: User, words: str, *, most: int) -> list[Hit]:
    """The newest letters with these words, as the palette shows them."""
    told = Message.objects.filter(pk__in=message_ids(words, most=most * 4))
    rows = told.filter(seen_by(user, "inquiry", among=told))
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
