"""The "when" of a rule, and its stored form: {"kind": "made"}, {"kind": "changed", "fields": ["queue"]},
{"kind": "announced", "name": "approval_settled"}, {"kind": "time", "every": "week", "days": [0, 4], "at": "09:00"},
{"kind": "date", "field": "due_at", "days_after": -2, "at": "09:00"}. Days of the week begin with Monday, 0."""

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

MADE, CHANGED, EITHER, ANNOUNCED, TIME, DATE = "made", "changed", "made_or_changed", "announced", "time", "date"
KINDS = (MADE, CHANGED, EITHER, ANNOUNCED, TIME, DATE)
TIMED = (TIME, DATE)
HOUR, DAY, WEEK = "hour", "day", "week"
FARTHEST_DAYS = 366


class BadTrigger(ValueError):
    """A stored trigger that cannot be."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """`days` of a date: so many days after what the field says, before it where negative."""

    kind: str
    fields: tuple[str, ...] = ()
    name: str = ""
    every: str = DAY
    weekdays: tuple[int, ...] = ()
    at: time = time(9, 0)
    field: str = ""
    days: int = 0

    def listens_to(self, kind: str, changes: Mapping[str, Any], name: str = "") -> bool:
        """Whether a record that was made, or changed in these fields, or told of, is for this rule."""
        if kind == MADE:
            return self.kind in (MADE, EITHER)
        if kind == CHANGED:
            wanted = self.kind in (CHANGED, EITHER)
            return wanted and (not self.fields or not set(self.fields).isdisjoint(changes))
        return kind == ANNOUNCED and self.kind == ANNOUNCED and self.name == name


def trigger_from(told: Any) -> Trigger:
    """Raises BadTrigger."""
    if not isinstance(told, Mapping) or told.get("kind") not in KINDS:
        raise BadTrigger(f"{told!r} is no trigger")
    try:
        at = time.fromisoformat(str(told.get("at", "09:00")))
        days, weekdays = int(told.get("days_after", 0)), tuple(sorted({int(day) for day in told.get("days", ())}))
    except (TypeError, ValueError) as problem:
        raise BadTrigger(str(problem)) from problem
    every = str(told.get("every", DAY))
    if every not in (HOUR, DAY, WEEK) or not set(weekdays) <= set(range(7)) or abs(days) > FARTHEST_DAYS:
        raise BadTrigger(f"{told!r} is no time")
    fields = tuple(map(str, told.get("fields", ())))
    return Trigger(
        told["kind"], fields, str(told.get("name", "")), every, weekdays, at, str(told.get("field", "")), days
    )


def told_of(trigger: Trigger) -> dict[str, Any]:
    """The stored form: `trigger_from` gives it back."""
    told: dict[str, Any] = {"kind": trigger.kind}
    if trigger.fields:
        told["fields"] = list(trigger.fields)
    if trigger.kind == ANNOUNCED:
        told["name"] = trigger.name
    if trigger.kind == TIME:
        told["every"] = trigger.every
        told["days"] = list(trigger.weekdays)
    if trigger.kind == DATE:
        told["field"] = trigger.field
        told["days_after"] = trigger.days
    if trigger.kind in TIMED:
        told["at"] = trigger.at.strftime("%H:%M")
    return told


def following(trigger: Trigger, moment: datetime, zone: zoneinfo.ZoneInfo) -> datetime:
    """The first time of a timed rule after the moment. At a change of clocks a time that is skipped comes when the
    clocks have moved on; one that comes twice is its first."""
    if trigger.kind == TIME and trigger.every == HOUR:
        # In UTC: an hour that the clocks repeat is an hour too. Zones off by part of an hour keep their minutes.
        local = moment.astimezone(zone)
        off = timedelta(minutes=(trigger.at.minute - local.minute) % 60)
        first = moment.replace(second=0, microsecond=0) + off
        return first if first > moment else first + timedelta(hours=1)
    day = moment.astimezone(zone).date() - timedelta(days=1)
    weekdays = trigger.weekdays if trigger.kind == TIME and trigger.every == WEEK and trigger.weekdays else range(7)
    while True:
        due = datetime.combine(day, trigger.at, tzinfo=zone).astimezone(moment.tzinfo)
        if due > moment and day.weekday() in weekdays:
            return due
        day += timedelta(days=1)
