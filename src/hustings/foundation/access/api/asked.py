"""Which rows are asked for: filters, order, and the place to go on from.

Pages go on from a key, never from a count, so that page 1,000 costs what page 1 does and no row is missed when others
come in meanwhile. Only fields that the reader may read filter and sort: a page's length tells nothing of any other.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from hustings.foundation.core.guard import Level
from hustings.foundation.core.records import (
    CHOICES,
    DATE,
    EMAIL,
    LINK,
    LONG_TEXT,
    MOMENT,
    MONEY,
    NUMBER,
    PHONE,
    PLACE,
    TEXT,
    USER,
    Field,
    RecordType,
)

from .refusals import Refused
from .shown import field_for
from .values import linked, parsed, uid_of, wrong

RESERVED = ("sort", "fields", "after", "limit")
DEFAULT_LIMIT, MOST = 50, 200
KEY = "api_sort_key"
YES = ("true", "1", "yes")
WORDS = {"contains": "icontains", "starts": "istartswith"}
BOUNDS = {"lt": "lt", "lte": "lte", "gt": "gt", "gte": "gte"}
LOOKUPS: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys((TEXT, LONG_TEXT, EMAIL, PHONE, PLACE), WORDS),
    **dict.fromkeys((NUMBER, MONEY, DATE, MOMENT), BOUNDS),
}


def filtered(request: HttpRequest, one: RecordType, asked: QueryDict) -> QuerySet[Any]:
    """The rows that are offered to the caller and that fit every filter. Raises Refused."""
    rows = one.offered_to(request.user)
    for key in asked:
        if key in RESERVED:
            continue
        name, _sep, lookup = key.partition("__")
        field = field_for(request, one, name, least=Level.READ)
        if not field.path:
            raise wrong(field, _("This field filters nothing."))
        for text in asked.getlist(key):
            q = _condition(request, field, lookup, text)
            if field.beside is not None:
                q = field.beside.holding(q, blank=lookup == "empty" and text.lower() in YES)
            rows = rows.filter(q)
    return rows


def _condition(request: HttpRequest, field: Field, lookup: str, text: str) -> Q:
    if lookup == "empty":
        is_empty = Q(**{f"{field.path}__isnull": True})
        if field.kind in (TEXT, LONG_TEXT, EMAIL, PHONE, PLACE) and not field.is_custom:
            is_empty |= Q(**{field.path: ""})
        return is_empty if text.lower() in YES else ~is_empty
    if field.kind in (LINK, USER):
        value: Any = uid_of(field, text) if field.path.endswith("uid") else linked(request, field, text)
        return Q(**{field.path: value})
    if lookup == "in":
        return Q(**{f"{field.path}__in": [parsed(field, each) for each in text.split(",")]})
    if field.kind == CHOICES:
        return Q(**{f"{field.path}__contains": [text]})
    known = LOOKUPS.get(field.kind, {})
    if lookup and lookup not in known:
        said = _("Filter it so: %(ways)s.") % {"ways": ", ".join(["", *known, "in", "empty"]).strip(", ")}
        raise wrong(field, said)
    return Q(**{f"{field.path}__{known[lookup]}" if lookup else field.path: parsed(field, text)})


def page_of(request: HttpRequest, one: RecordType, asked: QueryDict) -> tuple[list[Any], str | None]:
    """One page of rows, and the key to go on from; None at the end. Raises Refused."""
    limit = _limit(asked.get("limit", ""))
    rows, field, is_down = ordered(request, one, asked)
    if asked.get("after"):
        rows = rows.filter(_beyond(asked["after"], asked.get("sort", ""), field, is_down))
    try:
        found = list(rows[: limit + 1])
    except (ValueError, TypeError, ValidationError) as problem:
        raise Refused(422, "values", _("“after” is no key of this list.")) from problem
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], _key(asked.get("sort", ""), getattr(last, KEY, None), last.uid)


def ordered(request: HttpRequest, one: RecordType, asked: QueryDict) -> tuple[QuerySet[Any], Field | None, bool]:
    """Filtered rows in the order of `?sort=`, which may begin with a minus; as they were made without it."""
    rows, sort = filtered(request, one, asked), asked.get("sort", "")
    if not sort:
        return rows.order_by("uid"), None, False
    is_down = sort.startswith("-")
    field = field_for(request, one, sort.removeprefix("-"), least=Level.READ)
    if not field.path or field.kind in (CHOICES, LINK, USER):
        raise wrong(field, _("This field sorts nothing."))
    key = F(KEY).desc(nulls_last=True) if is_down else F(KEY).asc(nulls_last=True)
    value = field.beside.value(field.path) if field.beside is not None else F(field.path)
    return rows.annotate(**{KEY: value}).order_by(key, "uid"), field, is_down


def _limit(text: str) -> int:
    if not text:
        return DEFAULT_LIMIT
    if not text.isdecimal() or not 1 <= int(text[:6]) <= MOST:
        raise Refused(422, "values", _("“limit” is a number from 1 to %(most)s.") % {"most": MOST})
    return int(text)


def _key(sort: str, value: Any, uid: Any) -> str:
    told = json.dumps([sort, value, str(uid)], cls=DjangoJSONEncoder)
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _beyond(after: str, sort: str, field: Field | None, is_down: bool) -> Q:
    """Rows that stand after the key, in this order."""
    try:
        told = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        made_for, value, uid = told
    except (ValueError, TypeError, binascii.Error) as problem:
        raise Refused(422, "values", _("“after” is no key of this list.")) from problem
    if made_for != sort:
        raise Refused(422, "values", _("“after” is a key of another order."))
    if field is None:
        return Q(uid__gt=uid)
    if value is None:
        return Q(**{f"{KEY}__isnull": True}, uid__gt=uid)
    further = Q(**{f"{KEY}__{'lt' if is_down else 'gt'}": value})
    return further | Q(**{KEY: value}, uid__gt=uid) | Q(**{f"{KEY}__isnull": True})
