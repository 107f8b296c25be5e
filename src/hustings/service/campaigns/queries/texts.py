"""The words of letters, as the room above that keeps them gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hustings.foundation.core import bulk
from hustings.foundation.core.guard import unveiled
from hustings.service.desk.models import Inquiry
from hustings.service.desk.registry import registry as desk

_SINGLES = """
select m.message_id, m.inquiry_id
from campaigns_sheaf s, unnest(s.message_ids, s.inquiry_ids) as m (message_id, inquiry_id)
where s.message_ids && %s and m.message_id = any(%s)
"""


@dataclass(frozen=True)
class Single:
    """A letter that belonged to no group, with its inquiry (and that one's person) and its words."""

    message_id: int
    inquiry: Inquiry
    text: str


def words_of(inquiry_ids: Sequence[int]) -> Mapping[int, str]:
    """The words of each inquiry's first letter, without its subject; for the house alone."""
    found: dict[int, str] = {}
    with unveiled():
        for source in desk.texts:
            found.update(source(list(inquiry_ids)))
    return {pk: text.partition("\n")[2] for pk, text in found.items()}


def texts_of(message_ids: Sequence[int]) -> list[Single]:
    """The single letters of these messages, as far as they are still there with their words."""
    if not message_ids:
        return []
    wanted = bulk.bigints(message_ids)
    places = dict(bulk.fetch(_SINGLES, wanted, wanted))
    texts = words_of(list(places.values()))
    inquiries = Inquiry.objects.select_related("person").in_bulk(list(places.values()))
    return [
        Single(message_id, inquiries[pk], texts[pk])
        for message_id, pk in sorted(places.items())
        if pk in inquiries and texts.get(pk)
    ]
