"""Two campaigns found to be one, one found to be two, and taking that back."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import jobs
from hustings.foundation.core.guard import action

from ..engine.grouping import Shape as EngineShape
from ..engine.words import numbers_of, pairs_of
from ..models import Change, ChangeKind, Group, Member, Shape
from ..queries.texts import words_of
from ..rules import Refused, Stale
from . import comparing, counting
from .changing import only_leads
from .reading import has_grown
from .telling import audit, tell

MOST_SEARCHED = 20_000


def join(pairs: Sequence[tuple[int, int]], *, actor: User | None, now: datetime) -> list[Change]:
    """Of each (goes, stays), one after the other: who goes, with what was combined into it, is read as who stays. No
    letter moves. A change for each pair that was not one already. In the caller's transaction, under the lock of
    `comparing`."""
    given = comparing.known_groups({each for pair in pairs for each in pair})
    tops = {group.combined_into_id for group in given.values() if group.combined_into_id}
    rows = given | comparing.known_groups(tops - given.keys())
    top_of = {pk: group.combined_into_id or pk for pk, group in rows.items()}
    below: dict[int, list[int]] = {}
    branches = Group.objects.filter(combined_into__in=set(top_of.values())).order_by("pk")
    for pk, top in branches.values_list("pk", "combined_into_id"):
        below.setdefault(top, []).append(pk)
        top_of[pk] = top
    changes: list[Change] = []
    moved: dict[int, Group] = {}
    for goes, stays in pairs:
        if goes not in given or stays not in given or top_of[goes] == top_of[stays]:
            continue
        gone, into = rows[top_of[goes]], rows[top_of[stays]]
        others = below.pop(gone.pk, [])
        for pk in (gone.pk, *others):
            top_of[pk] = into.pk
        moved[gone.pk] = gone
        below.setdefault(into.pk, []).extend([gone.pk, *others])
        detail = {"group": gone.pk, "name": gone.name, "with": others}
        changes.append(Change(group=into, kind=ChangeKind.COMBINED, at=now, actor=actor, detail=detail))
    if not changes:
        return []
    counting.count_joined([(group, top_of[pk]) for pk, group in moved.items()])
    Change.objects.bulk_create(changes)
    came: Counter[int] = Counter()
    for pk, group in moved.items():
        came[top_of[pk]] += group.letters
    tell([rows[pk] for pk in moved.keys() | came.keys()])
    if grown := [pk for pk, more in came.items() if has_grown(rows[pk].letters, rows[pk].letters + more)]:
        jobs.enqueue("campaigns.read_again", group_ids=sorted(grown))
    return changes


@action
def combine(*, actor: User, group: Group, into: Group, now: datetime) -> Change:
    """As `join`, by a person. Raises Refused for whoever does not lead and Stale when they are one already."""
    only_leads(actor)
    comparing.lock()
    changes = join([(group.pk, into.pk)], actor=actor, now=now)
    if not changes:
        raise Stale(_("These are one mail campaign already. Nothing was changed."))
    audit(actor=actor, group=into, action="campaign.combined", detail={"group": str(group.uid)}, now=now)
    return changes[0]


@action
def split(*, actor: User, group: Group, words: str, name: str, now: datetime) -> Group:
    """The letters of this campaign that say these words become one of their own, also those to come. Raises Refused
    when none or all say them."""
    only_leads(actor)
    said = " ".join(words.lower().split())
    newest, ids = _that_say(group, said)  # the long part of it, before anybody has to wait
    comparing.lock()
    group = comparing.known_groups([group.pk])[group.pk]
    ids += _that_say(group, said, after=newest)[1]
    members = list(Member.objects.filter(_of(group), pk__in=ids))
    total = Member.objects.filter(_of(group)).count()
    if not members or len(members) == total:
        raise Refused(
            _("No letter of it says these words. Nothing was changed.")
            if not members
            else _("All its letters say these words. Nothing was changed.")
        )
    made = Group.objects.create(name=name.strip() or said, first_at=now, last_at=now, language=group.language)
    before: dict[str, list[int]] = {}
    for member in members:
        before.setdefault(str(member.group_id), []).append(member.pk)
    Member.objects.filter(pk__in=[member.pk for member in members]).update(group=made)
    Change.objects.create(
        group=group, kind=ChangeKind.SPLIT, at=now, actor=actor,
        detail={"made": made.pk, "name": made.name, "words": said, "before": before},
    )  # fmt: skip
    Change.objects.create(group=made, kind=ChangeKind.MADE, at=now, actor=actor, detail={"from": group.name})
    touched = [made.pk, *map(int, before)]
    for pk in touched:
        _shape_again(pk, apart=True)
    counting.recount_days(touched)
    counting.recount([group.pk, made.pk])
    comparing.write_sheaf(None, groups=touched, now=now)
    for pk in touched:
        jobs.enqueue("campaigns.read_again", once=f"campaigns:{pk}", group_ids=[pk])
    audit(actor=actor, group=group, action="campaign.split", detail={"made": str(made.uid)}, now=now)
    tell([group, made])
    return made


def _that_say(group: Group, said: str, *, after: int = 0) -> tuple[int, list[int]]:
    """(the newest letter that was looked at, those that hold these words) of the campaign's letters after this one."""
    found: list[int] = []
    rows = list(
        Member.objects.filter(_of(group), pk__gt=after).order_by("-pk").values_list("pk", "inquiry_id")[:MOST_SEARCHED]
    )
    for start in range(0, len(rows), 500):
        some = rows[start : start + 500]
        texts = words_of([inquiry_id for _pk, inquiry_id in some])
        found += [pk for pk, inquiry_id in some if said in " ".join(texts.get(inquiry_id, "").lower().split())]
    return (rows[0][0] if rows else after), found


