"""Letters as they arrive, into their mail campaigns, a batch at a time."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hustings.foundation.core import bulk, jobs, live
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.ids import new_uid

from ..engine.grouping import Arrived, Placed
from ..engine.sentences import Shared, shared_text
from ..models import Change, ChangeKind, Group, Member, Position, Shape, Status
from ..queries.texts import texts_of
from . import comparing, counting
from .combining import join
from .comparing import Compared
from .letters import NewLetter
from .reading import has_grown, name_of, shared_by, told_of, wordings_of
from .reasons import reasons_of

MEMBER = bulk.Table(
    "campaigns_member",
    id=bulk.bigint,
    uid=bulk.uid,
    created_at=bulk.moment,
    group_id=bulk.bigint,
    inquiry_id=bulk.bigint,
    person_id=bulk.bigint,
    message_id=bulk.bigint,
    at=bulk.moment,
    state_code=bulk.word,
    added=bulk.text,
    reason=bulk.word,
)
GROUP = bulk.Table(
    "campaigns_group",
    id=bulk.bigint,
    uid=bulk.uid,
    created_at=bulk.moment,
    name=bulk.text,
    sentences=bulk.json,
    wordings=bulk.json,
    looked_at=bulk.integer,
    sponsor=bulk.word,
    sponsor_by=bulk.word,
    sponsor_letters=bulk.integer,
    position=bulk.word,
    status=bulk.word,
    language=bulk.word,
    letters=bulk.integer,
    people=bulk.integer,
    lifted=bulk.integer,
    first_at=bulk.moment,
    last_at=bulk.moment,
)
_TEXTS = "select id, sentences::text, wordings::text from campaigns_group where id = any(%s)"
MOST_TEXTS = 4_000  # of groups, that a process remembers as they are compared with


@dataclass(slots=True)
class _Joined:
    letter: NewLetter
    group: int
    added: list[str] = field(default_factory=list)
    reason: str = ""


def group_batch(letters: Sequence[NewLetter], *, now: datetime) -> dict[int, int]:
    """Put each letter that shares its text with others into its group. Gives the group of each message that joined one.

    In the caller's transaction, as its last part: a lock is held from here to its end.
    """
    arrived = {
        letter.message_id: Arrived(letter.message_id, letter.person_id, letter.numbers)
        for letter in letters
        if letter.numbers
    }
    if not arrived:
        return {}
    by_message = {letter.message_id: letter for letter in letters}
    with unveiled():
        compared = comparing.hold()
        compared.is_in_use = True
        placed = _with_groups(compared, compared.grouper.place(list(arrived.values())), by_message, now)
        joined = _joined(placed, by_message)
        _read_added(joined)
        _write(joined, now=now)
        merged, compared.grouper.merged = compared.grouper.merged, []
        if merged:
            join(merged, actor=None, now=now)
            Shape.objects.filter(group_id__in=[goes for goes, _stays in merged]).delete()  # the others have learned it
        learned, compared.grouper.learned = compared.grouper.learned, set()
        comparing.keep_shapes(compared, learned)
        taken = {row.letter.message_id for row in joined}
        alone = [one.key for one in placed if one.group is None and one.key not in taken]
        singles = [(arrived[key], by_message[key].inquiry_id) for key in alone]
        if singles or learned or merged:
            changed = {*learned, *(each for pair in merged for each in pair)}
            comparing.write_sheaf(compared, singles=singles, joined=taken - arrived.keys(), groups=changed, now=now)
        compared.is_in_use = False
    return {row.letter.message_id: row.group for row in joined}


def _with_groups(
    compared: Compared, placed: Sequence[Placed], here: dict[int, NewLetter], now: datetime
) -> list[Placed]:
    """The same, once there are rows of the groups that this batch began. Earlier single letters of theirs come from
    the database; where too few are left of a group (erased since), there is none."""
    earlier = [key for one in placed for key in one.with_it if key not in here]
    here.update(_earlier(earlier) if earlier else {})
    ids = {one.group for one in placed if one.group is not None}
    new = sorted(ids - set(Group.objects.filter(pk__in=ids).values_list("pk", flat=True)))
    gone: set[int] = set()
    made = []
    for group in new:
        keys = [key for one in placed if one.group == group for key in (*one.with_it, one.key)]
        letters = [here[key] for key in keys if key in here]
        if len(letters) < 2:
            compared.grouper.forget(group)
            compared.grouper.learned.discard(group)
            gone.add(group)
        else:
            made.append(_group_of(group, letters, now))
    bulk.copy(GROUP, made)
    Change.objects.bulk_create([Change(group_id=row[0], kind=ChangeKind.MADE, at=now) for row in made])
    return [Placed(one.key, None) if one.group in gone else one for one in placed]


def _group_of(group: int, letters: Sequence[NewLetter], now: datetime) -> tuple[Any, ...]:
    """Its row, as `GROUP` has it."""
    texts = list({letter.person_id: letter.text for letter in letters}.values())[:16]
    kept = shared_text(texts)
    sentences = told_of(kept)
    return (
        *(group, new_uid(), now, name_of([letter.subject for letter in letters], sentences)),
        *(sentences, wordings_of(kept), len(texts), "", "", 0, Position.UNKNOWN.value, Status.OPEN.value),
        *(letters[0].language, 0, 0, 0, min(letter.at for letter in letters), max(letter.at for letter in letters)),
    )


def _earlier(message_ids: Sequence[int]) -> dict[int, NewLetter]:
    """Letters of batches before that are in no group, found by the sheaves they are in."""
    members = set(Member.objects.filter(message_id__in=message_ids).values_list("message_id", flat=True))
    return {
        row.message_id: NewLetter(
            message_id=row.message_id, inquiry_id=row.inquiry.pk, person_id=row.inquiry.person_id,
            at=row.inquiry.opened_at,
            subject=row.inquiry.subject, text=row.text,
            state_code=row.inquiry.state_code, language=row.inquiry.language,
            name=row.inquiry.person.name, sealed=row.inquiry.is_sealed or row.inquiry.is_crisis,
        )
        for row in texts_of(message_ids)
        if row.message_id not in members
    }  # fmt: skip


def _joined(placed: Sequence[Placed], here: dict[int, NewLetter]) -> list[_Joined]:
    rows = {}
    for one in placed:
        if one.group is None:
            continue
        for key in (*one.with_it, one.key):
            if key in here and not here[key].sealed:
                rows[key] = _Joined(here[key], one.group)
    return list(rows.values())


def _read_added(rows: Sequence[_Joined]) -> None:
    """What each writer added, and whether that needs a person."""
    shared = _shared_of({row.group for row in rows})
    for row in rows:
        row.added = shared[row.group].added(row.letter.text, row.letter.name)
    found = reasons_of([row.added for row in rows], [row.letter.language for row in rows])
    for row, reason in zip(rows, found, strict=True):
        row.reason = reason


_known: dict[int, tuple[str, str, Shared]] = {}


def _shared_of(groups: Iterable[int]) -> dict[int, Shared]:
    """The texts that these groups share, by group. What was made of a text is kept while the text is the same."""
    found = {}
    for group, sentences, wordings in bulk.fetch(_TEXTS, bulk.bigints(groups)):
        known = _known.pop(group, None)
        if known is None or known[:2] != (sentences, wordings):
            known = (sentences, wordings, shared_by(json.loads(sentences), json.loads(wordings)))
        _known[group] = known
        found[group] = known[2]
    while len(_known) > MOST_TEXTS:
        del _known[next(iter(_known))]
    return found


def _write(rows: Sequence[_Joined], *, now: datetime) -> None:
    if not rows:
        return
    (ids,) = bulk.take_ids(campaigns_member=len(rows))
    bulk.copy(
        MEMBER,
        [
            (
                *(
                    number,
                    new_uid(),
                    now,
                    row.group,
                    row.letter.inquiry_id,
                    row.letter.person_id,
                    row.letter.message_id,
                ),
                *(row.letter.at, row.letter.state_code, "\n".join(row.added), row.reason),
            )
            for number, row in zip(ids, rows, strict=True)
        ],
    )
    counting.add([(row.group, row.letter.at.date(), row.letter.state_code) for row in rows])
    tops = counting.count_onto(
        [(row.group, row.letter.person_id, row.letter.at, bool(row.reason)) for row in rows],
        before=ids[0],
    )
    came = Counter(row.group for row in rows)
    grown = [group for group, top in tops.items() if has_grown(top.letters - came[group], top.letters)]
    if grown:
        jobs.enqueue("campaigns.read_again", group_ids=sorted(grown))
    live.publish({"campaigns:all", *(f"campaign:{top.uid}" for top in tops.values())})
