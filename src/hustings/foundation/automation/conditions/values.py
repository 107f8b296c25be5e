"""Values made comparable: what a field gives, and what was written into a rule."""

import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.dateparse import parse_date, parse_datetime

from hustings.foundation.core import records
from hustings.foundation.core.records import Field


class BadValue(ValueError):
    """What was written is no value of the field's kind."""


def upper(text: str) -> str:
    """Capitals as the database makes them: one letter for one."""
    return "".join(up if len(up := letter.upper()) == 1 else letter for letter in text)


def word_of(value: Any) -> str:
    """A choice, a link or a colleague as it is kept in a rule: the key of the choice, or the id."""
    if value is None or value == "":
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, Mapping):
        return str(value.get("id", ""))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "value") and not isinstance(value, str | int | UUID):
        return str(value.value)
    return str(value)


def texts_of(value: Any) -> list[str]:
    """Of a field with many values, each."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [value]
    return [word_of(each) for each in value] if isinstance(value, Iterable) else [word_of(value)]


def number_of(value: Any) -> Decimal | None:
    """None where there is none."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, Mapping):
        value = value.get("cents", value.get("amount"))
    try:
        number = Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def written_number(text: str, field: Field) -> Decimal:
    """What was written, in the field's own units: money is written in dollars and kept in cents. Raises BadValue."""
    number = number_of(text.replace("$", ""))
    if number is None:
        raise BadValue(text)
    return number * 100 if field.kind == records.MONEY else number


def written_days(text: str) -> int:
    """Raises BadValue."""
    try:
        days = int(text)
    except ValueError as problem:
        raise BadValue(text) from problem
    if not 0 <= days <= 3660:
        raise BadValue(text)
    return days


def written_day(text: str) -> date:
    """Raises BadValue."""
    try:
        day = parse_date(text)
    except ValueError as problem:
        raise BadValue(text) from problem
    if day is None:
        raise BadValue(text)
    return day


def moment_of(value: Any) -> datetime | date | None:
    """A moment or a day, also out of its stored words."""
    if isinstance(value, datetime | date):
        return value
    if not isinstance(value, str) or not value:
        return None
    try:
        # A day is a day in every zone; read as a moment it would be the one before in half of them.
        return parse_date(value) if len(value) == len("2028-11-07") else parse_datetime(value)
    except ValueError:
        return None


def day_of(value: datetime | date, zone: zoneinfo.ZoneInfo) -> date:
    """The day there, of a moment or a day."""
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def start_of(day: date, zone: zoneinfo.ZoneInfo) -> datetime:
    """When the day begins there."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def after(day: date, days: int) -> date:
    """So many days later, or before; at the calendar's ends where it would go beyond."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
