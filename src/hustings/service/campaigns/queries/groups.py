"""Mail campaigns as pages and other rooms read them."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count as Number
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from hustings.foundation.access.models import User
from hustings.foundation.access.queries.counting import counted
from hustings.foundation.core.guard import FieldHidden, may_read, unveiled
from hustings.service.answers.models import ArticleState
from hustings.service.desk.models import Inquiry
from hustings.service.desk.models import Status as InquiryStatus
from hustings.service.desk.queries import inquiries

from ..models import Change, Count, Group, Member, Reason, StandingReply, Status
from ..rules import DAYS, LISTED_FROM, TELLS, may_see, may_see_small

STATES_SHOWN = 9
DAYS_SHOWN = 14
TEXT = ("sentences", "wordings")  # of a campaign: long, and not asked for where only its name is shown
ANSWERABLE = (InquiryStatus.OPEN, InquiryStatus.SNOOZED)


def visible_to(user: User) -> QuerySet[Group]:
    """Campaigns that this user sees, for those who work on letters: what many wrote, and all for those who see every
    conversation. What single writers added is asked for by `members_visible_to`."""
    if not may_see(user):
        return Group.objects.none()
    with unveiled():  # which of them are campaigns follows from how many wrote, whoever may know it
        return Group.objects.all() if may_see_small(user) else Group.objects.filter(people__gte=LISTED_FROM)


def listed(user: User, *, status: str = "", words: str = "", small: bool = False) -> QuerySet[Group]:
    """The list: what is not combined into another, most letters of late first. `small`: also what hardly anybody
    wrote. Who may not read which are open is shown those that are over among them, and is refused a status."""
    with unveiled():
        rows = visible_to(user).filter(combined_into=None, letters__gt=0)
        rows = rows if small else rows.filter(people__gte=LISTED_FROM)
    if status in Status.values:
        rows = rows.filter(status=status)
    elif may_read("campaign", "status"):
        rows = rows.filter(status=Status.OPEN)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(sponsor__icontains=words) | Q(sentences__icontains=words))
    return rows.order_by(*(("-last_at",) if may_read("campaign", "last_at") else ()), "-pk")


def count_open(user: User) -> int | None:
    """How many campaigns are open, for the rail; None to who may not read which are."""
    return counted(user, "campaigns.open", lambda: listed(user)) if may_read("campaign", "status") else None


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
    urgent = [f"inquiry__{name}" for name in ("status", "priority", "due_at") if may_read("inquiry", name)]
    return rows.order_by(*urgent, "pk")


def reasons(group: Group) -> list[tuple[str, str, int]]:
    """(reason, what it is called, letters), in the order of urgency; of all letters, also of those not seen here."""
    rows = Member.objects.filter(whole(group)).exclude(reason="").order_by().values_list("reason")
    counts = dict(rows.annotate(n=Number("pk")))
    return [(value, str(label), counts[value]) for value, label in Reason.choices if value and value in counts]


def added_and_stays(user: User, group: Group) -> QuerySet[Member]:
    """What was added by those whose letters stay in the campaign, the newest first."""
    rows = members_visible_to(user, group).filter(reason=Reason.NONE).exclude(added="")
    return rows.select_related("inquiry", "inquiry__person", "inquiry__person__canonical").order_by("-at", "-pk")


def open_inquiry_ids(group: Group) -> list[int]:
    """The inquiries that the campaign's reply would answer: of letters not lifted out, that wait and were never
    answered. Never what is sealed or someone's in crisis, and nothing that was merged into another conversation."""
    return list(open_inquiries(group).order_by("pk").values_list("pk", flat=True))


def open_inquiries(group: Group) -> QuerySet[Inquiry]:
    """The same, as a query."""
    with unveiled():
        return Inquiry.objects.filter(
            pk__in=Member.objects.filter(whole(group), reason=Reason.NONE).values("inquiry_id"),
            status__in=ANSWERABLE,
            answered_at=None,
            is_sealed=False,
            is_crisis=False,
        )


