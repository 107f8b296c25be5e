"""What a colleague (or a form) states about a person. Every statement is kept with its source; the surest wins."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.foundation.core.guard import action
from hustings.foundation.core.records import RecordChanged
from hustings.foundation.geography.queries import place_of_zip, state_code_of

from ..announcements import AddressFailed, ConsentRecorded, FactStated, HouseholdChanged, PersonChanged
from ..models import Consent, Household, Identifier, IdentifierKind, Person, PersonFact
from ..queries import members
from ..rules import (
    CHANNELS,
    FIELDS,
    clean_email,
    clean_household,
    clean_name,
    clean_phone,
    field_of,
    may_edit,
    may_edit_field,
    may_lift,
    split_name,
    surety,
)


def _source(actor: User | None, source: str) -> str:
    return source or (f"user:{actor.uid}" if actor else "")


def _check(actor: User | None, *fields: str) -> None:
    """`actor` None is the house itself (a form, a bounce). What somebody may not edit is refused before it is looked
    at: the answer tells nothing of what stands there."""
    if actor is None:
        return
    if not may_edit(actor) or not all(may_edit_field(actor, field) for field in fields):
        raise PermissionDenied(_("Your role may not change this. Nothing was changed."))


def _announce(person: Person, changes: dict[str, tuple[Any, Any]], actor_id: int | None, now: datetime) -> None:
    bus.announce(PersonChanged(person_id=person.pk))
    changed = {field_of(field): change for field, change in changes.items()}
    bus.announce(RecordChanged("person", person.pk, person.uid, changed, actor_id, now))


@action
def change_fact(
    *, actor: User | None, person: Person, field: str, value: str, source: str = "", now: datetime
) -> PersonFact | None:
    """State one field (see rules.FIELDS). The statement is always kept; the record shows it unless a surer source
    says otherwise. None when nothing changes. Raises ValidationError for a value that cannot be."""
    _check(actor, field)
    if field not in FIELDS:
        raise ValueError(f"not a field stated here: {field!r}")
    locked = Person.objects.select_for_update().get(pk=person.pk)
    value = _cleaned(field, value)
    if getattr(locked, field) == value:
        return None
    return _state(actor=actor, person=locked, field=field, value=value, source=_source(actor, source), now=now)


@action
def change_details(
    *, actor: User | None, person: Person, values: dict[str, str], source: str = "", now: datetime
) -> list[PersonFact]:
    """State several fields, all or none. Raises ValidationError by field."""
    facts = [
        change_fact(actor=actor, person=person, field=field, value=value, source=source, now=now)
        for field, value in values.items()
    ]
    return [fact for fact in facts if fact is not None]


@action
def change_place(
    *,
    actor: User | None,
    person: Person,
    street: str,
    city: str,
    state_code: str,
    zip_code: str,
    source: str = "",
    now: datetime,
) -> list[PersonFact]:
    """State the whole address at once. A known ZIP fills a city or state left empty, and gives the county. Raises
    ValidationError by field; nothing is changed then."""
    _check(actor)
    place = place_of_zip(zip_code.strip()) if zip_code.strip() else None
    if zip_code.strip() and place is None:
        raise ValidationError({"zip": _("There is no ZIP %(zip)s. Give five digits.") % {"zip": zip_code.strip()}})
    if place is not None:
        city, state_code = city or place.city, state_code or place.state_code
    stated = {"street": street, "city": city, "state_code": state_code, "zip": zip_code}
    if actor is not None:  # what they cannot see was not on their form
        stated = {field: value for field, value in stated.items() if value or may_edit_field(actor, field)}
    facts = [
        change_fact(actor=actor, person=person, field=field, value=value, source=source, now=now)
        for field, value in stated.items()
    ]
    told = [fact for fact in facts if fact is not None]
    if told and not any(fact.field == "zip" for fact in told):
        # City, state and ZIP are believed together, by the ZIP's source: it is stated again with what changed.
        told.append(
            PersonFact.objects.create(
                person=person,
                field="zip",
                value=zip_code.strip(),
                source=_source(actor, source),
                at=now,
                actor_id=actor.pk if actor else None,
            )
        )
    return told


def _cleaned(field: str, value: str) -> str:
    value = " ".join(value.split()) if field != "care_note" else value.strip()
    if field == "name":
        return clean_name(value)[:200]
    if field == "state_code" and value:
        code = state_code_of(value)
        if not code:
            raise ValidationError({"state_code": _("There is no state “%(text)s”.") % {"text": value}})
        return code
    if field == "zip" and value and place_of_zip(value) is None:
        raise ValidationError({"zip": _("There is no ZIP %(zip)s. Give five digits.") % {"zip": value}})
    limit = {"language": 8, "care_note": 500}.get(field, 200)
    if len(value) > limit:
        raise ValidationError({field: _("Too long: at most %(n)d characters.") % {"n": limit}})
    return value


def _state(*, actor: User | None, person: Person, field: str, value: str, source: str, now: datetime) -> PersonFact:
    last = PersonFact.objects.filter(person=person, field=field).order_by("-at", "-id")
    surest = max((surety(known) for known in last.values_list("source", flat=True)[:20]), default=0)
    fact = PersonFact.objects.create(
        person=person, field=field, value=value, source=source, at=now, actor_id=actor.pk if actor else None
    )
    before = getattr(person, field)
    if surety(source) >= surest or not before:
        _show(person, field, value)
    bus.announce(FactStated(person_id=person.pk, fact_id=fact.pk, at=now, actor_id=fact.actor_id))
    after = getattr(person, field)
    _announce(person, {field: (before, after)} if after != before else {}, fact.actor_id, now)
    return fact


def _show(person: Person, field: str, value: str) -> None:
    changed = [field]
    setattr(person, field, value)
    if field == "name":
        person.first_name, person.last_name = split_name(value)
        changed += ["first_name", "last_name"]
    if field == "zip":
        place = place_of_zip(value) if value else None
        person.county_fips = place.county_fips if place else ""
        changed.append("county_fips")
    person.save(update_fields=changed)


@action
def add_identifier(
    *, actor: User | None, person: Person, kind: str, value: str, source: str = "", now: datetime
) -> Identifier:
    """Another e-mail address or phone number of this person; one they have already is given back. Raises
    ValidationError (code "taken", with `params["uid"]`) when it stands with someone else: they may be one person."""
    _check(actor, kind)
    value = clean_phone(value) if kind == IdentifierKind.PHONE else clean_email(value)
    source = _source(actor, source)
    found = Identifier.objects.select_related("person__canonical").filter(kind=kind, value=value).first()
    if found is None:
        found = Identifier.objects.create(person=person, kind=kind, value=value, source=source)
        PersonFact.objects.create(
            person=person, field=kind, value=value, source=source, at=now, actor_id=actor.pk if actor else None
        )
        _announce(person, {kind: (None, value)}, actor.pk if actor else None, now)
    elif found.person_id not in members(person.pk):
        owner = found.person.canonical or found.person
        message = _("This stands with someone else already. They may be the same person: compare the two.")
        raise ValidationError({"value": ValidationError(message, code="taken", params={"uid": str(owner.uid)})})
    return found


@action
def record_consent(
    *,
    actor: User | None,
    person: Person,
    channel: str,
    state: str,
    source: str = "",
    purpose: str = "outreach",
    now: datetime,
) -> Consent:
    """What the person agreed to or refused, as they said it to `source`. A child agrees to nothing: ValidationError."""
    _check(actor, "consent")
    if channel not in CHANNELS or state not in Consent.State.values:
        raise ValueError(f"not a channel and state of consent: {channel!r}, {state!r}")
    ids = members(person.pk)
    if state == Consent.State.AGREED and Person.objects.filter(pk__in=ids, is_child=True).exists():
        raise ValidationError(_("They write as a child, and a child joins no list."), code="child")
    consent = Consent.objects.create(
        person=person,
        channel=channel,
        purpose=purpose,
        state=state,
        source=_source(actor, source),
        at=now,
        actor_id=actor.pk if actor else None,
    )
    bus.announce(ConsentRecorded(person.pk, consent.uid, now, consent.actor_id))
    _announce(person, {"consent": (None, f"{channel} {state}")}, consent.actor_id, now)
    return consent


@action
def set_do_not_contact(*, actor: User | None, person: Person, on: bool, source: str = "", now: datetime) -> None:
    """Mark or unmark the whole person. Anyone may set it, a lead lifts it (PermissionDenied)."""
    _mark(actor=actor, person=person, field="do_not_contact", on=on, source=source, now=now)


@action
def set_child(*, actor: User | None, person: Person, on: bool, source: str = "", now: datetime) -> None:
    """Mark or unmark someone as a child: a child joins no list. Anyone may set it, a lead lifts it."""
    _mark(actor=actor, person=person, field="is_child", on=on, source=source, now=now)


def _mark(*, actor: User | None, person: Person, field: str, on: bool, source: str, now: datetime) -> None:
    _check(actor, field)
    if not on and actor is not None and not may_lift(actor):
        raise PermissionDenied
    rows = Person.objects.filter(pk__in=members(person.pk))
    # Set on the canonical record; lifted from all of them, since one marked record marks the person.
    changed = rows.filter(**{field: True}).update(**{field: False}) if not on else 0
    if on and not rows.filter(**{field: True}).exists():
        changed = Person.objects.filter(pk=person.pk).update(**{field: True})
    if not changed:
        return
    setattr(person, field, on)
    fact = PersonFact.objects.create(
        person=person,
        field=field,
        value="yes" if on else "no",
        source=_source(actor, source),
        at=now,
        actor_id=actor.pk if actor else None,
    )
    bus.announce(FactStated(person_id=person.pk, fact_id=fact.pk, at=now, actor_id=fact.actor_id))
    _announce(person, {field: (not on, on)}, fact.actor_id, now)


@action
def mark_bounced(*, address: str, for_good: bool, now: datetime) -> Identifier | None:
    """Mail to this address came back. What failed for good stays so until someone tries it again. None when nobody
    has the address."""
    same = Identifier.objects.select_for_update().filter(kind=IdentifierKind.EMAIL, value=address.strip().lower())
    found = same.first()
    if found is None:
        return None
    known = found.bounced_at is not None and (found.bounced_for_good or not for_good)
    if known:
        return found
    found.bounced_at = found.bounced_at or now
    found.bounced_for_good = found.bounced_for_good or for_good
    found.save(update_fields=["bounced_at", "bounced_for_good"])
    bus.announce(AddressFailed(found.person_id, found.uid, now, for_good))
    bus.announce(PersonChanged(person_id=found.person_id))
    return found


@action
def clear_bounce(*, actor: User, identifier: Identifier, now: datetime) -> None:
    """The address is to be tried again. A lead's to say."""
    if not may_lift(actor):
        raise PermissionDenied
    if identifier.bounced_at is None:
        return
    identifier.bounced_at, identifier.bounced_for_good = None, False
    identifier.save(update_fields=["bounced_at", "bounced_for_good"])
    bus.announce(PersonChanged(person_id=identifier.person_id))


