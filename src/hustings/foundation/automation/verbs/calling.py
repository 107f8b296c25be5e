"""Call an address elsewhere."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.records import RecordType

from ..actions.hooks import queue_call
from ..conditions.values import texts_of
from ..models import Deed, Hook, Rule
from ..queries.asking import readable_fields
from ..registry import CannotDo, Deeds, Values, Verb

NONE = UUID(int=0)


def _fields(owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    fields = readable_fields(grants_of(owner), record_type).values()
    return {
        "hook": forms.ChoiceField(
            label=_("Which address"),
            choices=[(str(hook.uid), hook.name) for hook in Hook.objects.filter(is_on=True).order_by("name")],
            help_text=_("Administrators add addresses under “Webhooks”."),
        ),
        "fields": forms.MultipleChoiceField(
            label=_("Fields that go along"),
            choices=[(one.name, str(one.label)) for one in fields if one.kind != records.FILE],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
    }


def _describe(values: Values, record_type: RecordType) -> str:
    name = Hook.objects.filter(uid=values.get("hook") or NONE).values_list("name", flat=True).first()
    return _("call “%(name)s”") % {"name": name or "?"}


def _may(owner: User, record_type: RecordType, values: Values) -> str:
    if not grants_of(owner).may(record_type.name, "export"):
        return _("%(records)s may not leave the house by the rule's owner.") % {"records": record_type.plural}
    readable = readable_fields(grants_of(owner), record_type)
    if hidden := [name for name in values.get("fields", ()) if name not in readable]:
        return _("“%(field)s” cannot be read by the rule's owner.") % {"field": hidden[0]}
    if not Hook.objects.filter(uid=values.get("hook") or NONE, is_on=True).exists():
        return _("The address it calls is not in use.")
    return ""


def _run(*, actor: User, record: Any, values: Values, deed: Deeds, now: datetime) -> str:
    hook = Hook.objects.filter(uid=values["hook"], is_on=True).first()
    if hook is None:
        raise CannotDo(_("The address it calls is not in use."))
    rule = Rule.objects.get(pk=deed.rule_id or 0)
    record_type = records.get(rule.record)
    assert record_type is not None  # the rule is about it
    readable = readable_fields(grants_of(actor), record_type)
    names = [name for name in values.get("fields", ()) if name in readable]
    payload = {
        "rule": {"id": str(rule.uid), "name": rule.name},
        "happened": {"kind": deed.happening["kind"], "name": deed.happening["name"], "at": deed.happening["at"]},
        "record": {"type": rule.record, "id": str(record.uid), "url": record_type.url(record)},
        "fields": {name: plain(readable[name].value_of(record)) for name in names},
    }
    queue_call(hook=hook, deed=Deed.objects.filter(uid=deed.key).first(), payload=payload, now=now)
    detail = {"hook": str(hook.uid), "fields": names}
    record_audit(
        actor=actor, action="hook.called", record_type=rule.record, record_uid=record.uid, detail=detail, now=now
    )
    return _("a call to “%(name)s” is on its way") % {"name": hook.name}


def plain(value: Any) -> Any:
    """As JSON holds it: colleagues by name, days and moments in ISO words."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | dict):
        return value
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, User):
        return value.name
    return texts_of([value])[0] if not hasattr(value, "pk") else str(value)


CALL = Verb(
    "call",
    gettext_lazy("Call a webhook"),
    run=_run,
    describe=_describe,
    fields=_fields,
    may=_may,
    icon="globe",
    order=55,
)
