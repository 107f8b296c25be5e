"""What people keep that can go. The rows stay, empty: letters and lines point to them, and merges are read by them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.retention import registry
from hustings.foundation.retention.actions.refusing import notice_of
from hustings.foundation.retention.queries.holding import holds_on_person
from hustings.foundation.retention.registry import Part, Subject, deleting
from hustings.foundation.retention.rules import erases, holds

from . import queries
from . import registry as people_registry
from .models import Consent, Distinction, Household, Identifier, IdentifierKind, Merge, Note, Person, PersonFact, Vip
from .registry import Page

BLANK = {
    "name": "", "first_name": "", "last_name": "", "language": "", "street": "", "city": "", "state_code": "",
    "zip": "", "county_fips": "", "household": None, "is_child": False, "do_not_contact": False, "care_note": "",
}  # fmt: skip
ADDRESSES = 90  # the order: what a person is found by goes after all that is found by it


def _theirs(subject: Subject) -> Q:
    return Q(person_id__in=subject.ids("person"))


def _reached(subject: Subject) -> Any:
    rows = Identifier.objects.filter(_theirs(subject), kind=IdentifierKind.EMAIL)
    return rows.values("value")


def _erase_reasons(ids: Sequence[int], now: datetime) -> list[str]:
    Merge.objects.filter(pk__in=ids).update(reason="")
    return []


def _erase_people(ids: Sequence[int], now: datetime) -> list[str]:
    homes = list(Person.objects.filter(pk__in=ids, household__isnull=False).values_list("household_id", flat=True))
    Person.objects.filter(pk__in=ids).update(**BLANK)
    lived_in = Person.objects.filter(household_id__in=homes).values("household_id")
    Household.objects.filter(pk__in=homes).exclude(pk__in=lived_in).delete()
    return []


def _find(text: str) -> int | None:
    text = text.strip().rstrip("/").rpartition("/")[2].lower()
    try:
        return Person.objects.filter(uid=UUID(text)).values_list("pk", flat=True).first()
    except ValueError:
        return Identifier.objects.filter(value=text).values_list("person_id", flat=True).first()


def _found(user: Any, uid: UUID) -> Person | None:
    try:
        return queries.find(user, uid)
    except Person.DoesNotExist:
        return None


def _visible(user: Any, person_id: int) -> Person | None:
    return queries.visible_to(user).filter(pk=queries.canonical_id(person_id)).first()


def _in_order(ids: Sequence[int]) -> list[UUID]:
    known = dict(Person.objects.filter(pk__in=ids).values_list("pk", "uid"))
    return [known[pk] for pk in ids]


def _acts(user: User, page: Page) -> dict[str, Any] | None:
    """For those who may erase or hold."""
    person = page.person
    found: dict[str, Any] = {}
    if erases(user):
        found["erase"] = reverse("retention:ask", args=[person.uid])
    if holds(user):
        held = holds_on_person(person.pk)
        found["held"] = bool(held)
        found["hold"] = (
            reverse("retention:hold", args=[held[0].uid])
            if held
            else f"{reverse('retention:new_hold')}?{urlencode({'person': str(person.uid)})}"
        )
    return found or None


def register() -> None:
    """Called once, when the app is ready."""
    people_registry.panel(
        "hold", 1, "retention/notice.html", lambda user, page: notice_of(user, "person", page.person.pk)
    )
    people_registry.header_action("retention", 95, "retention/act.html", _acts)
    registry.registry.people = registry.People(
        members=queries.members,
        uids=_in_order,
        reached_by=lambda ids: list(Identifier.objects.filter(person_id__in=ids).values_list("kind", "value")),
        found=_found,
        visible=_visible,
        find=_find,
        all_reached=lambda at: (
            Identifier.objects.filter(person__created_at__lte=at, created_at__lte=at)
            .values_list("person_id", "kind", "value")
            .iterator()
        ),
        known=lambda uids: list(Person.objects.filter(uid__in=uids).values_list("pk", flat=True)),
    )
    registry.part(
        Part("people.notes", _("Notes on people"), rows=Note.objects.all, erase=deleting(Note), of=_theirs, at="at",
             expires=True)
    )  # fmt: skip
    registry.part(
        Part("people.facts", _("Where facts came from"), rows=PersonFact.objects.all, erase=deleting(PersonFact),
             of=_theirs, at="at")
    )  # fmt: skip
    registry.part(
        Part("people.consents", _("What they agreed to"), rows=Consent.objects.all, erase=deleting(Consent),
             of=_theirs, at="at")
    )  # fmt: skip
    registry.part(
        Part("people.reasons", _("Why records were joined"), rows=lambda: Merge.objects.exclude(reason=""),
             erase=_erase_reasons, of=lambda subject: _theirs(subject) | Q(into_id__in=subject.ids("person")), at="at")
    )  # fmt: skip
    registry.part(
        Part("people.distinctions", _("People told apart"), rows=Distinction.objects.all, erase=deleting(Distinction),
             of=lambda subject: _theirs(subject) | Q(other_id__in=subject.ids("person")), at="at")
    )  # fmt: skip
    registry.part(
        Part("people.vips", _("Marks as a VIP"), rows=Vip.objects.all, erase=deleting(Vip),
             of=lambda subject: _theirs(subject) | Q(address__in=_reached(subject)), at="at", order=ADDRESSES - 5)
    )  # fmt: skip
    registry.part(
        Part("people.addresses", _("E-mail addresses, numbers and ids"), rows=Identifier.objects.all,
             erase=deleting(Identifier), of=_theirs, at="created_at", order=ADDRESSES)
    )  # fmt: skip
    registry.part(
        Part("people.names", _("Names, addresses and what is known of them"),
             rows=lambda: Person.objects.exclude(**BLANK), erase=_erase_people,
             of=lambda subject: Q(pk__in=subject.ids("person")), at="created_at", order=ADDRESSES + 5)
    )  # fmt: skip
