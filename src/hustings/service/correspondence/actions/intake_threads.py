"""Which letters belong together: a signed reply address first, then In-Reply-To and References, never the subject.

Parents may be stored, in the same batch, or still to come; a letter that is named by one we have joins its thread.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hustings.foundation.core import bulk

from .intake_letter import Letter


@dataclass(slots=True)
class Places:
    """For each letter, by its position: the inquiry it joins, or the position of the letter that opens its thread
    (its own where it opens one itself). `joins` are inquiries that turned out to be one: (goes, stays)."""

    inquiry: dict[int, int] = field(default_factory=dict)
    opener: dict[int, int] = field(default_factory=dict)
    joins: list[tuple[int, int]] = field(default_factory=list)


def find_places(letters: Sequence[Letter]) -> Places:
    """Where the letters belong. Those that are not stored (auto-replies, bounces) are only tied to an inquiry."""
    signed = _inquiries_of([letter.signed for letter in letters if letter.signed])
    parents = inquiries_by_key({key for letter in letters for key in letter.parents})
    children = children_of({letter.message_key for letter in letters if letter.is_stored})
    by_key: dict[UUID, int] = {}
    for position, letter in enumerate(letters):
        if letter.is_stored:
            by_key.setdefault(letter.message_key, position)
    places = Places()
    above: dict[int, int] = {}
    for position, letter in enumerate(letters):
        if letter.signed in signed:
            places.inquiry[position] = signed[letter.signed]
            continue
        for key in letter.parents:
            if key in parents:
                places.inquiry[position] = parents[key]
                break
            if by_key.get(key, position) != position:
                above[position] = by_key[key]
                break
    _gather(letters, places, above, children)
    return places


def _gather(letters: Sequence[Letter], places: Places, above: dict[int, int], children: dict[UUID, list[int]]) -> None:
    """Follow each letter up to the top of its thread in the batch; a ring of references has its first as the top."""
    top = {position: _top(position, above, places) for position in range(len(letters))}
    members: dict[int, list[int]] = {}
    for position, letter in enumerate(letters):
        if letter.is_stored and position not in places.inquiry:
            members.setdefault(top[position], []).append(position)
    for head, group in members.items():
        found = [inquiry for position in group for inquiry in children.get(letters[position].message_key, ())]
        anchor = places.inquiry.get(head, found[0] if found else None)
        for position in group:
            if anchor is None:
                places.opener[position] = head
            else:
                places.inquiry[position] = anchor
    for position in range(len(letters)):  # what is only tied goes where its parent went
        if not letters[position].is_stored and position not in places.inquiry and top[position] != position:
            if top[position] in places.inquiry:
                places.inquiry[position] = places.inquiry[top[position]]
            elif top[position] in places.opener:
                places.opener[position] = top[position]
    for position, letter in enumerate(letters):
        if letter.is_stored and position in places.inquiry:
            stays = places.inquiry[position]
            places.joins += [(goes, stays) for goes in children.get(letter.message_key, ()) if goes != stays]


def _top(position: int, above: dict[int, int], places: Places) -> int:
    seen = [position]
    while position in above and position not in places.inquiry:
        position = above[position]
        if position in seen:
            return min(seen[seen.index(position) :])
        seen.append(position)
    return position


def _inquiries_of(uids: Sequence[UUID]) -> dict[UUID, int]:
    if not uids:
        return {}
    return dict(bulk.fetch("select uid, id from desk_inquiry where uid = any(%s)", bulk.uids(uids)))


def inquiries_by_key(keys: Iterable[UUID]) -> dict[UUID, int]:
    """The inquiry of each stored message, theirs or ours, by its key."""
    wanted = list(keys)
    if not wanted:
        return {}
    rows = bulk.fetch(
        "select message_key, inquiry_id from correspondence_message where message_key = any(%s) order by id desc",
        bulk.uids(wanted),
    )
    return dict(rows)


def children_of(keys: Iterable[UUID]) -> dict[UUID, list[int]]:
    """The inquiries of stored messages that name these keys as what they answer."""
    wanted = list(keys)
    if not wanted:
        return {}
    found: dict[UUID, list[int]] = {}
    rows = bulk.fetch(
        "select r.key, m.inquiry_id from correspondence_reference r"
        " join correspondence_message m on m.id = r.message_id where r.key = any(%s) order by m.id",
        bulk.uids(wanted),
    )
    for key, inquiry_id in rows:
        if inquiry_id not in found.setdefault(key, []):
            found[key].append(inquiry_id)
    return found
