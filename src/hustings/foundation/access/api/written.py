"""Changes that callers ask for: whole or not at all, each through the action that the field or type brings."""

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import Level
from hustings.foundation.core.records import Field, Held, RecordType

from ..grants import grants_of
from .refusals import Refused
from .shown import field_for
from .values import read


def needs(request: HttpRequest, one: RecordType, verb: str) -> None:
    """Raises Refused without the verb."""
    if not grants_of(request.user).may(one.name, verb):
        raise Refused(403, "forbidden")


def values_in(request: HttpRequest, one: RecordType) -> dict[str, tuple[Field, Any]]:
    """What the body asks to set: {"fields": {name: value}}. Raises Refused."""
    try:
        told = json.loads(request.body or b"null")
    except ValueError as problem:
        raise Refused(400, "request", _("The body is no JSON. Nothing was changed.")) from problem
    fields = told.get("fields") if isinstance(told, dict) else None
    if not isinstance(fields, dict) or not fields or set(told) - {"fields"}:
        raise Refused(422, "values", _("Send {“fields”: {name: value}}. Nothing was changed."))
    asked = {name: field_for(request, one, name, least=Level.EDIT) for name in fields}
    return {name: (field, read(request, field, fields[name])) for name, field in asked.items()}


def make(request: HttpRequest, one: RecordType) -> Any:
    """A new record. Raises Refused."""
    needs(request, one, "add")
    if one.make is None:
        raise Refused(405, "method", _("Records of this type are not made here."))
    values = {name: value for name, (_field, value) in values_in(request, one).items()}
    try:
        with transaction.atomic():
            return one.make(actor=request.user, values=values, now=now())
    except ValidationError as problem:
        raise refused_by(problem) from problem


def change(request: HttpRequest, one: RecordType, record: Any) -> None:
    """New values in some fields, all of them or none. Raises Refused."""
    needs(request, one, "change")
    values = values_in(request, one)
    moment = now()
    for name, (field, _value) in values.items():
        if field.change is None:
            said = _("This field is not changed by itself.")
            raise Refused(422, "values", errors=[{"field": name, "detail": said}])
    with transaction.atomic():
        for field, value in values.values():
            _change_one(request, record, field, value, moment)


def delete(request: HttpRequest, one: RecordType, record: Any) -> None:
    """The record ends. Raises Refused; what must stay says why."""
    needs(request, one, "delete")
    if one.delete is None:
        raise Refused(405, "method", _("Records of this type are not deleted here. Nothing was deleted."))
    try:
        with transaction.atomic():
            one.delete(actor=request.user, record=record, now=now())
    except Held as held:
        raise Refused(409, "held", str(held)) from held
    except ValidationError as problem:
        raise refused_by(problem) from problem


def _change_one(request: HttpRequest, record: Any, field: Field, value: Any, moment: datetime) -> None:
    assert field.change is not None
    try:
        with transaction.atomic():
            field.change(actor=request.user, record=record, value=value, now=moment)
    except ValidationError as problem:
        raise refused_by(problem, field.name) from problem
    except (ValueError, TypeError, ObjectDoesNotExist) as problem:
        said = _("That does not fit.")
        raise Refused(422, "values", errors=[{"field": field.name, "detail": said}]) from problem


def refused_by(problem: ValidationError, name: str = "") -> Refused:
    """What an action did not take, field by field."""
    if hasattr(problem, "error_dict"):
        told = [(field, text) for field, texts in problem.message_dict.items() for text in texts]
    else:
        told = [(name, text) for text in problem.messages]
    errors = [{"field": "" if field == "__all__" else field, "detail": str(text)} for field, text in told]
    return Refused(422, "values", errors=errors)
