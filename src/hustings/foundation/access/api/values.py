"""Values that callers send: read by the kind of their field, refused by name."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.core.records import (
    CHOICE,
    CHOICES,
    DATE,
    FILE,
    LINK,
    MOMENT,
    MONEY,
    NUMBER,
    USER,
    YES_NO,
    Field,
)

from .refusals import Refused
from .shown import seen_of

WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def wrong(field: Field, said: str) -> Refused:
    """A value that does not fit."""
    return Refused(422, "values", errors=[{"field": field.name, "detail": said}])


def read(request: HttpRequest, field: Field, told: Any) -> Any:
    """A value of a JSON body. Links come as uids and go on as ids of records that the caller sees. Raises Refused."""
    if told is None:
        return None
    if field.kind in (LINK, USER):
        return linked(request, field, told)
    if field.kind == FILE:
        raise wrong(field, _("Files are added on the record’s page."))
    if field.kind == YES_NO:
        if not isinstance(told, bool):
            raise wrong(field, _("true or false is asked for."))
        return told
    if field.kind == CHOICES:
        if not isinstance(told, list) or not all(isinstance(each, str) for each in told):
            raise wrong(field, _("A list of words is asked for."))
        return told
    if field.kind in (NUMBER, MONEY) and isinstance(told, int | float) and not isinstance(told, bool):
        told = str(told)
    if not isinstance(told, str):
        raise wrong(field, _("Text is asked for."))
    return parsed(field, told)


def parsed(field: Field, text: str) -> Any:
    """A value out of text, as an address holds it. Raises Refused."""
    if "\x00" in text or len(text) > 100_000:
        raise wrong(field, _("That is no text that can be kept."))
    try:
        return _PARSERS[field.kind](field, text) if field.kind in _PARSERS else text
    except (ValueError, InvalidOperation, KeyError) as problem:
        raise wrong(field, str(_SAID.get(field.kind, _("That does not fit.")))) from problem


def _moment(_field: Field, text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(_field: Field, text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _cents(_field: Field, text: str) -> int:
    """Dollars are sent, whole cents are kept."""
    cents = _number(_field, text) * 100
    if cents != cents.to_integral_value():
        raise ValueError(text)
    return int(cents)


def _choice(field: Field, text: str) -> str:
    if text and text not in {str(value) for value, _label in field.all_choices()}:
        raise KeyError(text)
    return text


_PARSERS: dict[str, Callable[[Field, str], Any]] = {
    YES_NO: lambda _field, text: WORDS[text.lower()],
    NUMBER: _number,
    MONEY: _cents,
    DATE: lambda _field, text: date.fromisoformat(text),
    MOMENT: _moment,
    CHOICE: _choice,
}
_SAID: dict[str, Any] = {
    YES_NO: gettext_lazy("true or false is asked for."),
    NUMBER: gettext_lazy("A number is asked for."),
    MONEY: gettext_lazy("An amount is asked for, as 12.50."),
    DATE: gettext_lazy("A day is asked for, as 2028-11-07."),
    MOMENT: gettext_lazy("A moment is asked for, as 2028-11-07T18:30:00Z."),
    CHOICE: gettext_lazy("That is none of the choices."),
}


def uid_of(field: Field, told: Any) -> UUID:
    """Raises Refused."""
    try:
        return UUID(str(told))
    except ValueError as problem:
        raise wrong(field, _("The uid of a record is asked for.")) from problem


def linked(request: HttpRequest, field: Field, told: Any) -> int:
    """The id of the record with this uid, if the caller sees it. Raises Refused."""
    found = seen_of(request, field).filter(uid=uid_of(field, told)).values_list("pk", flat=True).first()
    if found is None:
        raise wrong(field, _("No record that you may see has this uid."))
    return int(found)
