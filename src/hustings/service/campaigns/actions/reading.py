"""A campaign's text, read again from a sample of its letters as it grows: what they share, who kept what of it, who may
stand behind it, and with that what their writers added."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.text import Truncator

from hustings.constituents.people.queries import members
from hustings.foundation.core import bulk, jobs
from hustings.foundation.core.guard import action

from ..engine.sentences import Kept, Shared, shared_text
from ..engine.sponsors import guess_sponsor
from ..models import Change, ChangeKind, Group, Member, Reason
from ..queries.texts import words_of
from . import counting
from .comparing import known_with_tops
from .reasons import reasons_of
from .telling import tell

SAMPLE = 200
MOST_OTHERS = 1_000  # that seemed to add something
READ_AGAIN_AT = (6, 24, 120, 720, 4_320, 25_920, 155_520)  # letters
NAMELESS = "…"  # until its text is read again
# What no rule over the added words alone may take back.
_STANDS = (Reason.THREAT, Reason.CRISIS, Reason.BY_HAND)
_OF_LETTER = (
    *("pk", "group_id", "person_id", "inquiry_id", "added"),
    *("person__name", "inquiry__subject", "inquiry__language"),
)
_CHOSEN = """
select id, is_sample from (
    select id, added, row_number() over newest as back,
        place %% step = 0 and place / step < %s as is_sample
    from (
        select id, group_id, added, row_number() over (partition by group_id order by id) - 1 as place,
            greatest(1, count(*) over (partition by group_id) / %s) as step
        from campaigns_member where group_id = any(%s)
    ) placed
    window newest as (partition by group_id, added = '' order by id desc)
) chosen where is_sample or (added <> '' and back <= %s)
"""
_READ = ("sentences", "wordings", "looked_at", "name", "sponsor", "sponsor_by", "sponsor_letters")


def has_grown(before: int, now: int) -> bool:
    """Whether a campaign that had so many letters before is to be read again."""
    return any(before < mark <= now for mark in READ_AGAIN_AT)


def told_of(kept: Sequence[Kept]) -> list[dict[str, Any]]:
    """The shared text as a group keeps it, for all to see."""
    return [{"text": one.text, "share": round(one.share, 3), "begins": one.begins} for one in kept if not one.of_one]


def wordings_of(kept: Sequence[Kept]) -> list[str]:
    """The sentences of it that are known in one writer's words alone."""
    return [one.text for one in kept if one.of_one]


def shared_by(sentences: Iterable[Mapping[str, Any]], wordings: Iterable[str]) -> Shared:
    """What letters of a group are compared with, by its text as it keeps it."""
    return Shared([*(one["text"] for one in sentences), *wordings])


def name_of(subjects: Sequence[str], sentences: Sequence[Mapping[str, Any]]) -> str:
    """What a campaign is called until a person names it: the subject that most of its letters have, else how its text
    begins; never what one writer alone said."""
    subject, n = Counter(" ".join(each.split()) for each in subjects).most_common(1)[0]
    if not subject or n < 2 or n <= len(subjects) / 2:
        subject = " ".join(sentences[0]["text"].split()) if sentences else NAMELESS
    return Truncator(subject).chars(70)


@dataclass(slots=True)
class _Letter:
    """A letter of a campaign, as its text is read from it."""

    pk: int
    group_id: int
    person_id: int
    inquiry_id: int
    added: str
    name: str
    subject: str
    language: str
    text: str = ""


@dataclass(slots=True)
class _Letters:
    """Letters spread evenly over all that a campaign has, in the order in which they came; and, of the others, the
    newest that seemed to add something."""

    sample: list[_Letter] = field(default_factory=list)
    others: list[_Letter] = field(default_factory=list)


@action
def read_again(*, group_ids: Sequence[int], now: datetime) -> None:
    """Read the texts of these campaigns from a sample spread over the letters of each. What their newest writers added
    is measured by it again; what a person decided stays. May be called any number of times."""
    groups = known_with_tops(group_ids)
    letters = _letters_of(list(groups))
    by_hand = _named_by_hand(groups)
    read = [group for pk, group in groups.items() if _read(group, letters[pk].sample, named=pk in by_hand)]
    if not read:
        return
    Group.objects.bulk_update(read, _READ)
    touched = _measure_again(read, letters)
    counting.recount({group.combined_into_id or group.pk for group in read if group.pk in touched})
    tell(read)


