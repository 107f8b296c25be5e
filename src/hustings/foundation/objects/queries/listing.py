"""An object's list: what its address asks for, the rows of a page, and how many there are.

The address is the state: `q` words anywhere, `f.<field>` and for numbers and dates `f.<field>.min` and `.max`, `stage`,
`owner` (me, none, a uid), `sort` (a field, a minus before it for descending), `cols`, and `after` or `before` the uid
of a record. Asked by a field that the reader may not read, it is refused whole.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import FieldHidden, may_read, unveiled
from hustings.foundation.core.records import CHOICE, CHOICES, DATE, FILE, LINK, MONEY, NUMBER, PLACE, YES_NO
from hustings.foundation.geography.queries import state_code_of

from ..guarding import OWNER, STAGE, ask
from ..kinds import SEARCHED, SORTABLE, clean, say
from ..models import CustomRecord, FieldType, ObjectType
from .links import find
from .rows import visible_to
from .shape import shape

PAGE, MOST_COUNTED, MOST_WORDS = 50, 1000, 6
BOUNDED = (NUMBER, MONEY, DATE)


@dataclass(frozen=True, slots=True)
class Condition:
    """By one field; `parts` are the keys of the address that say it, `text` says it to a person."""

    field: FieldType
    q: Q
    parts: tuple[str, ...]
    text: str


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
    wish = Wish(kind, q=" ".join(params.get("q", "").split())[:100])
    wish.after, wish.before = params.get("after", ""), params.get("before", "")
    for slug in sorted({key.split(".")[1] for key in params if key.startswith("f.") and any(params.getlist(key))}):
        one = _asked(kind, slug)
        try:
            if condition := _condition(user, one, params):
                wish.conditions.append(condition)
        except ValidationError as problem:
            wish.problems.append(f"{one.label}: {' '.join(problem.messages)}")
    if stage := params.get("stage", ""):
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


def _condition(user: User, one: FieldType, params: QueryDict) -> Condition | None:
    key, text = f"f.{one.slug}", params.get(f"f.{one.slug}", "").strip()
    if one.kind in BOUNDED:
        return _between(one, params)
    if not text:
        return None
    alias = f"w{one.pk}"
    if one.kind in (CHOICE, CHOICES):
        wanted = [clean_choice(one, given) for given in params.getlist(key) if given]
        q = Q(**{f"{alias}__in": wanted}) if one.kind == CHOICE and one.is_indexed else _holding(one, wanted)
        said = ", ".join(one.label_of[slug] for slug in wanted)
    elif one.kind == YES_NO:
        value = clean(one, text)
        q, said = Q(values__contains={one.slug: value}), say(one, value)
    elif one.kind == FILE:
        q = Q(values__has_key=one.slug)
        q, said = (q, _("there")) if text == "yes" else (~q, _("none"))
    elif one.kind == LINK:
        target = find(one.to, text, user=user)
        q, said = Q(**{alias: target}) if target else Q(pk=None), _("one record")
    elif one.kind == PLACE and (inside := _inside(text)):
        q, said = Q(values__contains={one.slug: inside}), text
    else:
        q, said = _has_words(one, text), text
    return Condition(one, q, (key,), said)


def clean_choice(one: FieldType, given: str) -> str:
    for slug, _label in one.choices:
        if given == slug:
            return str(slug)
    raise ValidationError(_("There is no such choice"))


def _holding(one: FieldType, wanted: Sequence[str]) -> Q:
    q = Q(pk=None)
    for slug in wanted:
        q |= Q(values__contains={one.slug: [slug] if one.kind == CHOICES else slug})
    return q


def _inside(text: str) -> dict[str, str]:
    if re.fullmatch(r"\d{5}", text):
        return {"zip": text}
    code = state_code_of(text)
    return {"state": code} if code else {}


def _has_words(one: FieldType, text: str) -> Q:
    """The field has the text, in any case. `words`, which an index searches, is narrowed first."""
    text = re.sub(r"\D", "", text) or text if one.kind == "phone" else text
    low = text.lower()
    return Q(words__contains=low, **{f"low{one.pk}__contains": low})


def _between(one: FieldType, params: QueryDict) -> Condition | None:
    key, bounds, said, parts = f"f.{one.slug}", [], [], []
    for part, lookup, word in (
        (key, "exact", "%s"),
        (f"{key}.min", "gte", _("from %s")),
        (f"{key}.max", "lte", _("to %s")),
    ):
        if text := params.get(part, "").strip():
            value = clean(one, text)
            bounds.append((lookup, value))
            said.append(word % say(one, value))
            parts.append(part)
    return Condition(one, _within(one, bounds), tuple(parts), " ".join(said)) if parts else None


def _within(one: FieldType, bounds: list[tuple[str, Any]]) -> Q:
    """By its index where it has one; else as JSON is compared, which costs half of taking each value out."""
    q = Q()
    if one.is_indexed:
        for lookup, value in bounds:
            q &= Q(**{f"w{one.pk}__{lookup}": value})
        return q
    for lookup, value in bounds:
        if lookup == "exact":  # which the index of all values finds
            q &= Q(values__contains={one.slug: value})
    signs = {"gte": ">=", "lte": "<="}
    told = " && ".join(f"@ {signs[lookup]} {json.dumps(value)}" for lookup, value in bounds if lookup in signs)
    return q & Q(JsonPathExists(F("values"), Value(f"$.{one.slug} ? ({told})"))) if told else q


class JsonPathExists(Func):
    """Whether a path finds anything in the JSON."""

    template = "(%(expressions)s::jsonpath)"
    arg_joiner = " @? "
    output_field = BooleanField()


def found(user: User, wish: Wish) -> QuerySet[CustomRecord]:
    """The rows that the wish asks for and the person may see, in no order."""
    rows = visible_to(user, wish.kind)
    if wish.problems:
        return rows.none()
    fields = readable(wish.kind)
    with unveiled():  # each field asked for was looked at when the wish was made
        lowered = {
            f"low{one.pk}": Lower(KeyTextTransform(one.slug, "values")) for one in fields if one.kind in SEARCHED
        }
        rows = rows.alias(**lowered)
        for condition in wish.conditions:
            rows = rows.filter(condition.q)
        if wish.stage:
            rows = rows.filter(stage=wish.stage)
        if wish.owner:
            rows = rows.filter(_of_owner(user, wish.owner))
        for word in wish.q.lower().split()[:MOST_WORDS]:
            anywhere = Q(pk=None)
            for alias in lowered:
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
    rows: list[CustomRecord]
    before: UUID | None
    after: UUID | None


def page_of(rows: QuerySet[CustomRecord], wish: Wish, *, size: int = PAGE) -> Page:
    """The rows of the page, blank values last whichever way they are sorted, and where the pages beside it begin."""
    key = f"w{wish.sort.pk}" if wish.sort else ""
    backward = bool(wish.before)
    with unveiled():
        rows = rows.select_related("owner")
        start = _place_of(rows, key, wish.before or wish.after)
        if wish.sort and not wish.sort.is_indexed and start is None and not backward:
            taken = list(rows.order_by(*_whole_order(key, wish.down))[: size + 1])
        else:
            taken = _run(rows, key, wish.down, start, size + 1, backward=backward)
    more, taken = len(taken) > size, taken[:size]
    if backward:
        taken.reverse()
    first = (more if backward else start is not None) and taken
    last = (start is not None if backward else more) and taken
    return Page(taken, taken[0].uid if first else None, taken[-1].uid if last else None)


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


def _whole_order(key: str, down: bool) -> tuple[Any, str]:
    """Values, then blanks, at once: where no index gives the order each row is looked at once and not twice."""
    value = F(key).desc(nulls_last=True) if down else F(key).asc(nulls_last=True)
    return value, "-id" if down else "id"


def _run(
    rows: QuerySet[CustomRecord], key: str, down: bool, start: Place | None, size: int, *, backward: bool
) -> list[CustomRecord]:
    """Up to `size` rows after (or before) the place: those with a value, then those without."""
    if not key:
        return _part(rows, "", down, start, size, blank=False, backward=backward)
    at_blank = start is not None and start[0] is None
    taken: list[CustomRecord] = []
    for blank in (True, False) if backward else (False, True):
        if start is not None and at_blank != blank and blank == backward:
            continue  # this part lies behind us
        here = start if start is not None and at_blank == blank else None
        if len(taken) < size:
            taken += _part(rows, key, down, here, size - len(taken), blank=blank, backward=backward)
    return taken


def _part(
    rows: QuerySet[CustomRecord], key: str, down: bool, start: Place | None, size: int, *, blank: bool, backward: bool
) -> list[CustomRecord]:
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
    return list(rows.order_by(*order)[:size])


def board(rows: QuerySet[CustomRecord], kind: ObjectType, *, most: int = 30) -> list[tuple[str, str, list[Any], str]]:
    """(slug, label, newest rows, how many) of each stage."""
    columns = []
    with unveiled():
        for slug, label in kind.stages:
            those = rows.filter(stage=slug)
            number, more = count(those)
            shown = list(those.select_related("owner").order_by("-id")[:most])
            columns.append((slug, label, shown, f"{number:,}+" if more else f"{number:,}"))
    return columns