def standing_replies(now: datetime) -> QuerySet[StandingReply]:
    """Those that hold now: of their campaign's position, not ended, not past their last day, their words approved."""
    with unveiled():
        rows = StandingReply.objects.filter(ended_at=None, position=F("group__position"), group__combined_into=None)
        rows = rows.filter(Q(until=None) | Q(until__gte=now.date()), article__state=ArticleState.APPROVED)
    return rows.select_related("group", "article", "version", "set_by")


def standing_reply_of(group: Group, now: datetime) -> StandingReply | None:
    """The reply that holds for the campaign's position now."""
    return standing_replies(now).filter(group=group).first()


def standing_replies_of(groups: Sequence[Group], now: datetime) -> dict[int, StandingReply]:
    """The same of many, by campaign."""
    return {one.group_id: one for one in standing_replies(now).filter(group__in=groups)}


def reply_set(group: Group) -> StandingReply | None:
    """The reply that was set last and not ended, also when its words are no longer approved or its time is over."""
    with unveiled():
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
    """Counts for the chart: the newest days on which letters came, and the states that sent most; empty for who may
    not read how many came and when."""
    if not may_read("campaign", *DAYS):
        return Grid([], [], [], 0, 0)
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
    """What was done with it, the newest first; without what tells of a field that the reader may not read."""
    hidden = [kind for kind, name in TELLS.items() if not may_read("campaign", name)]
    rows = Change.objects.filter(whole(group)).exclude(kind__in=hidden)
    return rows.select_related("actor", "undone_by", "group").order_by("-at", "-pk")


def combinable(user: User, group: Group, words: str = "") -> QuerySet[Group]:
    """Campaigns it may be combined into."""
    return listed(user, words=words, small=True).exclude(pk=group.pk)


def groups_of(inquiry_ids: Sequence[int]) -> dict[int, tuple[Group, Member]]:
    """The campaign of each of these conversations, with its letter; only what is a campaign."""
    rows = Member.objects.filter(inquiry_id__in=inquiry_ids).select_related("group", "group__combined_into")
    rows = rows.defer(*(f"{path}__{name}" for path in ("group", "group__combined_into") for name in TEXT))
    found: dict[int, tuple[Group, Member]] = {}
    knows = may_read("campaign", "status")  # to others what is none is shown with the rest
    with unveiled():
        for member in rows.order_by("-pk"):
            top = member.group.combined_into or member.group
            if (top.status != Status.NONE or not knows) and top.people >= LISTED_FROM:
                found[member.inquiry_id] = (top, member)
    return found


def waiting(group: Group) -> dict[str, int | None]:
    """How many letters wait for the reply, for a person, and have been answered; None each to who may not read what
    stands with a conversation, or how many letters there are."""
    if not (may_read("inquiry", "status") and may_read("campaign", "letters")):
        return {"reply": None, "person": None, "answered": None}
    told = Member.objects.filter(whole(group)).aggregate(
        person=Number("pk", filter=~Q(reason=Reason.NONE) & Q(inquiry__status__in=ANSWERABLE)),
        answered=Number("pk", filter=Q(inquiry__answered_at__isnull=False)),
    )
    return {"reply": open_inquiries(group).count(), **told}


def states_of(groups: Sequence[Group]) -> dict[int, int]:
    """From how many states letters came, of each campaign."""
    rows = Count.objects.filter(Q(group__in=groups) | Q(group__combined_into__in=groups)).exclude(state_code="")
    tops = rows.annotate(top=Coalesce("group__combined_into_id", "group_id")).order_by().values_list("top")
    return dict(tops.annotate(n=Number("state_code", distinct=True)))


def days_of(group: Group) -> list[tuple[date, str, int]]:
    """(day, state, letters), in order. Raises FieldHidden to who may not read how many came and when."""
    for name in DAYS:
        if not may_read("campaign", name):
            raise FieldHidden("campaign", name)
    rows = Count.objects.filter(whole(group)).values_list("day", "state_code").annotate(n=Sum("letters"))
    return list(rows.order_by("day", "state_code"))
