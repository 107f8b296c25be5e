"""What the person page is drawn from: the whole person, what may be done, and the parts of rooms above."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import Level, level_of
from hustings.foundation.geography.queries import place_of_zip, state_name

from ..forms import CareForm, ConsentForm, DetailsForm, HouseholdForm, NoteForm, PlaceForm, ReachForm, only_editable
from ..models import Person
from ..queries.likeness import perhaps_same
from ..queries.page import Whole, household_at, household_of, merges_into, source_words, whole
from ..queries.standing import prohibitions_from, ways_from
from ..registry import Page, drawn, registry
from ..rules import clean_household, language_name, may_lift, may_merge, phone_words

# What can be edited where it stands, each with its form; the address says which is open (?edit=place).
FORMS: dict[str, type[Form]] = {
    "details": DetailsForm,
    "care": CareForm,
    "place": PlaceForm,
    "reach": ReachForm,
    "consent": ConsentForm,
    "household": HouseholdForm,
    "note": NoteForm,
}


@dataclass(frozen=True)
class Said:
    """One statement: what, by whom, when."""

    value: str
    source: str
    at: datetime


@dataclass(frozen=True)
class Detail:
    """One line of the details, and where it came from, newest first."""

    label: str
    value: str
    said: list[Said]


def draw(
    request: HttpRequest, person: Person, *, edit: str = "", form: Form | None = None, status: int = 200
) -> HttpResponse:
    """The page; `form` is a form that came back with errors, shown open at `edit`."""
    moment = now()
    found = whole(person)
    open_to = editable(request.user)
    edit = edit if edit in open_to else ""
    here = reverse("people:page", args=[person.uid])
    page = Page(found.person, found.member_ids, request.GET, moment, here, found.standing)
    context = {
        "person": found.person,
        "page": page,
        "lead": lead_of(found),
        "back": _came_from(request),
        "prohibitions": prohibitions_from(found.standing),
        "edit": edit,
        "may": open_to,
        "form": form or _form(edit, found, request.user),
        "mains": drawn(registry.mains, request.user, page),
        "panels": drawn(registry.panels, request.user, page),
        "actions": drawn(registry.actions, request.user, page),
        "may_merge": may_merge(request.user),
        "may_lift": may_lift(request.user),
        "now": moment,
        **_side(request, found),
    }
    return HttpResponse(render_to_string("people/person.html", context, request), status=status)


def _side(request: HttpRequest, found: Whole) -> dict[str, Any]:
    said = [fact.source for facts in found.facts.values() for fact in facts]
    said += [identifier.source for identifier in found.standing.identifiers]
    said += [consent.source for consent in found.standing.consents.values()]
    words = source_words(said)
    return {
        "ways": [replace(way, said=words.get(way.source, "")) for way in ways_from(found.standing)],
        "sources_shown": request.GET.get("sources") == "1",
        "care_notes": found.care_notes,
        "details": _details(found, words, "name", "language"),
        "places": _places(found, words),
        "identifiers": [
            (item, phone_words(item.value) if item.kind == "phone" else item.value, words.get(item.source, ""))
            for item in found.standing.identifiers
        ],
        "household": found.person.household,
        "housemates": household_of(request.user, found.person),
        "neighbours": _household_here(found),
        "alike": perhaps_same(request.user, found) if may_merge(request.user) else [],
        "merges": merges_into(found.person, found.member_ids),
        "do_not_contact": found.standing.do_not_contact,
        "is_child": found.standing.is_child,
    }


def _household_here(found: Whole) -> bool:
    """Whether others are known to live at the address of a person who is in no household."""
    person = found.person
    if person.household_id or not (person.street and person.zip):
        return False
    try:
        return household_at(clean_household(person.street, person.zip)) is not None
    except ValueError:
        return False


def lead_of(found: Whole) -> str:
    """The line under the name: "Columbus, Ohio. Writes in English."."""
    person = found.person
    place = ", ".join(filter(None, [person.city, state_name(person.state_code) if person.state_code else ""]))
    parts = [place] if place else []
    if person.language:
        parts.append(_("Writes in %(language)s") % {"language": language_name(person.language)})
    if found.standing.is_child:
        parts.append(_("A child"))
    return ". ".join(parts) + "." if parts else _("Nothing is known yet but how to reach them.")


def _details(found: Whole, words: dict[str, str], *fields: str) -> list[Detail]:
    """What is hidden from the reader is not named either: a dash would say that nothing is known."""
    open_to = [field for field in fields if level_of("person", field.removesuffix("_code")) > Level.HIDDEN]
    return [_detail(found, words, field) for field in open_to]


def _detail(found: Whole, words: dict[str, str], field: str) -> Detail:
    labels = {"name": _("Name"), "language": _("Language"), "street": _("Street"), "city": _("City"),
              "state_code": _("State"), "zip": _("ZIP")}  # fmt: skip
    said = [
        Said(_shown(field, fact.value) or _("taken away"), words.get(fact.source, ""), fact.at)
        for fact in found.facts.get(field, [])[:4]
    ]
    return Detail(labels[field], _shown(field, getattr(found.person, field)), said)


def _shown(field: str, value: str) -> str:
    if not value:
        return ""
    return {"language": language_name, "state_code": state_name}.get(field, str)(value)


def _places(found: Whole, words: dict[str, str]) -> list[Detail]:
    lines = _details(found, words, "street", "city", "state_code", "zip")
    place = place_of_zip(found.person.zip) if found.person.zip else None
    if place and place.county_name:
        lines.append(Detail(_("County"), place.county_name, []))
    return lines


def editable(user: User) -> list[str]:
    """Which parts of the page this user's role may change."""
    return [edit for edit, form_class in FORMS.items() if only_editable(form_class(), user).fields]


def _form(edit: str, found: Whole, user: User) -> Form | None:
    person = found.person
    address = {"street": person.street, "city": person.city, "state_code": person.state_code, "zip": person.zip}
    initial: dict[str, dict[str, Any]] = {
        "details": {"name": person.name, "language": person.language},
        "care": {"care_note": found.rows[0].care_note},
        "place": address,
        "household": address,
    }
    if edit not in FORMS:
        return None
    # Required stars of the browser would stop a form without saying which error; ours say it in words.
    return only_editable(FORMS[edit](initial=initial.get(edit, {}), use_required_attribute=False), user)


def _came_from(request: HttpRequest) -> str:
    """The letter this page was opened from, to go back to; nothing from elsewhere."""
    came = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()}):
        return ""
    return came if f"//{request.get_host()}/i/" in came else ""
