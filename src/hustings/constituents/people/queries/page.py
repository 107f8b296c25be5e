"""One whole person for their page: what is known over all merged records, and where each of it came from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import may_read

from ..models import Household, Merge, Note, Person, PersonFact
from . import canonical_visible_to
from .standing import Standing, standing_of

SHOWN = ("name", "first_name", "last_name", "language", "street", "city", "state_code", "zip", "county_fips")


@dataclass(frozen=True)
class Whole:
    """`person` is the canonical record with what it lacks filled from the merged ones (never to be saved)."""

    person: Person
    rows: list[Person]
    standing: Standing
    facts: dict[str, list[PersonFact]]
    care_notes: list[str]

    @property
    def member_ids(self) -> list[int]:
        return [row.pk for row in self.rows]


def whole(person: Person) -> Whole:
    """Read a person by their canonical record."""
    found = Person.objects.filter(canonical_id=person.pk).order_by("id")
    rows = [person, *found]
    shown = Person.objects.select_related("household").get(pk=person.pk)
    for field in SHOWN:
        setattr(shown, field, next((getattr(row, field) for row in rows if getattr(row, field)), ""))
    if shown.household_id is None:
        shown.household_id = next((row.household_id for row in rows if row.household_id), None)
    facts: dict[str, list[PersonFact]] = defaultdict(list)
    for fact in PersonFact.objects.filter(person_id__in=[row.pk for row in rows]).order_by("-at", "-id")[:400]:
        facts[fact.field].append(fact)
    notes = list(dict.fromkeys(row.care_note for row in rows if row.care_note))
    return Whole(shown, rows, standing_of(shown, rows), dict(facts), notes)


def household_of(user: User, person: Person) -> list[Person]:
    """The others at this door whom the user may see, by name."""
    if person.household_id is None:
        return []
    others = canonical_visible_to(user).filter(household_id=person.household_id).exclude(pk=person.pk)
    return list(others.order_by(*(["name"] if may_read("person", "name") else []), "id")[:50])


def household_at(key: str) -> Household | None:
    """The household with this key, if someone has made it."""
    return Household.objects.filter(key=key).first()


def merges_into(person: Person, member_ids: Sequence[int]) -> list[tuple[Merge, Person]]:
    """The merges in force that make up this person, newest first, each with the record it brought in."""
    merges = Merge.objects.filter(person_id__in=member_ids, undone_at__isnull=True)
    return [(merge, merge.person) for merge in merges.select_related("person").order_by("-at", "-id")]


def notes_by_uid(uids: Iterable[UUID]) -> dict[UUID, Note]:
    """Notes on people, with their authors."""
    return {note.uid: note for note in Note.objects.filter(uid__in=list(uids)).select_related("by")}


def source_words(sources: Iterable[str]) -> dict[str, str]:
    """What each source is called on the page: a colleague by name, a letter, a form, an import."""
    wanted = {source for source in sources if source}
    uids = {source.partition(":")[2] for source in wanted if source.startswith("user:")}
    names = {str(user.uid): user.name for user in User.objects.filter(uid__in=[u for u in uids if _is_uid(u)])}
    return {source: _words(source, names) for source in wanted}


def _words(source: str, names: dict[str, str]) -> str:
    kind, _colon, rest = source.partition(":")
    if kind == "user":
        return names.get(rest, _("A colleague"))
    if kind == "import":
        return _("Import “%(name)s”") % {"name": rest} if rest else _("An import")
    return {"letter": _("Their letter"), "form": _("Web form"), "zip": _("From the ZIP"), "bounce": _("A bounce")}.get(
        kind, source
    )


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
