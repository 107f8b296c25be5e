"""Reading the timeline: by a person's member set, newest first, a page at a time by the last line seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from hustings.foundation.access.models import User

from . import kinds
from .models import Entry

Cursor = tuple[datetime, int]
PAGE = 50
MOST_COUNTED = 200  # lines read, shown or not, to say how many there are of each group


@dataclass(frozen=True)
class Page:
    """`counts` by group over the newest lines (`more_than_counted`: there are older ones); `next` reads on."""

    lines: list[kinds.Line]
    next: Cursor | None
    counts: dict[str, int]
    more_than_counted: bool


def of_people(
    person_ids: Sequence[int], *, kinds: Iterable[str] | None = None, before: Cursor | None = None, limit: int = PAGE
) -> list[Entry]:
    """At most `limit` lines of these records, newest first; `before` is the (at, id) of the last one seen."""
    found = _older_than(Entry.objects.filter(person_id__in=person_ids), before)
    if kinds is not None:
        found = found.filter(kind__in=list(kinds))
    return list(found.order_by("-at", "-id")[:limit])


def _older_than(entries: QuerySet[Entry], before: Cursor | None) -> QuerySet[Entry]:
    if before is None:
        return entries
    at, number = before
    # The first condition lets the database pass over whole months.
    return entries.filter(at__lte=at).filter(Q(at__lt=at) | Q(id__lt=number))


def page_of(
    user: User, person_ids: Sequence[int], *, group: str = "", before: Cursor | None = None, limit: int = PAGE
) -> Page:
    """One page of a person's timeline as this user may read it.

    The counts are of what the user sees and not of what there is: a number may not betray a sealed letter.
    """
    if before is None:
        newest = of_people(person_ids, limit=MOST_COUNTED + 1)
        seen = kinds.rendered(user, newest[:MOST_COUNTED])
        counts = {name: sum(line.group == name for line in seen) for name in kinds.GROUPS}
        more = len(newest) > MOST_COUNTED
        if not more or not group:
            lines = [line for line in seen if not group or line.group == group]
            return Page(lines[:limit], _next(lines, limit, newest[:MOST_COUNTED] if more else []), counts, more)
    else:
        counts, more = {}, True
    lines, next_cursor = _read_on(user, person_ids, group, before, limit)
    return Page(lines, next_cursor, counts, more)


def newest_of(user: User, person_ids: Sequence[int], *, limit: int) -> list[kinds.Line]:
    """The newest lines that this user may see. No more is read than it takes to find so many."""
    return _read_on(user, person_ids, "", None, limit)[0]


def _next(lines: list[kinds.Line], limit: int, older_after: list[Entry]) -> Cursor | None:
    if len(lines) > limit:
        last = lines[limit - 1].entry
        return last.at, last.id
    return (older_after[-1].at, older_after[-1].id) if older_after else None


def _read_on(
    user: User, person_ids: Sequence[int], group: str, before: Cursor | None, limit: int
) -> tuple[list[kinds.Line], Cursor | None]:
    """Read until the page is full or the lines end: those the user may not see leave gaps in what was read."""
    lines: list[kinds.Line] = []
    while True:
        entries = of_people(person_ids, before=before, limit=limit * 2)
        lines += [line for line in kinds.rendered(user, entries) if not group or line.group == group]
        if len(lines) > limit or len(entries) < limit * 2:
            return lines[:limit], _next(lines, limit, [])
        before = (entries[-1].at, entries[-1].id)


def cursor_text(cursor: Cursor | None) -> str:
    """As an address holds it: microseconds since 1970 and the id."""
    if cursor is None:
        return ""
    return f"{round(cursor[0].timestamp() * 1_000_000)}-{cursor[1]}"


def cursor_of(text: str) -> Cursor | None:
    """The other way; None for what is no cursor."""
    micros, dash, number = text.partition("-")
    if not (dash and micros.isdecimal() and number.isdecimal() and len(micros) <= 17 and len(number) <= 18):
        return None
    seconds, rest = divmod(int(micros), 1_000_000)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest), int(number)
