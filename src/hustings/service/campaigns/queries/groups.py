"""Mail campaigns as pages and other rooms read them."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum

from hustings.foundation.access.models import User
from hustings.service.answers.models import ArticleState
from hustings.service.desk.models import Inquiry
from hustings.service.desk.models import Status as InquiryStatus
from hustings.service.desk.queries import inquiries

from ..models import Change, Count, Group, Member, Reason, StandingReply, Status
from ..rules import LISTED_FROM, may_see

STATES_SHOWN = 9
DAYS_SHOWN = 14
ANSWERABLE = (InquiryStatus.OPEN, InquiryStatus.SNOOZED)


def visible_to(user: User) -> QuerySet[Group]:
    """Campaigns that this user sees: all, for those who work on letters. What single writers added is asked for by
    `members_visible_to`."""
    return Group.objects.all() if may_see(user) else Group.objects.none()


def listed(user: User, *, status: str = "", words: str = "", small: bool = False) -> QuerySet[Group]:
    """The list: what is not combined into another, most letters of late first. `small`: also what hardly anybody
    wrote."""
    rows = visible_to(user).filter(combined_into=None, letters__gt=0)
    rows = rows.filter(status=status if status in Status.values else Status.OPEN)
    if not small:
        rows = rows.filter(people__gte=LISTED_FROM)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(sponsor__icontains=words) | Q(sentences__icontains=words))
    return rows.order_by("-last_at", "-pk")


def count_open(user: User) -> int:
    """How many campaigns are open, for the rail."""
    return listed(user).order_by().count()


def whole(group: Group) -> Q:
    """Of members and counts: those of the campaign and of all that were combined into it."""
    return Q(group=group) | Q(group__combined_into=group)


def members_visible_to(user: User, group: Group) -> QuerySet[Member]:
    """The letters whose conversations this user sees."""
    return Member.objects.filter(whole(group), inquiry__in=inquiries.visible_to(user).values("pk"))


def lifted(user: User, group: Group, *, reason: str = "") -> QuerySet[Member]:
    """The letters that wait for a person because of what was added, the most urgent first."""
    rows = members_visible_to(user, group).exclude(reason=Reason.NONE)
    rows = rows.filter(reason=reason) if reason else rows
    rows = rows.select_related("inquiry", "inquiry__person", "inquiry__person__canonical", "inquiry__queue")
    return rows.order_by("inquiry__status", "inquiry__priority", "inquiry__due_at", "pk")


def reasons(group: Group) -> list[tuple[str, str, int]]:
    """(reason, what it is called, letters), in the order of urgency; of all letters, also of those not seen here."""
    counts = Counter(Member.objects.filter(whole(group)).exclude(reason="").values_list("reason", flat=True))
    return [(value, str(label), counts[value]) for value, label in Reason.choices if value and counts[value]]


def added_and_stays(user: User, group: Group) -> QuerySet[Member]:
    """What was added by those whose letters stay in the campaign, the newest first."""
    rows = members_visible_to(user, group).filter(reason=Reason.NONE).exclude(added="")
    return rows.select_related("inquiry", "inquiry__person", "inquiry__person__canonical").order_by("-at", "-pk")


def open_inquiry_ids(group: Group) -> list[int]:
    """The inquiries that the campaign's reply would answer: of letters not lifted out, that wait and were never
    answered. Never what is sealed or someone's in crisis, and nothing that was merged into another conversation."""
    rows = Inquiry.objects.filter(
        pk__in=Member.objects.filter(whole(group), reason=Reason.NONE).values("inquiry_id"),
        status__in=ANSWERABLE,
        answered_at=None,
        is_sealed=False,
        is_crisis=False,
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def standing_reply_of(group: Group, now: datetime) -> StandingReply | None:
    """The reply that holds for the campaign's position now: not ended, not past its last day, and its words still
    approved."""
    rows = StandingReply.objects.filter(group=group, position=group.position, ended_at=None)
    rows = rows.filter(Q(until=None) | Q(until__gte=now.date()), article__state=ArticleState.APPROVED)
    return rows.select_related("article", "version", "set_by").first()


def reply_set(group: Group) -> StandingReply | None:
    """The reply that was set last and not ended, also when its words are no longer approved or its time is over."""
    rows = StandingReply.objects.filter(group=group, position=group.position, ended_at=None)
    return rows.select_related("article", "version", "set_by").first()


@dataclass(frozen=True)
class Grid:
    """Letters by state and day. `lines` are (state, letters a day, all), the most first, the last the others together
    where there are more; `days` the days shown and `by_day` their sums."""

    days: Sequence[date]
    by_day: Sequence[int]
    lines: Sequence[tuple[str, Sequence[int], int]]
    states: int
    others: int


def grid(group: Group, *, days: int = DAYS_SHOWN) -> Grid:
    """Counts for the chart: the newest days on which letters came, and the states that sent most."""
    rows = Count.objects.filter(whole(group)).values_list("day", "state_code").annotate(n=Sum("letters"))
    cells: dict[str, Counter[date]] = defaultdict(Counter)
    for day, state, n in rows:
        cells[state][day] += n
    if not cells:
        return Grid([], [], [], 0, 0)
    last = max(day for counts in cells.values() for day in counts)
    first = max(min(day for counts in cells.values() for day in counts), last - timedelta(days=days - 1))
    shown = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    order = sorted(cells, key=lambda state: (not state, -sum(cells[state].values()), state))
    lines = [(state, [cells[state][day] for day in shown], sum(cells[state].values())) for state in order]
    others = lines[STATES_SHOWN:]
    if others:
        sums = [sum(line[1][n] for line in others) for n in range(len(shown))]
        lines = [*lines[:STATES_SHOWN], ("*", sums, sum(line[2] for line in others))]
    by_day = [sum(cells[state][day] for state in cells) for day in shown]
    return Grid(shown, by_day, lines, len([state for state in cells if state]), len(others))


def history(group: Group) -> QuerySet[Change]:
    """What was done with it, the newest first."""
    return Change.objects.filter(whole(group)).select_related("actor", "undone_by", "group").order_by("-at", "-pk")


def combinable(user: User, group: Group, words: str = "") -> QuerySet[Group]:
    """Campaigns it may be combined into."""
    return listed(user, words=words, small=True).exclude(pk=group.pk)


def groups_of(inquiry_ids: Sequence[int]) -> dict[int, tuple[Group, Member]]:
    """The campaign of each of these conversations, with its letter; only what is a campaign."""
    rows = Member.objects.filter(inquiry_id__in=inquiry_ids).select_related("group", "group__combined_into")
    found: dict[int, tuple[Group, Member]] = {}
    for member in rows.order_by("-pk"):
        top = member.group.combined_into or member.group
        if top.status != Status.NONE and top.people >= LISTED_FROM:
            found[member.inquiry_id] = (top, member)
    return found


def waiting(group: Group) -> dict[str, Any]:
    """How many letters wait for the reply, for a person, and have been answered."""
    rows = Member.objects.filter(whole(group))
    states = Counter(rows.values_list("reason", "inquiry__status"))
    open_, answered = len(open_inquiry_ids(group)), rows.filter(inquiry__answered_at__isnull=False).count()
    by_hand = sum(n for (reason, status), n in states.items() if reason and status in ANSWERABLE)
    return {"reply": open_, "person": by_hand, "answered": answered}


def states_of(group: Group) -> int:
    """From how many states letters came."""
    return Count.objects.filter(whole(group)).exclude(state_code="").values("state_code").distinct().count()


def days_of(group: Group) -> list[tuple[date, str, int]]:
    """(day, state, letters), in order."""
    rows = Count.objects.filter(whole(group)).values_list("day", "state_code").annotate(n=Sum("letters"))
    return list(rows.order_by("day", "state_code"))
