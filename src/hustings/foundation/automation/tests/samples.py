"""A record type with a field of every kind, for this room's tests alone: its table is made and dropped with them."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.foundation.access import queries as access
from hustings.foundation.access.models import User
from hustings.foundation.core import bus, records
from hustings.foundation.core.guard import action
from hustings.foundation.core.guard.attributes import Guarded, guards_on
from hustings.foundation.core.models import Record
from hustings.foundation.core.records import Column, Field, RecordChanged, RecordType

NOW = datetime(2028, 10, 19, 13, 0, tzinfo=UTC)
KINDS = (("sign", "Yard sign"), ("ride", "Ride to the polls"), ("call", "Call"))


class Sample(Record):
    title = models.TextField(default="", blank=True)
    body = models.TextField(null=True)
    secret = models.TextField(default="", blank=True)
    size = models.IntegerField(null=True)
    price = models.BigIntegerField(null=True)
    weight = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    day = models.DateField(null=True)
    moment = models.DateTimeField(null=True)
    kind = models.CharField(max_length=8, default="", blank=True)
    tags = ArrayField(models.TextField(), default=list)
    is_good = models.BooleanField(default=False)
    holder = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    about = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False)

    class Meta:
        app_label = "automation_samples"

    def get_absolute_url(self) -> str:
        return f"/samples/{self.uid}/"

    def __str__(self) -> str:
        return self.title or "untitled"


@action
def make_sample(*, actor: User | None, values: dict[str, Any], now: datetime) -> Sample:
    sample = Sample.objects.create(**values)
    changes = {name: (None, str(value)) for name, value in values.items()}
    _say(sample, changes, actor, now, is_new=True)
    return sample


@action
def change_sample(*, actor: User | None, record: Sample, now: datetime, **values: Any) -> None:
    row = Sample.objects.select_for_update().get(pk=record.pk)
    changes = {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            changes[name] = (_plain(old), _plain(value))
            setattr(row, name, value)
    if changes:
        row.save()
        _say(row, changes, actor, now)


def _plain(value: Any) -> Any:
    if isinstance(value, User):
        return value.pk
    return value if value is None or isinstance(value, str | int | bool | list) else str(value)


def _say(sample: Sample, changes: dict[str, Any], actor: User | None, now: datetime, *, is_new: bool = False) -> None:
    bus.announce(
        RecordChanged("sample", sample.pk, sample.uid, changes, actor.pk if actor else None, now, is_new=is_new)
    )


def _changes(name: str) -> Any:
    def change(*, actor: User | None, record: Sample, value: Any, now: datetime) -> None:
        if name == "size":
            value = int(value)
        change_sample(actor=actor, record=record, now=now, **{name: value})

    return change


def _field(name: str, kind: str, **more: Any) -> Field:
    given = {"path": name, "change": _changes(name)} | more
    return Field(name, name.capitalize(), kind=kind, **given)


def visible_to(user: User) -> models.QuerySet[Sample]:
    """Administrators see all; others what is not called hidden."""
    rows = Sample.objects.all()
    return rows if access.administers(user) else rows.exclude(kind="hidden")


TYPE = RecordType(
    "sample",
    "Sample",
    "Samples",
    model=Sample,
    visible_to=visible_to,
    fields=[
        _field("title", records.TEXT),
        _field("body", records.LONG_TEXT),
        _field("secret", records.TEXT, columns=(Column(Sample, "secret"),), sensitive=True),
        _field("size", records.NUMBER),
        _field("price", records.MONEY),
        _field("weight", records.NUMBER),
        _field("day", records.DATE),
        _field("moment", records.MOMENT),
        _field("kind", records.CHOICE, choices=KINDS),
        _field("tags", records.CHOICES),
        _field("is_good", records.YES_NO),
        _field("holder", records.USER, path="holder__uid"),
        Field("length", "Length", kind=records.NUMBER, read=lambda one: len(one.title)),
    ],
    make=make_sample,
)


def register() -> None:
    if "sample" not in records.registry.types:
        records.register(TYPE)


def unregister() -> None:
    records.registry.types.pop("sample", None)
    guarded = Sample.__dict__.get("secret")
    if isinstance(guarded, Guarded):
        Sample.secret = guarded.inner  # type: ignore[assignment]
    guards_on.cache_clear()
