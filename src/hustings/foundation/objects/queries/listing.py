"""An object's list: what its address asks for, the rows of a page, and how many there are.

The address is the state: `q` words anywhere, `f.<field>` and for numbers and dates `f.<field>.min` and `.max`, `stage`,
`owner` (me, none, a uid), `sort` (a field, a minus before it for descending), `cols`, and `after` or `before` the uid
of a record. Asked by a field that the reader may not read, it is refused whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.http import QueryDict

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import FieldHidden, may_read, unveiled
from hustings.foundation.core.records import CHOICE, DATE, PHONE, YES_NO
from hustings.foundation.core.texts import storable

from ..guarding import OWNER, STAGE, ask
from ..kinds import NUMBERS, SORTABLE
from ..models import CustomRecord, FieldType, ObjectType
from .conditions import Condition, asked_slugs, condition_of, lowered
from .rows import visible_to
from .shape import shape

PAGE, MOST_COUNTED, MOST_WORDS = 50, 1000, 6
LARGE = 20_000  # records: from then on each is looked at for longer than a reader should wait


@dataclass(slots=True)
class Wish:
    """What the address asks for. `sort` is None for newest first (or oldest: not `down`)."""

    kind: ObjectType
    q: str = ""
    conditions: list[Condition] = field(default_factory=list)
    stage: str = ""
    owner: str = ""
    sort: FieldType | None = None
    down: bool = True
    columns: tuple[str, ...] = ()  # the names of fields; none where none were chosen
    problems: list[str] = field(default_factory=list)
    after: str = ""
    before: str = ""

    @property
    def sort_word(self) -> str:
        name = self.sort.slug if self.sort else "made"
        return f"-{name}" if self.down else name

    @property
    def asks(self) -> bool:
        return bool(self.q or self.conditions or self.stage or self.owner)


def wish_of(user: User, kind: ObjectType, params: QueryDict) -> Wish:
    """Raises FieldHidden when it asks by what the current reader may not read or what is not there."""
    wish = Wish(kind, q=" ".join(storable(params.get("q", "")).split())[:100])
    wish.after, wish.before = params.get("after", ""), params.get("before", "")
    for slug in asked_slugs(params):
        one = _asked(kind, slug)
        try:
            if condition := condition_of(user, one, params):
                wish.conditions.append(condition)
        except ValidationError as problem:
            wish.problems.append(f"{one.label}: {' '.join(problem.messages)}")
    if stage := storable(params.get("stage", "")):
        _own(kind, STAGE)
        wish.stage = stage
    if owner := params.get("owner", ""):
        _own(kind, OWNER)
        wish.owner = owner
    sort = params.get("sort", "")
    wish.down = sort.startswith("-") or not sort
    if (name := sort.removeprefix("-")) and name != "made":
        wish.sort = _asked(kind, name)
        wish.sort = wish.sort if wish.sort.kind in SORTABLE else None
    wish.columns = tuple(params.getlist("cols"))
    return wish


def readable(kind: ObjectType) -> list[FieldType]:
    """The fields that the current reader may read, in order."""
    return [one for one in shape().fields_of(kind.record) if may_read(kind.record, one.slug)]


def _asked(kind: ObjectType, slug: str) -> FieldType:
    one = shape().field(kind.record, slug)
    if one is None:
        raise FieldHidden(kind.record, slug)
    ask(one)
    return one


def _own(kind: ObjectType, name: str) -> None:
    if not may_read(kind.record, name):
        raise FieldHidden(kind.record, name)


def found(user: User, wish: Wish) -> QuerySet[CustomRecord]:
    """The rows that the wish asks for and the person may see, in no order."""
    asked = [condition.field for condition in wish.conditions]
    rows = visible_to(user, wish.kind, {*asked, *([wish.sort] if wish.sort else ())})
    if wish.problems:
        return rows.none()
    fields = readable(wish.kind) if wish.q else asked
    with unveiled():  # each field asked for was looked at when the wish was made
        texts = lowered(fields)
        rows = rows.alias(**texts)
        for condition in wish.conditions:
            rows = rows.exclude(condition.q) if condition.without else rows.filter(condition.q)
        if wish.stage:
            rows = rows.filter(stage=wish.stage)
        if wish.owner:
            rows = rows.filter(_of_owner(user, wish.owner))
        for word in wish.q.lower().split()[:MOST_WORDS]:
            anywhere = Q(pk=None)
            for alias in texts:
                anywhere |= Q(**{f"{alias}__contains": word})
            rows = rows.filter(anywhere, words__contains=word)
        return rows


def _of_owner(user: User, owner: str) -> Q:
    if owner in ("me", "none"):
        return Q(owner=user.pk if owner == "me" else None)
    try:
        return Q(owner__uid=UUID(owner))
    except ValueError:
        return Q(pk=None)


def count(rows: QuerySet[CustomRecord]) -> tuple[int, bool]:
    """How many, and whether there are more than were counted."""
    number = rows.order_by()[: MOST_COUNTED + 1].count()
    return min(number, MOST_COUNTED), number > MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Page:
    """`counted` as `count` would tell it, where the page's own question told it on the way."""

    rows: list[CustomRecord]
    before: UUID | None
    after: UUID | None
    counted: tuple[int, bool] | None = None


