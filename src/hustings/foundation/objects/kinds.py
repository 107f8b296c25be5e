"""What a field can hold: how it is written in, how it is kept in JSON, how it is said and how the database sorts it.

`clean(field, given)` takes what a person typed, an import or the API gave, or what is kept already (cleaning twice is
cleaning once), and gives what is kept; None for blank. It raises ValidationError in words for a person. Links and files
are cleaned where records are known (`actions`).

Kept: text, choice, e-mail, phone as text; number as a JSON number of at most 15 digits; money as whole cents of a US
dollar; date as YYYY-MM-DD; choices as a list in the order of the choices; yes/no as true or false; a place as an object
with street, city, state and zip; a file as an object with sha256, name, type and size; a link as the record's id.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.core.records import (
    CHOICE,
    CHOICES,
    DATE,
    EMAIL,
    FILE,
    LINK,
    LONG_TEXT,
    MONEY,
    NUMBER,
    PHONE,
    PLACE,
    TEXT,
    YES_NO,
)
from hustings.foundation.geography.queries import place_of_zip, state_code_of, states
from hustings.foundation.ui.words import date_words

LONGEST, LONGEST_LONG = 500, 20_000
LARGEST = Decimal(10) ** 15
PLACE_PARTS = ("street", "city", "state", "zip")

NAMES: dict[str, Any] = {
    TEXT: gettext_lazy("Text, one line"),
    LONG_TEXT: gettext_lazy("Text, several lines"),
    NUMBER: gettext_lazy("Number"),
    MONEY: gettext_lazy("Money"),
    DATE: gettext_lazy("Date"),
    CHOICE: gettext_lazy("One of several choices"),
    CHOICES: gettext_lazy("Any of several choices"),
    YES_NO: gettext_lazy("Yes or no"),
    PLACE: gettext_lazy("Place: street, city, state, ZIP"),
    EMAIL: gettext_lazy("Email address"),
    PHONE: gettext_lazy("Telephone number"),
    FILE: gettext_lazy("File"),
    LINK: gettext_lazy("Link to a record"),
}
TEXTS = (TEXT, LONG_TEXT, EMAIL, PHONE)
NUMBERS = (NUMBER, MONEY, LINK)
SORTABLE = (TEXT, NUMBER, MONEY, DATE, CHOICE, YES_NO, PLACE, EMAIL, PHONE)
INDEXABLE = (TEXT, NUMBER, MONEY, DATE, CHOICE, YES_NO, PLACE, EMAIL, PHONE, LINK)
SEARCHED = (TEXT, LONG_TEXT, EMAIL, PHONE, PLACE)


class Told(Protocol):
    """As much of a field as cleaning asks for."""

    kind: str
    choices: Any  # pairs of slug and label


def clean(field: Told, given: Any) -> Any:
    """What is kept of it; None for blank. Raises ValidationError."""
    if given is None or (isinstance(given, str | list | tuple | dict) and not given):
        return None
    if isinstance(given, str):
        given = given.replace("\0", "").replace("\r\n", "\n").strip()
        if not given:
            return None
    return _CLEAN[field.kind](field, given)


def _text(most: int) -> Callable[[Told, Any], str]:
    def cleaned(field: Told, given: Any) -> str:
        if isinstance(given, bool) or not isinstance(given, str | int | float):
            raise ValidationError(_("Write text here"))
        text = str(given)
        if most == LONGEST:
            text = " ".join(text.split())
        if len(text) > most:
            raise ValidationError(_("Write at most %(most)d characters") % {"most": most})
        return text

    return cleaned


def _decimal(given: Any, words: str) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal):
        raise ValidationError(words)
    text = str(given).replace(",", "").replace(" ", "").removeprefix("$")
    if not re.fullmatch(r"-?\$?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,2})?", text):
        raise ValidationError(words)
    try:
        value = Decimal(text.replace("$", ""))
    except InvalidOperation as problem:
        raise ValidationError(words) from problem
    return value


def _number(field: Told, given: Any) -> int | float:
    value = _decimal(given, _("Write a number, like 12 or 3.5"))
    if abs(value) >= LARGEST or len(value.normalize().as_tuple().digits) > 15:
        raise ValidationError(_("Write a number of at most 15 digits"))
    return int(value) if value == value.to_integral_value() else float(value)


def _money(field: Told, given: Any) -> int:
    """A whole number is cents; text is dollars."""
    words = _("Write an amount in dollars, like 25 or 25.50")
    is_cents = isinstance(given, int) and not isinstance(given, bool)
    cents = Decimal(given) if is_cents else _decimal(given, words) * 100
    if cents != cents.to_integral_value() or abs(cents) >= LARGEST:
        raise ValidationError(words)
    return int(cents)


def _date(field: Told, given: Any) -> str:
    if isinstance(given, datetime):
        given = given.date()
    if isinstance(given, date):
        return given.isoformat()
    text = str(given)
    if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text):
        parts = [int(part) for part in found.groups()]
    elif found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        month, day, year = (int(part) for part in found.groups())
        parts = [year, month, day]
    else:
        raise ValidationError(_("Write a date, like 2028-11-07 or 11/7/2028"))
    try:
        return date(*parts).isoformat()
    except ValueError as problem:
        raise ValidationError(_("There is no such day")) from problem


def _choice(field: Told, given: Any) -> str:
    wanted = str(given)
    for slug, _label in field.choices:
        if wanted == slug:
            return str(slug)
    for slug, label in field.choices:
        if wanted.casefold() == label.casefold():
            return str(slug)
    raise ValidationError(
        _("Choose one of: %(choices)s") % {"choices": ", ".join(label for _slug, label in field.choices)}
    )


def _choices(field: Told, given: Any) -> list[str] | None:
    each = [part.strip() for part in given.split(";")] if isinstance(given, str) else given
    if not isinstance(each, list | tuple | set):
        raise ValidationError(_("Choose from the list"))
    chosen = {_choice(field, one) for one in each if one not in (None, "")}
    return [slug for slug, _label in field.choices if slug in chosen] or None


def _yes_no(field: Told, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    word = str(given).casefold()
    if word in ("yes", "y", "true", "1", "sí", "si", "on", "x"):
        return True
    if word in ("no", "n", "false", "0"):
        return False
    raise ValidationError(_("Say yes or no"))


def _place(field: Told, given: Any) -> dict[str, str] | None:
    parts = _place_of_text(given) if isinstance(given, str) else given
    if not isinstance(parts, Mapping) or set(parts) - set(PLACE_PARTS):
        raise ValidationError(_("Write a place, like 12 Elm Street, Columbus, OH 43215"))
    street, city, state, code = (" ".join(str(parts.get(part) or "").split()) for part in PLACE_PARTS)
    if not (street or city or state or code):
        return None
    if len(street) > 200 or len(city) > 100:
        raise ValidationError(_("Write a shorter street or city"))
    code = code[:5] if re.fullmatch(r"\d{5}-\d{4}", code) else code
    if code and not re.fullmatch(r"\d{5}", code):
        raise ValidationError(_("Write a ZIP code of five digits"))
    known = place_of_zip(code) if code else None
    if state and not (state := state_code_of(state)):
        raise ValidationError(_("Write a state, like Ohio or OH"))
    if known:
        state, city = state or known.state_code, city or known.city
    kept = {"street": street, "city": city, "state": state, "zip": code}
    return {name: text for name, text in kept.items() if text}


def _place_of_text(text: str) -> dict[str, str]:
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    found: dict[str, str] = {}
    if pieces and (zip_code := re.search(r"(?:^|\s)(\d{5}(?:-\d{4})?)$", pieces[-1])):
        found["zip"] = zip_code[1]
        pieces[-1] = pieces[-1][: zip_code.start()].strip()
        if not pieces[-1]:
            pieces.pop()
    if pieces and (code := state_code_of(pieces[-1])):
        found["state"] = code
        pieces.pop()
    # What begins with a number is a street, though no city follows it.
    if pieces and (found or len(pieces) > 1) and not (len(pieces) == 1 and pieces[0][0].isdigit()):
        found["city"] = pieces.pop()
    if pieces:
        found["street"] = ", ".join(pieces)
    return found


def _email(field: Told, given: Any) -> str:
    address = str(given).strip().lower()
    try:
        validate_email(address)
    except ValidationError as problem:
        raise ValidationError(_("Enter an email address with an @, like name@example.org")) from problem
    return address


def _phone(field: Told, given: Any) -> str:
    words = _("Enter a telephone number with its area code, like (614) 555-0142")
    try:
        number = phonenumbers.parse(str(given), "US")
    except phonenumbers.NumberParseException as problem:
        raise ValidationError(words) from problem
    if not phonenumbers.is_possible_number(number):
        raise ValidationError(words)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _not_here(field: Told, given: Any) -> Any:
    raise TypeError("links and files are cleaned by the actions, which know records")


_CLEAN: dict[str, Callable[[Any, Any], Any]] = {
    TEXT: _text(LONGEST),
    LONG_TEXT: _text(LONGEST_LONG),
    NUMBER: _number,
    MONEY: _money,
    DATE: _date,
    CHOICE: _choice,
    CHOICES: _choices,
    YES_NO: _yes_no,
    PLACE: _place,
    EMAIL: _email,
    PHONE: _phone,
    FILE: _not_here,
    LINK: _not_here,
}


def say(field: Told, value: Any) -> str:
    """A value as a person reads it; what is masked is text already and stays. Links are said by their record."""
    if value is None:
        return ""
    kind = field.kind
    if isinstance(value, str) and kind not in (DATE, CHOICE, PHONE):
        return value
    if kind == DATE:
        return date_words(date.fromisoformat(value), "j M Y") if re.fullmatch(r"[\d-]{10}", value) else value
    if kind == CHOICE:
        return str(dict(field.choices).get(value, value))
    if kind == CHOICES:
        names: dict[str, str] = dict(field.choices)
        return ", ".join(names.get(one, one) for one in value)
    if kind == PHONE:
        return _phone_words(value)
    if kind == YES_NO:
        return _("Yes") if value else _("No")
    if kind == MONEY:
        return f"{'-' * (value < 0)}${abs(value) // 100:,}.{abs(value) % 100:02d}"
    if kind == NUMBER:
        return f"{value:,}"
    if kind == PLACE:
        return place_words(value)
    return str(value.get("name", "")) if kind == FILE else str(value)


def place_words(value: Mapping[str, str]) -> str:
    """ "12 Elm Street, Columbus, OH 43215"."""
    end = " ".join(filter(None, [value.get("state"), value.get("zip")]))
    return ", ".join(filter(None, [value.get("street"), value.get("city"), end]))


def _phone_words(value: str) -> str:
    if found := re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", value):
        return f"({found[1]}) {found[2]}-{found[3]}"
    return value


def outward(value: Any) -> Any:
    """As others are told it: of a file its name, type and size; where it lies is our own affair."""
    if isinstance(value, Mapping) and "sha256" in value:
        return {name: part for name, part in value.items() if name != "sha256"}
    return value


def write(field: Told, value: Any) -> str:
    """As a file or a form holds it, so that `clean` gives the value back."""
    if value is None:
        return ""
    if field.kind == MONEY and not isinstance(value, str):
        return f"{'-' * (value < 0)}{abs(value) // 100}.{abs(value) % 100:02d}"
    if field.kind == CHOICES and not isinstance(value, str):
        return "; ".join(value)
    if field.kind == YES_NO and not isinstance(value, str):
        return "yes" if value else "no"
    if field.kind == PLACE and not isinstance(value, str):
        return place_words(value)
    if field.kind == FILE and not isinstance(value, str):
        return str(value.get("name", ""))
    return str(value)


def files_in(values: Mapping[str, Any]) -> list[str]:
    """The sha256 of every file among these kept values."""
    return [value["sha256"] for value in values.values() if isinstance(value, dict) and "sha256" in value]


def words_of(fields: Sequence[Any], values: Mapping[str, Any]) -> str:
    """What a search looks through: the texts of a record, in lower case."""
    kept = [(one.kind, values[one.slug]) for one in fields if one.kind in SEARCHED and one.slug in values]
    return "\n".join(place_words(value) if kind == PLACE else str(value) for kind, value in kept).lower()


def state_choices() -> list[tuple[str, str]]:
    """For a form's place."""
    return states()
