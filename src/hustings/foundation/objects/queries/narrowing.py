"""Lists of main records narrowed by the fields added to them.

A room's list gives its address, and shows with `objects/parts/filters.html` what can be asked:

    asked = narrowing.asked(request.user, "person", request.GET)
    rows = narrowing.narrowed("person", rows, asked)
    context = {"added": asked, "filters": narrowing.controls("person", request.GET)}
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import FieldHidden, may_read, unveiled
from hustings.foundation.core.texts import storable

from ..guarding import ask
from ..kinds import SEARCHED
from ..models import FieldValue
from .conditions import Condition, Params, asked_slugs, condition_of, control_of, lowered
from .rows import aliases_of
from .shape import shape

__all__ = ["Asked", "Params", "asked", "controls", "narrowed", "parts_of", "without"]
LONGEST = 200  # of what an address says of a field


@dataclass(frozen=True, slots=True)
class Asked:
    """`problems` say to a person what could not be read; then nothing is found."""

    conditions: Sequence[Condition] = ()
    problems: Sequence[str] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.conditions or self.problems)

    @property
    def slugs(self) -> list[str]:
        return [one.field.slug for one in self.conditions]


def parts_of(params: Params) -> tuple[tuple[str, str], ...]:
    """What of an address asks by added fields, for a list that keeps its address: ("f.size", "large"), …, in order."""
    each = params.lists() if isinstance(params, QueryDict) else [(key, [value]) for key, value in params.items()]
    pairs = [
        (storable(key), storable(str(value)).strip()[:LONGEST])
        for key, values in each
        if key.startswith("f.")
        for value in values
    ]
    return tuple(sorted(pair for pair in pairs if pair[1]))


def asked(user: User, record_type: str, params: Params) -> Asked:
    """What the address asks by added fields. Raises FieldHidden for one that the current reader may not read, and in
    the same words for one that is not there."""
    conditions: list[Condition] = []
    problems: list[str] = []
    for slug in asked_slugs(params):
        one = shape().field(record_type, slug)
        if one is None:
            raise FieldHidden(record_type, slug)
        ask(one)
        try:
            if condition := condition_of(user, one, params):
                conditions.append(condition)
        except ValidationError as problem:
            problems.append(f"{one.label}: {' '.join(problem.messages)}")
    return Asked(conditions, problems)


def narrowed(record_type: str, rows: QuerySet[Any], what: Asked) -> QuerySet[Any]:
    """Those of the rows for which every condition holds; none when one could not be read."""
    if what.problems:
        return rows.none()
    for condition in what.conditions:
        with unveiled():  # that the reader may ask by it was looked at when it was asked
            one = condition.field
            texts = lowered([one]) if one.kind in SEARCHED else {}
            values = FieldValue.objects.filter(record=record_type).alias(**aliases_of([one]), **texts)
            ids = values.filter(condition.q).values("record_id")
        rows = rows.exclude(pk__in=ids) if condition.without else rows.filter(pk__in=ids)
    return rows


def controls(record_type: str, params: Params) -> list[dict[str, Any]]:
    """A control for each added field that the current reader may read."""
    fields = [one for one in shape().fields_of(record_type) if may_read(record_type, one.slug)]
    return [control for one in fields if (control := control_of(one, params))["control"]]


def without(params: QueryDict, condition: Condition) -> str:
    """The address without it, from the first page."""
    query = params.copy()
    for name in (*condition.parts, "page", "after", "before"):
        query.pop(name, None)
    return f"?{query.urlencode()}"