@action
def undo(*, actor: User, change: Change, now: datetime) -> None:
    """Take a combining, a split or a name back. What came since goes where its text belongs. Undoing twice changes
    nothing; Raises Stale when something was built on it."""
    only_leads(actor)
    comparing.lock()
    change = Change.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.undone_at is not None:
        return
    if change.kind == ChangeKind.COMBINED:
        _part_again(change, now)
    elif change.kind == ChangeKind.SPLIT:
        _bring_back(change, now)
    elif change.kind == ChangeKind.RENAMED:
        Group.objects.filter(pk=change.group_id, name=change.detail["became"]).update(name=change.detail["was"])
    else:
        raise Refused(_("This cannot be taken back. Nothing was changed."))
    change.undone_at, change.undone_by = now, actor
    change.save(update_fields=["undone_at", "undone_by"])
    audit(actor=actor, group=change.group, action="campaign.undone", detail={"change": str(change.uid)}, now=now)
    tell([change.group])


def _part_again(change: Change, now: datetime) -> None:
    below, above = change.detail["group"], change.group_id
    top = Group.objects.filter(pk=above).values_list("combined_into_id", flat=True).first()
    branch = Group.objects.filter(pk__in=[below, *change.detail["with"]], combined_into_id__in=[above, top])
    branch.exclude(pk=below).update(combined_into=below)
    Group.objects.filter(pk=below).update(combined_into=None)
    for pk in (below, above):
        _shape_again(pk, apart=True)
    comparing.write_sheaf(None, groups=[below, above], now=now)
    counting.recount([below, top or above])


def _bring_back(change: Change, now: datetime) -> None:
    made = Group.objects.filter(pk=change.detail["made"], combined_into=None).first()
    if made is None:
        raise Stale(_("What was split off has been combined since: take that back first. Nothing was changed."))
    touched = [int(pk) for pk in change.detail["before"]]
    for pk, ids in change.detail["before"].items():
        Member.objects.filter(pk__in=ids, group=made).update(group_id=int(pk))
    Member.objects.filter(group=made).update(group_id=touched[0])  # those that came since
    Group.objects.filter(pk=made.pk).update(combined_into=change.group)
    for pk in touched:
        _shape_again(pk)
    Shape.objects.filter(group=made).delete()
    counting.recount_days([made.pk, *touched])
    counting.recount([change.group_id])
    comparing.write_sheaf(None, groups=[made.pk, *touched], now=now)


def _shape_again(group: int, *, apart: bool = False) -> None:
    """What new letters are compared with, from the letters that the group has now. `apart`: a person said that it is
    no other one."""
    newest = Member.objects.filter(group_id=group).order_by("-pk").values_list("inquiry_id", flat=True)[:24]
    letters = [numbers_of(text) for text in words_of(list(newest)).values()]
    shape = EngineShape.of(pairs_of(letters))
    row = {
        "pairs": shape.pairs.astype("<u4").tobytes(),
        "counts": shape.counts.astype("<u2").tobytes(),
        "learned": shape.learned,
        "size": shape.size,
        "tightness": shape.tightness,
        "apart": apart,
    }
    Shape.objects.update_or_create(group_id=group, defaults=row)


def _of(group: Group) -> Q:
    return Q(group=group) | Q(group__combined_into=group)
