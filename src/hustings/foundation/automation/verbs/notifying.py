"""Tell people."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import Team, User
from hustings.foundation.access.queries import colleagues, members, teams_visible_to
from hustings.foundation.core import records
from hustings.foundation.core.records import RecordType

from ..actions.notices import give_notice
from ..models import Rule
from ..queries.asking import readable_fields
from ..registry import CannotDo, Deeds, Values, Verb

LONGEST = 300


def _fields(owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    of_record = [
        (f"field:{one.name}", _("Whoever “%(field)s” says") % {"field": one.label})
        for one in readable_fields(grants_of(owner), record_type).values()
        if one.kind == records.USER
    ]
    teams = [(f"team:{team.pk}", team.name) for team in teams_visible_to(owner)]
    people = [(f"user:{user.pk}", user.name) for user in colleagues(owner)]
    choices: list[Any] = [("owner", _("The rule's owner")), *of_record, (_("Teams"), teams), (_("People"), people)]
    return {
        "to": forms.ChoiceField(label=_("Whom"), choices=[one for one in choices if one[1]]),
        "text": forms.CharField(
            label=_("What to say"),
            help_text=_("The record stands beside it, as its reader may see it."),
            max_length=LONGEST,
        ),
    }


def _describe(values: Values, record_type: RecordType) -> str:
    return _("tell %(who)s: “%(text)s”") % {
        "who": _who(str(values.get("to", "")), record_type),
        "text": values.get("text", ""),
    }


def _who(to: str, record_type: RecordType) -> str:
    kind, _colon, name = to.partition(":")
    if kind == "field":
        one = next((each for each in records.fields_of(record_type) if each.name == name), None)
        return _("whoever “%(field)s” says") % {"field": one.label if one else name}
    if kind == "team":
        return str(Team.objects.filter(pk=name).values_list("name", flat=True).first() or name)
    if kind == "user":
        user = User.objects.filter(pk=name).first()
        return user.name if user else name
    return _("the rule's owner")


def _may(owner: User, record_type: RecordType, values: Values) -> str:
    kind, _colon, name = str(values.get("to", "")).partition(":")
    allowed: dict[str, Callable[[], bool]] = {
        "owner": lambda: True,
        "field": lambda: name in readable_fields(grants_of(owner), record_type),
        "team": lambda: teams_visible_to(owner).filter(pk=name).exists(),
        "user": lambda: colleagues(owner).filter(pk=name).exists(),
    }
    known = allowed.get(kind)
    if known is not None and known():
        return ""
    return _("Whom the rule tells works here no more, or is out of the sight of its owner.")


def _run(*, actor: User, record: Any, values: Values, deed: Deeds, now: datetime) -> str:
    rule = Rule.objects.get(pk=deed.rule_id or 0)
    record_type = records.get(rule.record)
    assert record_type is not None  # the rule is about it
    people = _people(str(values.get("to", "")), actor, record, record_type)
    if not people:
        raise CannotDo(_("There is nobody to tell: “%(who)s”.") % {"who": _who(str(values.get("to", "")), record_type)})
    told = give_notice(
        users=people, text=str(values.get("text", "")), record=rule.record, record_id=record.pk, rule=rule, now=now
    )
    return _("told %(n)d: %(who)s") % {"n": told, "who": ", ".join(user.name for user in people[:5])}


def _people(to: str, owner: User, record: Any, record_type: RecordType) -> list[User]:
    kind, _colon, name = to.partition(":")
    if kind == "team":
        return [user for team in Team.objects.filter(pk=name) for user in members(team) if user.is_active]
    if kind == "user":
        return list(User.objects.filter(pk=name, is_active=True))
    if kind == "field":
        one = readable_fields(grants_of(owner), record_type).get(name)
        value = one.value_of(record) if one else None
        pk = value.pk if isinstance(value, User) else value
        return list(User.objects.filter(pk=pk, is_active=True)) if pk else []
    return [owner]


NOTIFY = Verb(
    "notify",
    gettext_lazy("Tell a person or a team"),
    run=_run,
    describe=_describe,
    fields=_fields,
    may=_may,
    icon="bell",
    order=40,
)
