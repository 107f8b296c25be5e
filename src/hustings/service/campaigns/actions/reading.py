"""A campaign's text, read again from a sample of its letters as it grows: what they share, who kept what of it, who may
stand behind it, and with that what their writers added."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.text import Truncator

from hustings.constituents.people.queries import members
from hustings.foundation.core import jobs
from hustings.foundation.core.guard import action

from ..engine.sentences import Kept, Shared, shared_text
from ..engine.sponsors import guess_sponsor
from ..models import Change, ChangeKind, Group, Member, Reason
from ..queries.texts import words_of
from . import counting
from .comparing import known_group
from .reasons import reasons_of
from .telling import tell

SAMPLE = 200
NAMELESS = "…"  # until its text is read again
# What no rule over the added words alone may take back.
_STANDS = (Reason.THREAT, Reason.CRISIS, Reason.BY_HAND)
_READ = ("sentences", "wordings", "looked_at", "name", "sponsor", "sponsor_by", "sponsor_letters")


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


@action
def read_again(*, group_id: int, now: datetime) -> None:
    """Read the text from a sample spread over the letters. What its newest writers added is measured by it again; what
    a person decided stays. May be called any number of times."""
    group = known_group(group_id)
    if group is None:
        return
    sample = _sample(group)
    texts = words_of([member.inquiry_id for member in sample])
    by_writer = {member.person_id: texts[member.inquiry_id] for member in sample if texts.get(member.inquiry_id)}
    letters = list(by_writer.values())
    kept = shared_text(letters)
    if len(letters) < 2 or not kept:
        return
    guess = guess_sponsor(letters)
    group.sentences, group.wordings, group.looked_at = told_of(kept), wordings_of(kept), len(letters)
    if not _named_by_hand(group):
        group.name = name_of([member.inquiry.subject for member in sample], group.sentences)
    if group.sponsor_by != "person":
        group.sponsor, group.sponsor_by = (guess.name, guess.by) if guess else ("", "")
        group.sponsor_letters = guess.letters if guess else 0
    group.save(update_fields=_READ)
    _measure_again(group, sample, texts)
    counting.recount([group.combined_into_id or group.pk])
    tell([group])


def forget_words_of(*, person_id: int) -> None:
    """In the transaction that erases a person, as its last part: a campaign's text may have been read from their copy,
    so it is read anew from the others'. What somebody named stays; where only one other is left there is no text."""
    groups = Group.objects.filter(pk__in=Member.objects.filter(person_id__in=members(person_id)).values("group_id"))
    for group in groups.select_for_update().order_by("pk"):
        group.sentences, group.wordings, group.looked_at = [], [], 0
        if not _named_by_hand(group):
            group.name = NAMELESS
        if group.sponsor_by != "person":
            group.sponsor, group.sponsor_by, group.sponsor_letters = "", "", 0
        group.save(update_fields=_READ)
        jobs.enqueue("campaigns.read_again", once=f"campaigns:{group.pk}", group_ids=[group.pk])


def _named_by_hand(group: Group) -> bool:
    by_hand = Q(kind=ChangeKind.RENAMED) | Q(kind=ChangeKind.MADE, actor__isnull=False)
    return Change.objects.filter(by_hand, group=group).exists()


def _sample(group: Group) -> list[Member]:
    """Letters spread evenly over all of them, in the order in which they came."""
    ids = list(Member.objects.filter(group=group).order_by("pk").values_list("pk", flat=True))
    step = max(1, len(ids) // SAMPLE)
    rows = Member.objects.filter(pk__in=ids[::step][:SAMPLE]).select_related("person", "inquiry")
    return list(rows.order_by("pk"))


def _measure_again(group: Group, sample: Sequence[Member], texts: Mapping[int, str]) -> None:
    """What these writers added by the text as it is read now, and those who seemed to add what is the text's own."""
    ids = {member.pk for member in sample}
    told = Member.objects.filter(~Q(added=""), group=group).exclude(pk__in=ids).select_related("person", "inquiry")
    others = list(told[:1000])
    texts = {**texts, **words_of([member.inquiry_id for member in others])}
    shared = shared_by(group.sentences, group.wordings)
    became: dict[int, list[str]] = {}
    languages: dict[int, str] = {}
    for member in [*sample, *others]:
        if not (text := texts.get(member.inquiry_id)):
            continue
        added = shared.added(text, member.person.name)
        if "\n".join(added) != member.added:
            became[member.pk], languages[member.pk] = added, member.inquiry.language
    _write_added(became, reasons_of(list(became.values()), list(languages.values())))


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