def page_of(rows: QuerySet[CustomRecord], wish: Wish, *, size: int = PAGE) -> Page:
    """The rows of the page, blank values last whichever way they are sorted, and where the pages beside it begin.

    Ids are asked for first and whole rows by them: what is sorted, or handed from one process of the database to
    another, is narrow then."""
    key = f"w{wish.sort.pk}" if wish.sort else ""
    backward, counted = bool(wish.before), None
    with unveiled():
        start = _place_of(rows, key, wish.before or wish.after)
        if start is None and not backward and (wish.asks if wish.sort is None else not wish.sort.has_index):
            taken = _first(rows, wish, MOST_COUNTED + 1 if wish.asks else size + 1)
            if wish.asks:
                counted = min(len(taken), MOST_COUNTED), len(taken) > MOST_COUNTED
        else:
            taken = _run(rows, key, wish.down, start, size + 1, backward=backward)
        more, shown = len(taken) > size, _whole(taken[:size])
    if backward:
        shown.reverse()
    first = (more if backward else start is not None) and shown
    last = (start is not None if backward else more) and shown
    return Page(shown, shown[0].uid if first else None, shown[-1].uid if last else None, counted)


def _first(rows: QuerySet[CustomRecord], wish: Wish, most: int) -> list[int]:
    """The first ids, values before blanks. Where no index leads, each row is looked at once: for the page and for the
    count of what is asked."""
    order: list[Any] = ["-id" if wish.down else "id"]
    if wish.sort:
        value = _cheaply(wish.sort)
        order.insert(0, value.desc(nulls_last=True) if wish.down else value.asc(nulls_last=True))
    return list(rows.order_by(*order).values_list("pk", flat=True)[:most])


def _cheaply(one: FieldType) -> Any:
    """What sorts as `w<id>` does at two thirds of the cost: a number as JSON compares it, and as it is written what is
    kept in lower case and short."""
    if one.kind in NUMBERS:
        return KeyTransform(one.slug, "values")
    return KeyTextTransform(one.slug, "values") if one.kind in (DATE, CHOICE, YES_NO, PHONE) else F(f"w{one.pk}")


def _whole(ids: Sequence[int]) -> list[CustomRecord]:
    """The rows with these ids, in their order."""
    known = CustomRecord.objects.in_bulk(ids)
    rows = [known[pk] for pk in ids if pk in known]
    # Few have one, and a join of all its columns costs more than the records.
    owners = User.objects.in_bulk({row.owner_id for row in rows if row.owner_id})
    for row in rows:
        if row.owner_id:
            row.owner = owners.get(row.owner_id)
    return rows