def _read(group: Group, sample: Sequence[_Letter], *, named: bool) -> bool:
    """Whether these letters share a text; then the group has it."""
    texts = list({letter.person_id: letter.text for letter in sample if letter.text}.values())
    kept = shared_text(texts)
    if len(texts) < 2 or not kept:
        return False
    group.sentences, group.wordings, group.looked_at = told_of(kept), wordings_of(kept), len(texts)
    if not named:
        group.name = name_of([letter.subject for letter in sample], group.sentences)
    if group.sponsor_by != "person":
        guess = guess_sponsor(texts)
        group.sponsor, group.sponsor_by = (guess.name, guess.by) if guess else ("", "")
        group.sponsor_letters = guess.letters if guess else 0
    return True


def forget_words_of(*, person_id: int) -> None:
    """In the transaction that erases a person, as its last part: a campaign's text may have been read from their copy,
    so it is read anew from the others'. What somebody named stays; where only one other is left there is no text."""
    mine = Group.objects.filter(pk__in=Member.objects.filter(person_id__in=members(person_id)).values("group_id"))
    groups = list(mine.select_for_update().order_by("pk"))
    by_hand = _named_by_hand([group.pk for group in groups])
    for group in groups:
        group.sentences, group.wordings, group.looked_at = [], [], 0
        if group.pk not in by_hand:
            group.name = NAMELESS
        if group.sponsor_by != "person":
            group.sponsor, group.sponsor_by, group.sponsor_letters = "", "", 0
        group.save(update_fields=_READ)
        jobs.enqueue("campaigns.read_again", once=f"campaigns:{group.pk}", group_ids=[group.pk])


def _named_by_hand(group_ids: Iterable[int]) -> set[int]:
    by_hand = Q(kind=ChangeKind.RENAMED) | Q(kind=ChangeKind.MADE, actor__isnull=False)
    return set(Change.objects.filter(by_hand, group__in=list(group_ids)).values_list("group_id", flat=True))


def _letters_of(group_ids: Sequence[int]) -> dict[int, _Letters]:
    """By group, with their words, where those are still there."""
    found = {pk: _Letters() for pk in group_ids}
    ids = dict(bulk.fetch(_CHOSEN, SAMPLE, SAMPLE, bulk.bigints(group_ids), MOST_OTHERS))
    rows = Member.objects.filter(pk__in=list(ids)).order_by("pk").values_list(*_OF_LETTER)
    letters = [_Letter(*row) for row in rows]
    texts = words_of([letter.inquiry_id for letter in letters])
    for letter in letters:
        letter.text = texts.get(letter.inquiry_id, "")
        its = found[letter.group_id]
        (its.sample if ids[letter.pk] else its.others).append(letter)
    return found


def _measure_again(groups: Sequence[Group], letters: Mapping[int, _Letters]) -> set[int]:
    """What these writers added by the texts as they are read now, and those who seemed to add what is the text's own;
    the groups in which something changed."""
    became: dict[int, list[str]] = {}
    languages: list[str] = []
    touched: set[int] = set()
    for group in groups:
        shared = shared_by(group.sentences, group.wordings)
        its = letters[group.pk]
        for letter in (*its.sample, *its.others):
            if not letter.text:
                continue
            added = shared.added(letter.text, letter.name)
            if "\n".join(added) != letter.added:
                became[letter.pk] = added
                languages.append(letter.language)
                touched.add(group.pk)
    if became:
        _write_added(became, reasons_of(list(became.values()), languages))
    return touched


def _write_added(became: Mapping[int, Sequence[str]], reasons: Sequence[str]) -> None:
    """By rows held under the group's: people who lift a letter or put it back hold that one first. Rows that an
    erasure holds are left to it: it has the text read again."""
    wanted = dict(zip(became, reasons, strict=True))
    rows = list(Member.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=became).order_by("pk"))
    for member in rows:
        member.added = "\n".join(became[member.pk])
        if member.decided_by_id is None and member.reason not in _STANDS:
            member.reason = wanted[member.pk]
    Member.objects.bulk_update(rows, ["added", "reason"], batch_size=500)
