"""How the lines about the person themselves read: facts, consent, notes, bounces, household, merges."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.constituents.people.models import Consent, Household, Identifier, Person, PersonFact
from hustings.constituents.people.queries.page import notes_by_uid, source_words
from hustings.constituents.people.rules import language_name
from hustings.foundation.access.models import User
from hustings.foundation.geography.queries import state_name

from . import kinds
from .kinds import RenderedLine
from .models import Entry

FIELD_NAMES = {
    "name": gettext_lazy("Name"),
    "language": gettext_lazy("Language"),
    "street": gettext_lazy("Street"),
    "city": gettext_lazy("City"),
    "state_code": gettext_lazy("State"),
    "zip": gettext_lazy("ZIP"),
    "care_note": gettext_lazy("How to take care"),
}
CHANNEL_NAMES = {
    "email": gettext_lazy("email"),
    "phone": gettext_lazy("phone calls"),
    "text": gettext_lazy("texts"),
    "post": gettext_lazy("post"),
}
Lines = Mapping[UUID, RenderedLine]


def names_of(user: User, entries: Sequence[Entry]) -> dict[int, str]:
    """Who did it: "You" for the reader, colleagues by name."""
    ids = {entry.actor_id for entry in entries if entry.actor_id}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
    return names | ({user.pk: _("You")} if user.pk in ids else {})


def _by(user: User, names: Mapping[int, str], actor_id: int | None) -> str:
    """ "by you", "by Theo Marsh", or nothing."""
    if actor_id == user.pk:
        return _("by you")
    name = names.get(actor_id or 0)
    return _("by %(source)s") % {"source": name} if name else ""


def _refs(entries: Sequence[Entry]) -> list[UUID]:
    return [entry.ref for entry in entries if entry.ref]


def facts(user: User, entries: Sequence[Entry]) -> Lines:
    found = PersonFact.objects.in_bulk([(entry.detail or {}).get("fact") for entry in entries])
    names = names_of(user, entries)
    sources = source_words(fact.source for fact in found.values())
    lines = {}
    for entry in entries:
        fact = found.get((entry.detail or {}).get("fact") or 0)
        if fact is not None and entry.ref is not None:
            lines[entry.ref] = _fact(fact, _by(user, names, entry.actor_id) or sources.get(fact.source, ""))
    return lines


def _fact(fact: PersonFact, aside: str) -> RenderedLine:
    marked = fact.value == "yes"
    if fact.field == "do_not_contact":
        title = _("Marked “do not contact”") if marked else _("“Do not contact” lifted")
        return RenderedLine(title, aside=aside, tone="stop" if marked else "fact", icon="ban")
    if fact.field == "is_child":
        title = _("Marked as a child") if marked else _("No longer marked as a child")
        return RenderedLine(title, aside=aside, tone="stop" if marked else "fact")
    value = {"state_code": state_name, "language": language_name}.get(fact.field, str)(fact.value) if fact.value else ""
    label = str(FIELD_NAMES.get(fact.field, fact.field))
    if not value:
        return RenderedLine(_("%(field)s: taken away") % {"field": label}, aside=aside)
    return RenderedLine(_("%(field)s: %(value)s") % {"field": label, "value": value}, aside=aside)


def consents(user: User, entries: Sequence[Entry]) -> Lines:
    found = {consent.uid: consent for consent in Consent.objects.filter(uid__in=_refs(entries))}
    sources = source_words(consent.source for consent in found.values())
    return {uid: _consent(consent, sources.get(consent.source, "")) for uid, consent in found.items()}


def _consent(consent: Consent, source: str) -> RenderedLine:
    channel = str(CHANNEL_NAMES.get(consent.channel, consent.channel))
    aside = _("by %(source)s") % {"source": source} if source else ""
    if consent.state == Consent.State.REFUSED:
        title = _("Unsubscribed from %(channel)s") % {"channel": channel}
        return RenderedLine(title, aside=aside, tone="stop", icon="ban")
    return RenderedLine(_("Agreed to %(channel)s") % {"channel": channel}, aside=aside, icon="check")


def notes(user: User, entries: Sequence[Entry]) -> Lines:
    found = notes_by_uid(_refs(entries))
    names = names_of(user, entries)
    said = _("left a note for the team")
    return {uid: RenderedLine(said, text=note.text, who=names.get(note.by_id or 0, "")) for uid, note in found.items()}


def bounces(user: User, entries: Sequence[Entry]) -> Lines:
    uids = [(entry.detail or {}).get("identifier") for entry in entries]
    found = {str(i.uid): i for i in Identifier.objects.filter(uid__in=[uid for uid in uids if uid])}
    lines = {}
    for entry in entries:
        identifier = found.get((entry.detail or {}).get("identifier", ""))
        if entry.ref is None or identifier is None:
            continue
        good = (entry.detail or {}).get("for_good")
        words = _("Mail to %(address)s fails for good") if good else _("Mail to %(address)s came back for now")
        lines[entry.ref] = RenderedLine(words % {"address": identifier.value}, tone="stop" if good else "fact")
    return lines


def households(user: User, entries: Sequence[Entry]) -> Lines:
    found = Household.objects.in_bulk([pk for entry in entries if (pk := (entry.detail or {}).get("household"))])
    names = names_of(user, entries)
    lines = {}
    for entry in entries:
        home = found.get((entry.detail or {}).get("household") or 0)
        title = _("Lives at %(street)s") % {"street": home.street} if home else _("Lives there no longer")
        if entry.ref is not None:
            lines[entry.ref] = RenderedLine(title, aside=_by(user, names, entry.actor_id))
    return lines


def merges(user: User, entries: Sequence[Entry]) -> Lines:
    people: QuerySet[Person] = Person.objects.filter(pk__in=[(entry.detail or {}).get("from") for entry in entries])
    found = {person.pk: person for person in people}
    names = names_of(user, entries)
    lines = {}
    for entry in entries:
        person = found.get((entry.detail or {}).get("from") or 0)
        if person is None or entry.ref is None:
            continue
        undone = (entry.detail or {}).get("undone")
        words = _("No longer one with %(name)s") if undone else _("Found to be one with %(name)s")
        lines[entry.ref] = RenderedLine(words % {"name": person}, aside=_by(user, names, entry.actor_id))
    return lines


def register() -> None:
    """Called once, when the application is ready."""
    kinds.register("people.fact", label=gettext_lazy("Fact"), icon="file-text", group="facts", render=facts)
    kinds.register("people.consent", label=gettext_lazy("Consent"), icon="check", group="facts", render=consents)
    kinds.register("people.note", label=gettext_lazy("Note"), icon="pencil", group="notes", render=notes)
    kinds.register("people.bounce", label=gettext_lazy("Bounce"), icon="mail-x", group="facts", render=bounces)
    kinds.register("people.household", label=gettext_lazy("Household"), icon="house", group="facts", render=households)
    kinds.register("people.merge", label=gettext_lazy("Merge"), icon="same", group="facts", render=merges)
