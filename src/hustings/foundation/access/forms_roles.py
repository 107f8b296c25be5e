"""A role out of its form."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import records
from hustings.foundation.core.numbers import whole_number

from .queries import role_choices
from .roles import ALL_FIELDS, EVERY, ORDINARY_FIELDS, Definition, told_of


class NewRole(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    about = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    copy_of = forms.ChoiceField(
        label=_("Grants what this one grants"), help_text=_("Change it afterwards."), choices=role_choices
    )


class RoleName(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    about = forms.CharField(label=_("What it is for"), max_length=200, required=False)


def told_from(given: QueryDict, old: Definition) -> dict[str, Any]:
    """The stored form. What the page does not show (record types that are no more, what is never to be done) stays as
    it was. A number of people that is none is left for `definition_from` to name."""
    told = told_of(old)
    kept = dict(told["records"])
    for name, fields in _asked():
        kept[name] = _grant(given, name, fields, kept.get(name, {}))
    shift = given.get("people_a_shift", "").strip()
    return {
        "records": {name: grant for name, grant in kept.items() if any(grant.values())},
        "abilities": sorted(given.getlist("ability")),
        "never_abilities": told["never_abilities"],
        "second_factor": given.get("second_factor") == "on",
        "people_a_shift": whole_number(shift, shift or None),
    }


def _asked() -> list[tuple[str, list[str]]]:
    types = [(one.name, [each.name for each in records.fields_of(one)]) for one in records.all_types()]
    return [(EVERY, []), *types]


def _grant(given: QueryDict, name: str, fields: list[str], was: dict[str, Any]) -> dict[str, Any]:
    shown = {ORDINARY_FIELDS, ALL_FIELDS, *fields}
    levels = {field: level for field, level in was.get("fields", {}).items() if field not in shown}
    levels |= {field: level for field in sorted(shown) if (level := given.get(f"field:{name}:{field}", ""))}
    return {
        "verbs": given.getlist(f"verbs:{name}"),
        "rows": given.getlist(f"rows:{name}"),
        "fields": levels,
        "never": was.get("never", []),
    }
