"""Set a field: a verb for each field that the rule's owner may change, named `set:<field>`."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.records import Field, RecordType

from ..queries.asking import settable_fields
from ..registry import CannotDo, Deeds, Values, Verb
from ..values import form_field, said, value_for

PREFIX = "set:"


def setters(record_type: RecordType, owner: User) -> Sequence[Verb]:
    """One for each field."""
    return [_setter(one) for one in settable_fields(grants_of(owner), record_type).values()]


def _setter(field: Field) -> Verb:
    return Verb(
        f"{PREFIX}{field.name}",
        _("Set “%(field)s”") % {"field": field.label},
        run=partial(_set, field),
        describe=lambda values, _type: _line(field, values),
        fields=lambda owner, _type: {"value": _field(field, owner)},
        may=partial(_may, field),
        icon="pencil",
        group=gettext_lazy("Set a field"),
        order=60,
    )


def _field(field: Field, owner: User) -> forms.Field:
    made = form_field(field, owner)
    made.label = _("becomes")
    return made


def _line(field: Field, values: Values) -> str:
    return _("set “%(field)s” to %(value)s") % {"field": field.label, "value": said(field, values.get("value", ""))}


def _may(field: Field, owner: User, record_type: RecordType, values: Values) -> str:
    if field.name in settable_fields(grants_of(owner), record_type):
        return ""
    return _("“%(field)s” cannot be changed by the rule's owner.") % {"field": field.label}


def _set(field: Field, *, actor: User, record: Any, values: Values, deed: Deeds, now: datetime) -> str:
    if field.change is None:
        raise CannotDo(_("“%(field)s” cannot be changed one by one.") % {"field": field.label})
    value = value_for(field, values.get("value"), actor, now)
    with unveiled():  # an act of the house: it compares with what is true
        field.change(actor=actor, record=record, value=value, now=now)
    return _line(field, values)