@action
def join_household(
    *, actor: User | None, person: Person, street: str, city: str, state_code: str, zip_code: str, now: datetime
) -> Household:
    """The person lives at this door, with whoever else does. Raises ValidationError by field."""
    _check(actor)
    key = clean_household(street, zip_code.strip())
    place = place_of_zip(zip_code.strip())
    if place is None:
        raise ValidationError({"zip": _("There is no ZIP %(zip)s. Give five digits.") % {"zip": zip_code.strip()}})
    defaults = {
        "street": " ".join(street.split()),
        "city": city or place.city,
        "state_code": state_code or place.state_code,
        "zip": place.zip,
    }
    household, _made = Household.objects.get_or_create(key=key, defaults=defaults)
    if person.household_id != household.pk:
        _move(actor=actor, person=person, household=household, now=now)
    return household


@action
def leave_household(*, actor: User | None, person: Person, now: datetime) -> None:
    """The person lives there no longer. Their address stays as it is."""
    _check(actor)
    if person.household_id is not None:
        _move(actor=actor, person=person, household=None, now=now)


def _move(*, actor: User | None, person: Person, household: Household | None, now: datetime) -> None:
    person.household = household
    Person.objects.filter(pk=person.pk).update(household=household)
    actor_id = actor.pk if actor else None
    bus.announce(HouseholdChanged(person.pk, household.pk if household else None, now, actor_id))
    bus.announce(PersonChanged(person_id=person.pk))
