"""What may and may not be done with a person, over all records merged into one.

Writing in subscribes nobody: without a consent of their own a person is answered and no more. What they ask may
always be answered, whatever stands here.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from hustings.foundation.core.once import once

from ..models import Consent, Identifier, IdentifierKind, Person, PersonFact
from ..rules import phone_words
from . import members

OUTREACH = "outreach"


@dataclass(frozen=True)
class Prohibition:
    """`code` for programs (unsubscribed, no_calls, no_text, no_post, bounced, do_not_contact, child), `text` for
    people: what may not be done; `because` says why, `since` since when."""

    code: str
    text: str
    because: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Way:
    """One way to reach a person. `tone`: ok (they agreed), some (to answer them, no more), none (not at all)."""

    channel: str
    icon: str
    label: str
    tone: str
    verdict: str
    value: str
    detail: str = ""
    source: str = ""
    at: datetime | None = None
    said: str = ""  # the source in words, for the page


@dataclass(frozen=True)
class Standing:
    """All that the two answers are made from, read in four queries."""

    person: Person
    member_ids: tuple[int, ...]
    identifiers: tuple[Identifier, ...]
    consents: dict[str, Consent]
    do_not_contact: bool
    is_child: bool
    since: dict[str, datetime]

    @property
    def emails(self) -> list[Identifier]:
        """Best first: not failing, then failing for now, then for good; the newest of each."""
        found = [i for i in self.identifiers if i.kind == IdentifierKind.EMAIL]
        return sorted(found, key=lambda i: (i.bounced_for_good, i.bounced_at is not None, -i.pk))

    @property
    def phones(self) -> list[Identifier]:
        return sorted((i for i in self.identifiers if i.kind == IdentifierKind.PHONE), key=lambda i: -i.pk)


def rows_of(person_id: int) -> list[Person]:
    """All records of one whole person. Asked once a page."""
    return once(("people.rows", person_id), lambda: list(Person.objects.filter(pk__in=members(person_id))))


def identifiers_of(person_id: int) -> tuple[Identifier, ...]:
    """What the whole person is known by, the oldest first. Asked once a page."""
    rows = Identifier.objects.filter(person_id__in=members(person_id)).order_by("id")
    return once(("people.identifiers", person_id), lambda: tuple(rows))


def standing_of(person: Person, rows: list[Person] | None = None) -> Standing:
    """Read what stands for this person. `rows`: the member records, when the caller has them already."""
    if rows is None:
        rows = rows_of(person.pk)
    ids = tuple(row.pk for row in rows)
    identifiers = identifiers_of(person.pk)
    consents = Consent.objects.filter(person_id__in=ids, purpose=OUTREACH).order_by("at", "id")
    marks = PersonFact.objects.filter(person_id__in=ids, field__in=("do_not_contact", "is_child")).order_by("at", "id")
    return Standing(
        person=person,
        member_ids=ids,
        identifiers=identifiers,
        consents={consent.channel: consent for consent in consents},
        do_not_contact=any(row.do_not_contact for row in rows),
        is_child=any(row.is_child for row in rows),
        since={mark.field: mark.at for mark in marks if mark.value == "yes"},
    )


def prohibitions(person: Person) -> list[Prohibition]:
    """What may not be done with this person, the gravest first. Answering what they ask is never among it."""
    return prohibitions_from(standing_of(person))


def reachable_by(person: Person) -> list[Way]:
    """E-mail, phone, text and post: whether each may be used, and what is known."""
    return ways_from(standing_of(person))


def prohibitions_from(standing: Standing) -> list[Prohibition]:
    found = []
    if standing.do_not_contact:
        why = _("Marked “do not contact”.")
        since = standing.since.get("do_not_contact")
        found.append(Prohibition("do_not_contact", _("Contact them unasked."), why, since))
    if standing.is_child:
        why = _("Writes as a child.")
        found.append(Prohibition("child", _("Put them on any list."), why, standing.since.get("is_child")))
    for channel, code, what in (
        ("email", "unsubscribed", _("Send them outreach mail.")),
        ("phone", "no_calls", _("Call them unasked.")),
        ("post", "no_post", _("Send them post unasked.")),
    ):
        consent = standing.consents.get(channel)
        if consent and consent.state == Consent.State.REFUSED:
            found.append(Prohibition(code, what, _("Unsubscribed."), consent.at))
    found += _no_text(standing)
    for email in standing.emails:
        if email.bounced_for_good:
            what = _("Write to %(address)s.") % {"address": email.value}
            found.append(Prohibition("bounced", what, _("It fails for good."), email.bounced_at))
    return found


def _no_text(standing: Standing) -> list[Prohibition]:
    consent = standing.consents.get("text")
    if consent and consent.state == Consent.State.AGREED and not standing.is_child:
        return []
    if consent and consent.state == Consent.State.REFUSED:
        return [Prohibition("no_text", _("Text them."), _("They refused it."), consent.at)]
    return [Prohibition("no_text", _("Text them."), _("They never agreed to it."))]


def ways_from(standing: Standing) -> list[Way]:
    return [_email(standing), _phone(standing), _text(standing), _post(standing)]


def _email(standing: Standing) -> Way:
    best = standing.emails[0] if standing.emails else None
    if best is None:
        return Way("email", "mail", _("Email"), "none", _("None"), _("No address known"))
    if best.bounced_for_good:
        return Way("email", "mail", _("Email"), "none", _("Fails"), best.value, _("Came back"), at=best.bounced_at)
    if best.bounced_at:
        return Way("email", "mail", _("Email"), "some", _("Failing"), best.value, _("Came back"), at=best.bounced_at)
    tone, verdict, detail, source, at = _permission(standing, "email")
    return Way("email", "mail", _("Email"), tone, verdict, best.value, detail, source or best.source, at)


def _phone(standing: Standing) -> Way:
    if not standing.phones:
        return Way("phone", "phone", _("Phone"), "none", _("None"), _("No number known"))
    best = standing.phones[0]
    tone, verdict, detail, source, at = _permission(standing, "phone")
    return Way("phone", "phone", _("Phone"), tone, verdict, phone_words(best.value), detail, source or best.source, at)


def _text(standing: Standing) -> Way:
    icon, label = "message-square-text", _("Text")
    consent = standing.consents.get("text")
    if consent is None:
        return Way("text", icon, label, "none", _("No"), _("Never agreed"), _("Needs their own word"))
    source, at = consent.source, consent.at
    if consent.state == Consent.State.REFUSED:
        return Way("text", icon, label, "none", _("No"), _("Refused"), "", source, at)
    if standing.is_child or standing.do_not_contact:
        return Way("text", icon, label, "none", _("No"), _("Not allowed"), "", source, at)
    if not standing.phones:
        return Way("text", icon, label, "none", _("None"), _("Agreed, but no number known"), "", source, at)
    return Way("text", icon, label, "ok", _("Yes"), phone_words(standing.phones[0].value), "", source, at)


def _post(standing: Standing) -> Way:
    person = standing.person
    place = " ".join(filter(None, [", ".join(filter(None, [person.city, person.state_code])), person.zip]))
    if not (place or person.street):
        return Way("post", "post", _("Post"), "none", _("None"), _("No address known"))
    tone, verdict, detail, source, at = _permission(standing, "post")
    if tone != "none" and not person.street:
        return Way("post", "post", _("Post"), "some", _("No street"), place, detail, source, at)
    return Way("post", "post", _("Post"), tone, verdict, place or person.street, person.street, "", None)


def _permission(standing: Standing, channel: str) -> tuple[str, str, str, str, datetime | None]:
    """(tone, verdict, detail, source, at) of e-mail, phone and post: never less than answering."""
    consent = standing.consents.get(channel)
    source, at = (consent.source, consent.at) if consent else ("", None)
    held = standing.do_not_contact or standing.is_child
    if consent and consent.state == Consent.State.AGREED and not held:
        return "ok", _("Yes"), "", source, at
    if consent and consent.state == Consent.State.REFUSED:
        return "some", _("To answer only"), _("Unsubscribed"), source, at
    if held:
        return "some", _("To answer only"), "", source, at
    return "some", _("To answer only"), _("Never subscribed"), "", None
