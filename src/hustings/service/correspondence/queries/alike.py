"""Other letters that wait and ask much the same: near in the words that the search has made of each.

Two letters are compared by their stems (the search's own, English or Spanish), each weighing more the fewer of the
letters looked at have it: the cosine of their TF-IDF vectors, without counts within a letter. Looked at are the newest
of the same queue, and what the search finds by the stems that are this letter's alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import TypeVar

from django.db import connection

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import may_read
from hustings.service.desk.models import Inquiry, Status
from hustings.service.desk.queries import inquiries

from ..models import Message, Reply, ReplyState
from . import messages, searching

Key = TypeVar("Key")
NEWEST = 200
FOUND = 200
NEAR = 0.2  # of 1: what shares its greeting and its courtesy alone stays well below
RARE = 4  # stems that are asked of the search


@dataclass(frozen=True)
class Alike:
    """An inquiry that asks much the same; `reply`: one that waits for release there."""

    inquiry: Inquiry
    nearness: float
    reply: Reply | None


def asked_alike(user: User, inquiry: Inquiry, *, limit: int = 5) -> list[Alike]:
    """What waits, and this user may see, that asks nearly what this inquiry's newest letter asks; nearest first. For
    who may not read what waits, and where, nothing."""
    if not may_read("inquiry", "status", "queue"):
        return []
    letter = messages.newest_letter(inquiry)
    own = stems_of([letter.pk]).get(letter.pk, frozenset()) if letter else frozenset()
    if not own:
        return []
    waiting = inquiries.visible_to(user).filter(status=Status.OPEN, last_message_id__isnull=False)
    waiting = waiting.exclude(pk=inquiry.pk).exclude(person_id=inquiry.person_id)
    newest = list(waiting.filter(queue_id=inquiry.queue_id).order_by("-last_message_at")[:NEWEST])
    stems = stems_of([row.last_message_id for row in newest if row.last_message_id])
    rare = _rarest(own, stems.values())
    found = Message.objects.filter(pk__in=searching.message_ids(_pairs(rare), most=FOUND)).values("inquiry_id")
    more = list(waiting.filter(pk__in=found).exclude(pk__in=[row.pk for row in newest]))
    stems |= stems_of([row.last_message_id for row in more if row.last_message_id])
    near = nearness(own, {row: stems.get(row.last_message_id or 0, frozenset()) for row in [*newest, *more]})
    best = sorted(((n, row) for row, n in near.items() if n >= NEAR), key=lambda pair: (-pair[0], pair[1].pk))[:limit]
    return _with_replies(best)


def stems_of(message_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The search's stems of each letter, but for those that are numbers."""
    places = Message.objects.filter(pk__in=message_ids).values_list("pk", "at")
    ids, moments = [pk for pk, _at in places], [at for _pk, at in places]
    with connection.cursor() as cursor:
        cursor.execute(
            "select b.message_id, tsvector_to_array(b.search)"
            " from unnest(%s::bigint[], %s::timestamptz[]) as m (id, at)"
            " join correspondence_messagebody b on b.message_id = m.id and b.at = m.at",
            [ids, moments],
        )
        return {pk: frozenset(stem for stem in found or () if not stem.isdigit()) for pk, found in cursor.fetchall()}


def _rarest(own: Iterable[str], others: Iterable[frozenset[str]]) -> list[str]:
    """The stems of this letter that the fewest others have; the longest of equals say most."""
    counts = Counter(stem for stems in others for stem in stems)
    words = [stem for stem in own if len(stem) > 3 and stem.isalpha()]
    return sorted(words, key=lambda stem: (counts[stem], -len(stem), stem))[:RARE]


def _pairs(stems: Sequence[str]) -> str:
    """Any two of them together, as the search is asked: one alone would find too much."""
    return " or ".join(f"{one} {other}" for n, one in enumerate(stems) for other in stems[n + 1 :])


def nearness(own: frozenset[str], others: Mapping[Key, frozenset[str]]) -> dict[Key, float]:
    """How near each of the others is to these stems, from 0 to 1, by whatever they are named."""
    counts = Counter(stem for stems in [own, *others.values()] for stem in stems)
    size = len(others) + 2
    weight = {stem: (log(size / (1 + n)) + 1) ** 2 for stem, n in counts.items()}
    length = sqrt(sum(weight[stem] for stem in own))
    near = {}
    for row, stems in others.items():
        both = sum(weight[stem] for stem in own & stems)
        near[row] = both / (length * sqrt(sum(weight[stem] for stem in stems))) if both else 0.0
    return near


def _with_replies(best: Sequence[tuple[float, Inquiry]]) -> list[Alike]:
    ids = [row.pk for _n, row in best]
    full = Inquiry.objects.select_related("person", "person__canonical", "assignee").in_bulk(ids)
    waiting = Reply.objects.filter(inquiry_id__in=ids, state=ReplyState.WAITING_RELEASE).order_by("id")
    replies = {reply.inquiry_id: reply for reply in waiting}
    return [Alike(full[row.pk], n, replies.get(row.pk)) for n, row in best]
