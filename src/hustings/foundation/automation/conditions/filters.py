"""Asked of the database: the same questions as a filter, where a field has a lookup. What has none (and what asks
about a change) is left to `evaluate`: the filter then lets through more than holds, never less."""

import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q

from hustings.foundation.core import records
from hustings.foundation.core.records import Beside, Field

from .operators import is_change
from .tree import PERSON, Group, Leaf
from .values import BadValue, after, start_of, texts_of, written_day, written_days, written_number

NONE = Q(pk__in=[])
OF_WORDS = ("is", "is_not", "contains", "lacks", "one_of", "none_of")
FITS_BLANK = ("is_not", "lacks", "none_of", "empty", "no")  # what nothing at all fits


@dataclass(frozen=True, slots=True)
class Frame:
    """What a filter is made for. `people` are those the reader sees, `person_path` the way to them from the record,
    "" where there is none."""

    model: type[models.Model]
    fields: Mapping[str, Field]
    now: datetime
    zone: zoneinfo.ZoneInfo
    aliases: Mapping[str, Any] = field(default_factory=dict)  # the rows' own, by name: what they give
    people: "models.QuerySet[Any] | None" = None
    person_path: str = ""
    person_fields: Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filter:
    """`whole`: it says all that the tree asks; else each record it finds is still to be asked."""

    q: Q
    whole: bool


def filter_of(part: Group | Leaf, frame: Frame) -> Filter:
    """The tree as a filter on the rows. Using it raises FieldHidden where the reader may not ask by a field."""
    if isinstance(part, Leaf):
        return _leaf(part, frame)
    made = [filter_of(each, frame) for each in part.parts]
    whole = all(each.whole for each in made)
    q = Q()
    if part.every:
        for each in made:
            q &= each.q
    elif made and all(each.q for each in made):  # a part without a question lets everything through
        q = made[0].q
        for each in made[1:]:
            q |= each.q
    return Filter(q, whole)


def _leaf(leaf: Leaf, frame: Frame) -> Filter:
    if leaf.on == PERSON:
        return _on_person(leaf, frame)
    one = frame.fields.get(leaf.field)
    if one is None:
        return Filter(NONE, True)
    if is_change(leaf.op):
        return Filter(Q(), False)
    q = question(leaf, one, frame.model, frame.now, frame.zone, frame.aliases)
    return Filter(Q(), False) if q is None else Filter(q, True)


def _on_person(leaf: Leaf, frame: Frame) -> Filter:
    one = frame.person_fields.get(leaf.field)
    if one is None or frame.people is None or is_change(leaf.op):
        return Filter(NONE, True)
    q = question(leaf, one, frame.people.model, frame.now, frame.zone) if frame.person_path else None
    if q is None:
        return Filter(Q(), False)
    return Filter(Q(**{f"{frame.person_path}__in": frame.people.filter(q).values("pk")}), True)


def question(
    leaf: Leaf,
    one: Field,
    model: type[models.Model],
    now: datetime,
    zone: zoneinfo.ZoneInfo,
    aliases: Mapping[str, Any] | None = None,
) -> Q | None:
    """One question as a filter on the model; None where only a record at hand can answer it."""
    path = one.path
    if one.beside is not None:
        return _beside(leaf, one, one.beside, now, zone)
    column = (aliases or {}).get(path) or _column(model, path)
    if one.kind == records.USER and column is not None and getattr(column, "model", None) is get_user_model():
        # By whatever of a colleague the field is found, rules keep their id.
        path = path.rpartition("__")[0]
        column = _column(model, path)
    if column is None or isinstance(column, models.JSONField):
        return None
    try:
        q = _made(leaf, one, path, column, now, zone)
    except BadValue:
        return NONE
    if q is not None and path in (aliases or {}) and _fits_blank(leaf):
        q |= Q(**{f"{path}__isnull": True})  # of an alias “not so” leaves out what is not there
    return q


def _beside(leaf: Leaf, one: Field, beside: Beside, now: datetime, zone: zoneinfo.ZoneInfo) -> Q | None:
    """The same where the value lies in rows of its own, which are not there for every record."""
    column = beside.rows().query.annotations[one.path].output_field
    if isinstance(column, models.JSONField):
        return None
    try:
        q = _made(leaf, one, one.path, column, now, zone)
    except BadValue:
        return NONE
    return None if q is None else beside.holding(q, blank=_fits_blank(leaf))


def _fits_blank(leaf: Leaf) -> bool:
    """Whether no value at all fits; the empty word is one."""
    asks_blank = leaf.op in OF_WORDS and "" in (texts_of(leaf.value) or [""])
    return (leaf.op in FITS_BLANK) != asks_blank


def _column(model: type[models.Model], path: str) -> "models.Field[Any, Any] | None":
    """The column a lookup ends at; None for what is no plain column (a value within JSON, an annotation)."""
    here: Any = model
    column = None
    for part in path.split("__") if path else ():
        try:
            column = here._meta.get_field(part) if part != "pk" else here._meta.pk
        except (FieldDoesNotExist, AttributeError):
            return None
        if not isinstance(column, models.Field) or isinstance(column, models.JSONField | models.ManyToManyField):
            return None
        here = column.related_model
    return column


_TEXTUAL = (records.TEXT, records.LONG_TEXT, records.EMAIL, records.PHONE, records.PLACE)


