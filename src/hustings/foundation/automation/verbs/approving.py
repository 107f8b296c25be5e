"""Start an approval."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import User
from hustings.foundation.core.records import RecordType

from ..actions.approvals import request_approval
from ..models import Process, Rule
from ..queries.approvals import processes_for
from ..registry import Deeds, Values, Verb


def _fields(owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    choices = [(one.slug, one.name) for one in processes_for(record_type.name)]
    return {
        "process": forms.ChoiceField(label=_("Which approval"), choices=choices),
        "reason": forms.CharField(label=_("Why"), required=False, max_length=500),
    }


def _describe(values: Values, record_type: RecordType) -> str:
    name = Process.objects.filter(slug=values.get("process", "")).values_list("name", flat=True).first()
    return _("start the approval “%(name)s”") % {"name": name or values.get("process", "")}


def _may(owner: User, record_type: RecordType, values: Values) -> str:
    if processes_for(record_type.name).filter(slug=values.get("process", "")).exists():
        return ""
    return _("The approval it starts is not in use.")


def _run(*, actor: User, record: Any, values: Values, deed: Deeds, now: datetime) -> str:
    process = Process.objects.get(slug=values["process"])
    rule = Rule.objects.filter(pk=deed.rule_id or 0).first()
    reason = str(values.get("reason", "")) or _("By the rule “%(name)s”") % {"name": deed.rule}
    request_approval(actor=actor, process=process, record_id=record.pk, reason=reason, rule=rule, now=now)
    return _("asked for the approval “%(name)s”") % {"name": process.name}


APPROVE = Verb(
    "approve",
    gettext_lazy("Start an approval"),
    run=_run,
    describe=_describe,
    fields=_fields,
    may=_may,
    icon="badge-check",
    order=50,
)
