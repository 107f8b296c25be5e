"""Values of fields as rules keep them: the form field they are written in, and what a field is given in the end."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import User
from hustings.foundation.access.queries import colleagues
from hustings.foundation.core import records
from hustings.foundation.core.clock import zone_of
from hustings.foundation.core.records import Field

from .conditions.values import BadValue, start_of, written_day
from .registry import CannotDo

YES, NO = "yes", "no"
YES_NO_CHOICES = ((YES, gettext_lazy("Yes")), (NO, gettext_lazy("No")))
LONGEST = 4000


def choices_of(field: Field, owner: User) -> list[tuple[str, str]]:
    """What can be chosen of it, with the keys that rules keep; empty where it is written freely."""
    if field.kind == records.USER:
        return [(str(user.pk), user.name) for user in colleagues(owner)]
    if field.kind == records.YES_NO:
        return [(key, str(label)) for key, label in YES_NO_CHOICES]
    return [(str(key), str(label)) for key, label in field.all_choices()]


def form_field(field: Field, owner: User, *, required: bool = True) -> forms.Field:
    """How a value of it is written; what comes out of it can be kept as JSON."""
    label, choices = str(field.label), choices_of(field, owner)
    if field.kind == records.CHOICES and choices:
        return forms.MultipleChoiceField(
            label=label, choices=choices, required=required, widget=forms.CheckboxSelectMultiple
        )
    if field.kind == records.CHOICES:
        help_text = _("Several are parted by commas.")
        return forms.CharField(label=label, required=required, max_length=LONGEST, help_text=help_text)
    if choices:
        return forms.ChoiceField(label=label, choices=choices if required else [("", "—"), *choices], required=required)
    if field.kind in (records.DATE, records.MOMENT):
        help_text = _("A day, or +3 for so many days after the rule acts.")
        return forms.CharField(label=label, required=required, max_length=10, help_text=help_text)
    if field.kind in (records.NUMBER, records.MONEY):
        return forms.CharField(label=label, required=required, max_length=40)
    widget = forms.Textarea(attrs={"rows": 3}) if field.kind == records.LONG_TEXT else forms.TextInput()
    return forms.CharField(label=label, required=required, max_length=LONGEST, widget=widget)


def value_for(field: Field, kept: Any, owner: User, now: datetime) -> Any:
    """What `Field.change` and `RecordType.make` are given. Raises CannotDo."""
    if field.kind == records.YES_NO:
        return kept == YES
    if field.kind == records.CHOICES:
        return list(kept) if isinstance(kept, list) else [part.strip() for part in str(kept).split(",") if part.strip()]
    if field.kind == records.USER and kept:
        user = User.objects.filter(pk=kept, is_active=True).first()
        if user is None:
            raise CannotDo(_("The colleague it names does not work here any more."))
        return user
    if field.kind in (records.DATE, records.MOMENT) and kept:
        return _day(field, str(kept), owner, now)
    return kept


def _day(field: Field, kept: str, owner: User, now: datetime) -> Any:
    zone = zone_of(owner.time_zone)
    try:
        today = now.astimezone(zone).date()
        day = today + timedelta(days=int(kept[1:])) if kept.startswith("+") else written_day(kept)
    except (BadValue, ValueError, OverflowError) as problem:
        raise CannotDo(_("“%(day)s” is no day.") % {"day": kept}) from problem
    return start_of(day, zone) if field.kind == records.MOMENT else day


def said(field: Field, kept: Any, owner: User | None = None) -> str:
    """The value as a person reads it."""
    if isinstance(kept, list | tuple):
        names = dict(choices_of(field, owner)) if owner else {}
        return ", ".join(names.get(str(each), str(each)) for each in kept)
    if field.kind == records.USER:
        user = User.objects.filter(pk=kept).first() if str(kept).isdecimal() else None
        return user.name if user else str(kept)
    if field.kind == records.YES_NO:
        return str(dict(YES_NO_CHOICES).get(str(kept), kept))
    return str({str(key): label for key, label in field.all_choices()}.get(str(kept), kept))


def is_blank(kept: Any) -> bool:
    """Whether nothing was written."""
    return kept is None or kept == "" or kept == []
