"""Make a record: a verb for each type of record that the rule's owner may add, named `make:<type>`."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.guard import Level, unveiled
from hustings.foundation.core.records import Field, RecordType

from ..models import Rule
from ..queries.asking import readable_fields
from ..registry import CannotDo, Deeds, Values, Verb
from ..values import form_field, is_blank, said, value_for

PREFIX = "make:"
NOT_WRITTEN = (records.FILE, records.LINK, records.PLACE)
_FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def makers(record_type: RecordType, owner: User) -> Sequence[Verb]:
    """One for each type that can be made."""
    grants = grants_of(owner)
    return [_maker(one) for one in records.all_types() if one.make is not None and grants.may(one.name, "add")]


def _maker(made: RecordType) -> Verb:
    return Verb(
        f"{PREFIX}{made.name}",
        _("Make: %(record)s") % {"record": made.label},
        run=partial(_make, made),
        describe=partial(_describe, made),
        fields=lambda owner, record_type: _fields(made, owner, record_type),
        may=lambda owner, record_type, values: _may(made, owner, record_type, values),
        icon=made.icon,
        group=gettext_lazy("Make a record"),
        order=70,
    )


def _writable(made: RecordType, owner: User) -> list[Field]:
    """What can be written of a new one: what could be changed of an old one."""
    grants = grants_of(owner)
    return [
        one
        for one in records.fields_of(made)
        if one.change is not None and one.kind not in NOT_WRITTEN and grants.level(made.name, one.name) >= Level.EDIT
    ]


def _fields(made: RecordType, owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    found = {one.name: form_field(one, owner, required=False) for one in _writable(made, owner)}
    texts = [each for each in found.values() if type(each) is forms.CharField and not each.help_text]
    if texts:
        names = ", ".join(f"{{{{ {name} }}}}" for name in list(readable_fields(grants_of(owner), record_type))[:6])
        texts[0].help_text = _("A field of the record that led to it may stand in the words: %(names)s") % {
            "names": names
        }
    return found


def _describe(made: RecordType, values: Values, record_type: RecordType) -> str:
    fields = {one.name: one for one in records.fields_of(made)}
    told = [
        f"{fields[name].label}: {said(fields[name], kept)}"
        for name, kept in values.items()
        if name in fields and not is_blank(kept)
    ]
    return _("make: %(record)s (%(values)s)") % {"record": made.label, "values": "; ".join(told)}


def _may(made: RecordType, owner: User, record_type: RecordType, values: Values) -> str:
    if not grants_of(owner).may(made.name, "add"):
        return _("%(records)s cannot be made by the rule's owner.") % {"records": made.plural}
    writable = {one.name for one in _writable(made, owner)}
    readable = readable_fields(grants_of(owner), record_type)
    for name, kept in values.items():
        if not is_blank(kept) and name not in writable:
            return _("“%(field)s” cannot be changed by the rule's owner.") % {"field": name}
        asked = _FIELD.findall(kept) if isinstance(kept, str) else []
        if hidden := [each for each in asked if each not in readable]:
            return _("“%(field)s” cannot be read by the rule's owner.") % {"field": hidden[0]}
    if all(is_blank(kept) for kept in values.values()):
        return _("Write something into the record that is to be made.")
    return ""


def _make(made: RecordType, *, actor: User, record: Any, values: Values, deed: Deeds, now: datetime) -> str:
    if made.make is None:
        raise CannotDo(_("%(records)s cannot be made.") % {"records": made.plural})
    about = records.get(Rule.objects.get(pk=deed.rule_id or 0).record)
    assert about is not None  # the rule is about it
    fields = {one.name: one for one in _writable(made, actor)}
    readable = readable_fields(grants_of(actor), about)
    given = {
        name: value_for(fields[name], _filled(kept, readable, record), actor, now)
        for name, kept in values.items()
        if name in fields and not is_blank(kept)
    }
    # What points back to the record that led to it is set by itself.
    for one in records.fields_of(made):
        if one.kind == records.LINK and one.to == about.name and one.name not in given and one.change is not None:
            given[one.name] = record.pk
    if made.about and made.name != about.name:
        given.setdefault(made.about, f"{about.name}/{record.uid}")
    with unveiled():
        new = made.make(actor=actor, values=given, now=now)
    return _("made: %(record)s %(uid)s") % {"record": made.label, "uid": getattr(new, "uid", "")}


def _filled(kept: Any, readable: dict[str, Field], record: Any) -> Any:
    """Text with the record's fields in their places, as the rule's owner sees them."""
    if not isinstance(kept, str):
        return kept
    return _FIELD.sub(lambda found: _words(readable[found[1]], record) if found[1] in readable else "", kept)


def _words(field: Field, record: Any) -> str:
    value = field.value_of(record)
    if isinstance(value, User):
        return value.name
    return said(field, value) if value is not None else ""