def slow_fields(wish: Wish) -> list[FieldType]:
    """Those by which each record of a large list is looked at, and which no index was ever made for by itself."""
    asked = [one.field for one in wish.conditions if one.looks_at_all]
    asked += [wish.sort] if wish.sort and not wish.sort.has_index else []
    slow = [one for one in asked if not one.is_indexed and one.earned_at is None]
    return list(dict.fromkeys(slow)) if slow and _is_large(wish.kind) else []


def _is_large(kind: ObjectType) -> bool:
    with unveiled():
        return CustomRecord.objects.filter(object_id=kind.pk).order_by()[LARGE : LARGE + 1].exists()


Place = tuple[Any, int]


def _place_of(rows: QuerySet[CustomRecord], key: str, uid: str) -> Place | None:
    try:
        row = rows.filter(uid=UUID(uid))
    except ValueError:
        return None
    if key:
        return row.annotate(at=F(key)).values_list("at", "pk").first()
    pk = row.values_list("pk", flat=True).first()
    return None if pk is None else (None, pk)


def _run(
    rows: QuerySet[CustomRecord], key: str, down: bool, start: Place | None, size: int, *, backward: bool
) -> list[int]:
    """The ids of up to `size` rows after (or before) the place: those with a value, then those without."""
    if not key:
        return _part(rows, "", down, start, size, blank=False, backward=backward)
    at_blank = start is not None and start[0] is None
    taken: list[int] = []
    for blank in (True, False) if backward else (False, True):
        if start is not None and at_blank != blank and blank == backward:
            continue  # this part lies behind us
        here = start if start is not None and at_blank == blank else None
        if len(taken) < size:
            taken += _part(rows, key, down, here, size - len(taken), blank=blank, backward=backward)
    return taken


def _part(
    rows: QuerySet[CustomRecord], key: str, down: bool, start: Place | None, size: int, *, blank: bool, backward: bool
) -> list[int]:
    flip = down != backward
    lookup, sign = ("lt", "-") if flip else ("gt", "")
    if key:
        rows = rows.filter(**{f"{key}__isnull": blank})
    if start is not None:
        value, pk = start
        if key and not blank:
            # The first condition is what an index starts from.
            rows = rows.filter(**{f"{key}__{lookup}e": value})
            rows = rows.filter(Q(**{f"{key}__{lookup}": value}) | Q(**{f"id__{lookup}": pk}))
        else:
            rows = rows.filter(**{f"id__{lookup}": pk})
    order = [f"{sign}{key}", f"{sign}id"] if key and not blank else [f"{sign}id"]
    return list(rows.order_by(*order).values_list("pk", flat=True)[:size])


def board(rows: QuerySet[CustomRecord], kind: ObjectType, *, most: int = 30) -> list[tuple[str, str, list[Any], str]]:
    """(slug, label, newest rows, how many) of each stage."""
    slugs = [slug for slug, _label in kind.stages]
    with unveiled():
        found = _lanes(rows, slugs, most)
        shown = {row.pk: row for row in _whole([pk for ids, _number in found.values() for pk in ids])}
    columns = []
    for slug, label in kind.stages:
        ids, number = found[slug]
        told = f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}"
        columns.append((slug, label, [shown[pk] for pk in ids if pk in shown], told))
    return columns


def _lanes(rows: QuerySet[CustomRecord], slugs: Sequence[str], most: int) -> dict[str, tuple[list[int], int]]:
    """The newest ids of each stage, and how many it has (no more than are counted, and one). One question."""
    parts, given = [], []
    for slug in slugs:
        ids = rows.filter(stage=slug).order_by("-id").values("pk")[: MOST_COUNTED + 1]
        try:
            text, values = ids.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(
            f"(select %s::text, pk, count(*) over () from ({text}) as lane(pk) order by pk desc limit {most:d})"  # noqa: S608  (made by the query set)
        )
        given += [slug, *values]
    lanes: dict[str, tuple[list[int], int]] = {slug: ([], 0) for slug in slugs}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" union all ".join(parts), given)
            for slug, pk, number in cursor.fetchall():
                lanes[slug] = [*lanes[slug][0], pk], number
    return lanes
