"""The lists: filtered by their state, in order, a page at a time, and never counted to the end."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from hustings.constituents.topics.queries.taxonomy import as_read, members, tops
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import FieldHidden, may_read, unveiled
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.objects.queries import narrowing

from ..models import Event, Inquiry, Queue, Stage, Status
from .inquiries import Scope, scope_of, visible_to
from .mentions import mentioned_inquiries
from .search import Words, at_place, found_ids, people_named, words_of
from .states import ListState

PAGE = 50
COUNT_TO = 1000
_SENT_LATELY = 2000


@dataclass(frozen=True)
class Order:
    columns: tuple[str, ...]
    downwards: bool

    @property
    def by(self) -> list[str]:
        return [f"-{column}" if self.downwards else column for column in self.columns]


ORDERS = {
    "urgent": Order(("priority", "due_at", "id"), downwards=False),
    "newest": Order(("last_message_at", "id"), downwards=True),
    # Over everything: by the order in which they were opened, which every id keeps.
    "opened": Order(("id",), downwards=True),
    "waking": Order(("snoozed_until", "id"), downwards=False),
}
URGENT_BY = ("status", "priority", "due_at")  # what the most urgent first tells of
TIMED_BY = ("status", "opened_at", "due_at")
# What a view tells of each of its rows. One's own work is no secret from oneself: "mine" and "sent" are not here.
TOLD_BY_VIEW = {
    "queue": ("queue",), "team": ("queue",), "unassigned": ("assignee", "queue"), "open": ("status",),
    "snoozed": ("status",), "closed": ("status",),
}  # fmt: skip
# What is counted beside a list: the field, its column, how many values are told.
FACETS = {
    "state": ("place", "state_code", 60),
    "tag": ("tags", "tags", 30),
    "lang": ("language", "language", 10),
    "topic": ("topic", "topics", 30),
    "nature": ("nature", "nature", 15),
}


@dataclass(frozen=True)
class Page:
    """One page of a list. `count` stops at COUNT_TO (then `more_than` is true); `next` is the cursor of the next."""

    rows: list[Inquiry]
    count: int
    more_than: bool
    next: str

    @property
    def count_text(self) -> str:
        return f"{COUNT_TO:,}+" if self.more_than else f"{self.count:,}"


def filtered(user: User, state: ListState, now: datetime, *, scope: Scope | None = None) -> QuerySet[Inquiry]:
    """The inquiries of the list that this user may see, in no order. Raises FieldHidden when it asks by a field that
    the current reader may not read."""
    scope = scope or scope_of(user)
    rows = _viewed(visible_to(user, scope=scope), user, state, scope)
    rows = rows.filter(_narrowed(state, now))
    if state.added:
        rows = narrowing.narrowed("inquiry", rows, narrowing.asked(user, "inquiry", state.params))
    return rows.filter(_searched(user, words_of(state.q))) if state.q else rows


def page_of(user: User, state: ListState, now: datetime, *, scope: Scope | None = None) -> Page:
    """The page that begins at `state.page`: two queries, whatever is on it (and one a source when words are sought)."""
    rows = filtered(user, state, now, scope=scope)
    order = order_of(state)
    if order is ORDERS["urgent"]:
        # What is closed has no place in this order, and the partial index asks for it.
        rows = rows.filter(status=Status.OPEN)
    count = rows.order_by()[: COUNT_TO + 1].count() if not state.page else -1
    shown = rows.filter(_beyond(order, state.page)) if state.page else rows
    shown = shown.select_related("person", "person__canonical", "queue", "assignee").order_by(*order.by)
    found = list(shown[: PAGE + 1])
    following = _cursor(order, found[PAGE - 1]) if len(found) > PAGE else ""
    return Page(found[:PAGE], min(count, COUNT_TO), count > COUNT_TO, following)


def count_of(user: User, state: ListState, now: datetime, *, scope: Scope | None = None) -> int:
    """How many are in the list; more than COUNT_TO are not counted."""
    return filtered(user, state.but(), now, scope=scope).order_by()[:COUNT_TO].count()


def all_ids(user: User, state: ListState, now: datetime, *, most: int) -> list[int]:
    """Every inquiry of the list, in its order: for an act over "all in this list"."""
    rows = filtered(user, state.but(), now)
    return list(rows.order_by(*order_of(state).by).values_list("id", flat=True)[:most])


def order_of(state: ListState) -> Order:
    """In which order the current reader gets the list: the newest first, where the one in force would tell of what
    they may not read."""
    return ORDERS["newest" if state.sort == "urgent" and not may_read("inquiry", *URGENT_BY) else state.sort]


def facets(user: User, state: ListState, now: datetime) -> dict[str, list[tuple[str, int]]]:
    """What the first thousand of the list are, most frequent first: states, tags, languages, topics and natures, of
    those what the current reader may read. One query; one more where a letter has a topic."""
    told = {name: column for name, (field, column, _most) in FACETS.items() if may_read("inquiry", field)}
    rows = filtered(user, state.but(), now).order_by()
    lines = list(rows.values_list("id", *told.values())[:COUNT_TO])
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
    for place, name in enumerate(told, start=1):
        values = [line[place] if isinstance(line[place], list) else [line[place]] for line in lines]
        if name == "topic" and any(values):
            whole = tops()
            values = [as_read(slugs, whole) for slugs in values]
        counts = Counter(value for some in values for value in some if value)
        # Of the same number by name: the order in which rows happen to lie tells which was changed last.
        found[name] = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[: FACETS[name][2]]
    return found


def sent_by(user: User) -> QuerySet[Event, int]:
    """Ids of what they answered, the newest first, as a subquery."""
    answered = Event.objects.filter(actor=user, kind="answered", undone_at=None)
    return answered.order_by("-at").values_list("inquiry_id", flat=True)[:_SENT_LATELY]


def _viewed(rows: QuerySet[Inquiry], user: User, state: ListState, scope: Scope) -> QuerySet[Inquiry]:
    """The rows of the view. Refused (FieldHidden) is one that tells what the reader may not read; where it is only
    the status, the others hold what is done as well."""
    for field in TOLD_BY_VIEW.get(state.kind, ()):
        if not may_read("inquiry", field):
            raise FieldHidden("inquiry", field)
    waits = Q(status=Status.OPEN) if may_read("inquiry", "status") else ~Q(status=Status.MERGED)
    with unveiled():
        return rows.filter(_view(user, state, scope, waits))


def _view(user: User, state: ListState, scope: Scope, waits: Q) -> Q:
    if state.kind == "queue":
        return waits & Q(queue_id__in=_queues(Q(slug=state.argument)))
    if state.kind == "team":
        return waits & Q(queue_id__in=_queues(Q(team_id=whole_number(state.argument, 0))))
    return {
        "mine": lambda: waits & Q(assignee=user),
        "unassigned": lambda: waits & Q(assignee=None, queue_id__in=scope.queue_ids),
        "open": lambda: waits,
        "snoozed": lambda: Q(status=Status.SNOOZED, assignee=user),
        "mentions": lambda: Q(pk__in=mentioned_inquiries(user)) & ~Q(status=Status.MERGED),
        "sent": lambda: Q(pk__in=sent_by(user)) & ~Q(status=Status.MERGED),
        "closed": lambda: Q(status=Status.CLOSED),
        "all": lambda: ~Q(status=Status.MERGED),
    }[state.kind]()


def _queues(which: Q) -> list[int]:
    # A list of one is an equality to the planner: then the index gives the order too.
    return list(Queue.objects.filter(which).values_list("id", flat=True))


def _narrowed(state: ListState, now: datetime) -> Q:
    narrowed = Q()
    if state.state:
        narrowed &= Q(state_code=state.state)
    if state.tag:
        narrowed &= Q(tags__contains=[state.tag])
    if state.lang:
        narrowed &= Q(language=state.lang)
    if state.stage in Stage.values:
        narrowed &= Q(stage=state.stage)
    if state.who:
        narrowed &= Q(assignee=whole_number(state.who, None))
    if state.team:
        narrowed &= Q(queue_id__in=_queues(Q(team_id=int(state.team))))
    if state.topic:
        narrowed &= Q(topics__overlap=members([state.topic]))
    if state.nature:
        narrowed &= Q(nature=state.nature)
    if state.urgency:
        narrowed &= Q(urgency__gte=int(state.urgency))
    if state.late:
        narrowed &= Q(due_at__lt=now, status=Status.OPEN)
    return narrowed & _between(state.after, state.before)


def _between(after: str, before: str) -> Q:
    between = Q()
    if after and (day := _day(after)):
        between &= Q(opened_at__gte=day)
    if before and (day := _day(before)):
        between &= Q(opened_at__lt=day)
    return between


def _day(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), UTC) if day else None


def _searched(user: User, words: Words) -> Q:
    found = _between(words.after, words.before)
    if words.free:
        found &= Q(pk__any_of=found_ids(user, words.free))
    if words.person:
        found &= Q(person_id__any_of=people_named(words.person))
    if words.tag:
        found &= Q(tags__overlap=list({words.tag, words.tag.lower(), words.tag.capitalize()}))
    if words.place:
        found &= at_place(words.place)
    if words.lang:
        found &= Q(language=words.lang.lower())
    return found


def _cursor(order: Order, row: Inquiry) -> str:
    values = [getattr(row, column) for column in order.columns]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _place(column: str, value: object) -> int | datetime:
    """What a cursor says of one column. Raises ValueError for what that column cannot hold."""
    if column in ("id", "priority"):
        if type(value) is not int or not 0 <= value < 2**63:
            raise ValueError(column)
        return value
    at = parse_datetime(value) if isinstance(value, str) else None
    if at is None or at.tzinfo is None:
        raise ValueError(column)
    return at


def _beyond(order: Order, cursor: str) -> Q:
    """Rows after the cursor; of one that cannot be read, all: an old address still shows a list."""
    try:
        plain = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(plain, list) or len(plain) != len(order.columns):
            return Q()
        values = [_place(column, value) for column, value in zip(order.columns, plain, strict=True)]
    except (ValueError, TypeError):
        return Q()
    # Not one comparison of rows: the planner would guess from its first column, where nearly all are equal, that hardly
    # any row is left, and sort them all. A bound on that column, and the rest as a filter, keeps it in the index.
    step = "lt" if order.downwards else "gt"
    beyond = Q()
    for at, column in enumerate(order.columns):
        equal = dict(zip(order.columns[:at], values, strict=False))
        beyond |= Q(**equal, **{f"{column}__{step}": values[at]})
    return Q(**{f"{order.columns[0]}__{step}e": values[0]}) & beyond


def soon(row: Inquiry, now: datetime) -> str:
    """ "late" past its time, "warn" with less than a quarter of it or an hour left, else ""; "" to who may not read
    when it is due."""
    if row.status != Status.OPEN or not may_read("inquiry", *TIMED_BY):
        return ""
    left = row.due_at - now
    if left < timedelta(0):
        return "late"
    return "warn" if left < timedelta(hours=1) or left < (row.due_at - lit_at(row)) / 4 else ""


def burnt(row: Inquiry, now: datetime) -> int:
    """Per cent of its time to answer that has passed: the fuse. 0 to who may not read when it is due."""
    if row.status != Status.OPEN or not may_read("inquiry", *TIMED_BY):
        return 0
    whole = (row.due_at - lit_at(row)).total_seconds()
    return 100 if whole <= 0 else max(0, min(100, round(100 * (now - lit_at(row)).total_seconds() / whole)))


def lit_at(row: Inquiry) -> datetime:
    """When the time to answer began: when it was opened or, once answered, when they wrote again."""
    again = row.answered_at is not None and row.last_message_at < row.due_at
    return row.last_message_at if again else row.opened_at
