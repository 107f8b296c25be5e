"""What a list is asked by a field: `f.<field>`, and for numbers and dates `f.<field>.min` and `.max` of its address.

Of records of our own objects and, for lists of main records, of the rows that hold their added values (`narrowing`).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.http import QueryDict
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core.records import CHOICE, CHOICES, DATE, FILE, LINK, MONEY, NUMBER, PHONE, PLACE, YES_NO
from hustings.foundation.core.texts import storable
from hustings.foundation.geography.queries import state_code_of

from ..kinds import SEARCHED, clean, say
from ..models import FieldType
from .links import find

BOUNDED = (NUMBER, MONEY, DATE)
WRITTEN = {"gte": GreaterThanOrEqual, "lte": LessThanOrEqual}
Params = QueryDict | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """By one field; `parts` are the keys of the address that say it, `text` says it to a person. `without`: the
    records for which `q` does not hold."""

    field: FieldType
    q: Q
    parts: tuple[str, ...]
    text: str
    without: bool = False

    @property
    def looks_at_all(self) -> bool:
        """Whether it is of bounds, and no index leads to them."""
        return not self.field.has_index and any(part.endswith((".min", ".max")) for part in self.parts)


def asked_slugs(params: Params) -> list[str]:
    """The fields that an address asks by, in order."""
    return sorted({key.split(".")[1] for key in params if key.startswith("f.") and any(_each(params, key))})


def lowered(fields: Iterable[FieldType]) -> dict[str, Any]:
    """The aliases `low<id>` by which texts are searched."""
    return {f"low{one.pk}": Lower(KeyTextTransform(one.slug, "values")) for one in fields if one.kind in SEARCHED}


def control_of(one: FieldType, params: Params) -> dict[str, Any]:
    """The control of a filter sheet for this field (`objects/parts/filters.html`)."""
    key = f"f.{one.slug}"
    control = {CHOICE: "choices", CHOICES: "choices", YES_NO: "one", FILE: "one"}.get(one.kind, "text")
    control = "bounds" if one.kind in BOUNDED else "" if one.kind == LINK else control
    choices = {YES_NO: [("yes", _("Yes")), ("no", _("No"))], FILE: [("yes", _("There")), ("no", _("None"))]}
    return {
        "field": one,
        "key": key,
        "control": control,
        "value": params.get(key, ""),
        "values": _each(params, key),
        "low": params.get(f"{key}.min", ""),
        "high": params.get(f"{key}.max", ""),
        "type": "date" if one.kind == DATE else "text",
        "choices": choices.get(one.kind, one.choices),
    }


def _each(params: Params, key: str) -> list[str]:
    if isinstance(params, QueryDict):
        return params.getlist(key)
    return [params[key]] if key in params else []


def condition_of(user: User, one: FieldType, params: Params) -> Condition | None:
    """What the address asks by this field, which the caller has seen that the reader may read (`guarding.ask`); None
    for nothing. Raises ValidationError."""
    key, text = f"f.{one.slug}", storable(params.get(f"f.{one.slug}", "")).strip()
    if one.kind in BOUNDED:
        return _between(one, params)
    if not text:
        return None
    if one.kind in (CHOICE, CHOICES):
        wanted = [clean_choice(one, given) for given in _each(params, key) if given]
        q = Q(**{f"w{one.pk}__in": wanted}) if one.kind == CHOICE and one.has_index else _holding(one, wanted)
        said = ", ".join(one.label_of[slug] for slug in wanted)
    elif one.kind == YES_NO:
        value = clean(one, text)
        q, said = Q(values__contains={one.slug: value}), say(one, value)
    elif one.kind == FILE:
        there, said = Q(values__has_key=one.slug), _("there") if text == "yes" else _("none")
        return Condition(one, there, (key,), said, without=text != "yes")
    elif one.kind == LINK:
        target = find(one.to, text, user=user)
        q, said = Q(values__contains={one.slug: target}) if target else Q(pk=None), _("one record")
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
    """The field has the text, in any case. Of a record of ours `words`, which an index searches, is narrowed first;
    an indexed field added to a main record is searched from its beginning, which its index can."""
    text = re.sub(r"\D", "", text) or text if one.kind == PHONE else text
    low = text.lower()
    if one.object_id is not None:
        return Q(words__contains=low, **{f"low{one.pk}__contains": low})
    if one.is_indexed and one.kind != PHONE and one.kind != PLACE:
        return Q(**{f"w{one.pk}__gte": low, f"w{one.pk}__lt": f"{low}\U0010ffff"})
    return Q(**{f"low{one.pk}__contains": low})


def _between(one: FieldType, params: Params) -> Condition | None:
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
    """By its index where it has one; else as JSON is compared, which costs half of taking each value out, or dates as
    they are written."""
    q = Q()
    if one.has_index:
        for lookup, value in bounds:
            q &= Q(**{f"w{one.pk}__{lookup}": value})
        return q
    for lookup, value in bounds:
        if lookup == "exact":  # which the index of all values finds
            q &= Q(values__contains={one.slug: value})
    if one.kind == DATE:
        written = KeyTextTransform(one.slug, "values")
        for lookup, value in bounds:
            if lookup in WRITTEN:
                q &= Q(WRITTEN[lookup](written, Value(value)))
        return q
    signs = {"gte": ">=", "lte": "<="}
    told = " && ".join(f"@ {signs[lookup]} {json.dumps(value)}" for lookup, value in bounds if lookup in signs)
    return q & Q(JsonPathExists(F("values"), Value(f"$.{one.slug} ? ({told})"))) if told else q


class JsonPathExists(Func):
    """Whether a path finds anything in the JSON."""

    template = "(%(expressions)s::jsonpath)"
    arg_joiner = " @? "
    output_field = BooleanField()