def _made(leaf: Leaf, one: Field, path: str, column: Any, now: datetime, zone: zoneinfo.ZoneInfo) -> Q | None:
    value = leaf.value if isinstance(leaf.value, str) else ""
    if leaf.op in ("empty", "filled"):
        q = _empty(path, column)
        return q if leaf.op == "empty" or q is None else ~q
    if one.kind in _TEXTUAL and isinstance(column, models.CharField | models.TextField):
        return _of_text(leaf, path)
    if one.kind in (records.NUMBER, records.MONEY):
        return _of_number(leaf, one, path, column)
    if one.kind in (records.DATE, records.MOMENT):
        return _of_days(leaf, path, column, now, zone)
    if one.kind == records.YES_NO:
        q = Q(**{path: True if isinstance(column, models.BooleanField) else "true"})
        return q if leaf.op == "yes" else ~q
    if one.kind == records.CHOICES and isinstance(column, ArrayField):
        q = Q(**{f"{path}__contains": [value]})
        return q if leaf.op == "contains" else ~q
    if one.kind in (records.CHOICE, records.USER):
        return _of_choice(leaf, path, column)
    return None


def _empty(path: str, column: Any) -> Q | None:
    q = Q(**{f"{path}__isnull": True})
    if isinstance(column, models.CharField | models.TextField):
        return q | Q(**{path: ""})
    if isinstance(column, ArrayField):
        return q | Q(**{path: []})
    return q


def _of_text(leaf: Leaf, path: str) -> Q | None:
    if leaf.op in ("is", "is_not"):
        q = _same_text(path, leaf.value if isinstance(leaf.value, str) else "")
    elif leaf.op in ("contains", "lacks"):
        q = Q(**{f"{path}__icontains": leaf.value})
        if leaf.value == "":  # everything contains nothing, also where nothing is
            q = Q(pk__isnull=False)
    elif leaf.op in ("one_of", "none_of"):
        q = NONE
        for each in texts_of(leaf.value):
            q |= _same_text(path, each)
    else:
        return None
    return ~q if leaf.op in ("is_not", "lacks", "none_of") else q


def _same_text(path: str, value: str) -> Q:
    q = Q(**{f"{path}__iexact": value})
    return q | Q(**{f"{path}__isnull": True}) if value == "" else q


def _of_number(leaf: Leaf, one: Field, path: str, column: Any) -> Q | None:
    if not isinstance(column, models.IntegerField | models.DecimalField | models.FloatField):
        return None
    number = written_number(leaf.value if isinstance(leaf.value, str) else "", one)
    lookup: Any = float(number) if isinstance(column, models.FloatField) else number
    if isinstance(column, models.IntegerField):
        if abs(number) > 2**62:
            return None
        if number == number.to_integral_value():
            lookup = int(number)
        elif leaf.op in ("is", "is_not"):
            return NONE if leaf.op == "is" else ~NONE
        else:  # more than 2.5 is more than 2, less than 2.5 is less than 3
            lookup = int(number // 1) + (leaf.op == "less")
    if leaf.op in ("is", "is_not"):
        q = Q(**{path: lookup})
        return q if leaf.op == "is" else ~q
    return Q(**{f"{path}__{'gt' if leaf.op == 'more' else 'lt'}": lookup})


def _of_days(leaf: Leaf, path: str, column: Any, now: datetime, zone: zoneinfo.ZoneInfo) -> Q | None:
    as_text = isinstance(column, models.TextField)  # an object's own dates are kept as they are written
    if not as_text and not isinstance(column, models.DateField):
        return None
    value, today = leaf.value if isinstance(leaf.value, str) else "", now.astimezone(zone).date()
    bounds: dict[str, Callable[[], tuple[date | None, date | None]]] = {
        "on_day": lambda: (written_day(value), written_day(value)),
        "before": lambda: (None, after(written_day(value), -1)),
        "after": lambda: (after(written_day(value), 1), None),
        "last_days": lambda: (after(today, -written_days(value)), today),
        "next_days": lambda: (today, after(today, written_days(value))),
        "older_days": lambda: (None, after(today, -written_days(value) - 1)),
    }
    first, last = bounds[leaf.op]()
    if as_text:
        return _between_words(path, first, last)
    moments = isinstance(column, models.DateTimeField)
    q = Q(**{f"{path}__isnull": False})
    if first is not None:
        q &= Q(**{f"{path}__gte": start_of(first, zone) if moments else first})
    if last is not None:
        q &= Q(**{f"{path}__lt": start_of(after(last, 1), zone)}) if moments else Q(**{f"{path}__lte": last})
    return q


def _between_words(path: str, first: date | None, last: date | None) -> Q:
    q = Q(**{f"{path}__isnull": False})
    q &= Q(**{f"{path}__gte": first.isoformat()}) if first else Q()
    return q & Q(**{f"{path}__lte": last.isoformat()}) if last else q


def _of_choice(leaf: Leaf, path: str, column: Any) -> Q | None:
    wanted = texts_of(leaf.value) if leaf.op in ("one_of", "none_of") else [leaf.value]
    q = NONE
    for each in wanted:
        if isinstance(column, models.CharField | models.TextField):
            q |= Q(**{path: each}) | (Q(**{f"{path}__isnull": True}) if each == "" else NONE)
        elif isinstance(column, models.ForeignKey | models.IntegerField):
            if each == "":
                q |= Q(**{f"{path}__isnull": True})
            elif str(each).lstrip("-").isdecimal() and str(int(str(each))) == each and abs(int(each)) < 2**62:
                q |= Q(**{path: int(each)})
        else:
            return None
    return ~q if leaf.op in ("is_not", "none_of") else q
