"""Finding people: by name, e-mail, phone, ZIP or place. The address of the list is its state."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, Left, Lower, Upper

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import may_read, unveiled
from hustings.foundation.core.texts import storable
from hustings.foundation.geography.queries import state_code_of

from ..models import Consent, Identifier, IdentifierKind, Person
from . import listed_to

MOST_COUNTED = 1000
NAME_KEY = Lower(Left("name", 80))  # as the index people_by_name has it
SORTS: dict[str, tuple[str | OrderBy, ...]] = {
    "-new": ("-id",),
    "new": ("id",),
    "name": (NAME_KEY.asc(), "id"),
    "-name": (NAME_KEY.desc(), "-id"),
}
MARKS = ("do_not_contact", "child", "bouncing", "unsubscribed")


@dataclass(frozen=True)
class Wish:
    """What a list of people is asked for."""

    q: str = ""
    state: str = ""
    language: str = ""
    mark: str = ""
    sort: str = "-new"

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> "Wish":
        """From an address; what is not known is left out."""
        sort, mark = str(params.get("sort", "")), str(params.get("mark", ""))
        return cls(
            q=" ".join(storable(str(params.get("q", ""))).split())[:200],
            state=state_code_of(str(params.get("state", ""))),
            language=storable(str(params.get("language", "")))[:8],
            mark=mark if mark in MARKS else "",
            sort=sort if sort in SORTS else "-new",
        )

    @property
    def filters(self) -> int:
        return sum(map(bool, (self.state, self.language, self.mark)))


@dataclass(frozen=True)
class Row:
    """One line of the list or of an export."""

    person: Person
    email: str = ""
    phone: str = ""
    failing: bool = False
    marks: list[str] = field(default_factory=list)


def people(user: User, wish: Wish) -> QuerySet[Person]:
    """The people that lists show the user and that fit the wish, one row each, in order."""
    found = listed_to(user)
    if wish.q:
        found = found.filter(pk__in=_matching(wish.q))
    if wish.state:
        found = found.filter(state_code=wish.state)
    if wish.language:
        found = found.filter(language=wish.language)
    if wish.mark:
        found = _marked(found, wish.mark)
    return found.order_by(*SORTS[wish.sort])


def _matching(q: str) -> QuerySet[Any, Any]:
    """Ids of canonical records that match by what the reader may read. Each kind of match has an index of its own, so
    they are a union."""
    kinds: list[QuerySet[Any, Any]] = []
    if may_read("person", "email") and ("@" in q or re.fullmatch(r"[\w.+-]{3,}", q)):
        kinds.append(_by_identifier(IdentifierKind.EMAIL, q.lower()))
    digits = re.sub(r"\D", "", q)
    if may_read("person", "phone") and len(digits) >= 4 and len(digits) >= len(re.sub(r"[\s()+.-]", "", q)):
        kinds.append(_by_identifier(IdentifierKind.PHONE, digits))
    if may_read("person", "zip") and re.fullmatch(r"\d{5}", q):
        kinds.append(_roots(Person.objects.filter(zip=q)))
    if not digits and may_read("person", "name"):
        kinds.append(_by_name(q))
    if not digits and may_read("person", "city", "state"):
        kinds.append(_by_place(q))
    return kinds[0].union(*kinds[1:]) if kinds else _roots(Person.objects.none())


def _roots(rows: QuerySet[Person]) -> QuerySet[Any, Any]:
    return rows.order_by().values(root=Coalesce(F("canonical_id"), F("id")))


def _by_identifier(kind: str, text: str) -> QuerySet[Any, Any]:
    # LIKE and not ILIKE: values are normalised, and only LIKE on the bare column uses the trigram index.
    with unveiled():  # one kind of identifier, which the reader may read
        rows = Identifier.objects.filter(kind=kind, value__contains=text)
    return rows.order_by().values(root=Coalesce(F("person__canonical_id"), F("person_id")))


def _by_name(q: str) -> QuerySet[Any, Any]:
    """Every word in the name, in any order; else a name that sounds it out nearly ("Abernaty")."""
    condition = Q()
    for word in q.split():
        condition &= Q(name__iregex=re.escape(word))
    exact = Person.objects.filter(condition)
    return _roots(exact if exact.exists() else Person.objects.filter(name__trigram_word_similar=q))


def _by_place(q: str) -> QuerySet[Any, Any]:
    """ "Columbus", "Ohio", "Columbus, OH"."""
    if state := state_code_of(q):
        return _roots(Person.objects.filter(state_code=state))
    city, _comma, rest = q.rpartition(",") if "," in q else (q, "", "")
    rows = Person.objects.annotate(city_key=Upper(Left("city", 80)))  # as the index has it
    rows = rows.filter(city_key=Upper(Value(city.strip()[:80])))
    if rest.strip():
        rows = rows.filter(state_code=state_code_of(rest.strip()) or "--")
    return _roots(rows)


def _marked(found: QuerySet[Person], mark: str) -> QuerySet[Person]:
    member = Q(person_id=OuterRef("pk")) | Q(person__canonical_id=OuterRef("pk"))
    row = Q(pk=OuterRef("pk")) | Q(canonical_id=OuterRef("pk"))
    if mark == "bouncing":
        return found.filter(Exists(Identifier.objects.filter(member, bounced_for_good=True)))
    if mark == "unsubscribed":
        return found.filter(Exists(Consent.objects.filter(member, state=Consent.State.REFUSED)))
    flag = {"child": "is_child", "do_not_contact": "do_not_contact"}[mark]
    return found.filter(Exists(Person.objects.filter(row, **{flag: True})))


def count(found: QuerySet[Person]) -> tuple[int, bool]:
    """(how many, whether there are more than that): counting stops at a thousand."""
    number = found.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return min(number, MOST_COUNTED), number > MOST_COUNTED


def rows_of(people_found: list[Person]) -> list[Row]:
    """The rows as the list shows them: four queries for any number."""
    ids = [person.pk for person in people_found]
    merged = list(Person.objects.filter(canonical_id__in=ids).only("id", "canonical_id", "is_child", "do_not_contact"))
    root = {pk: pk for pk in ids} | {row.pk: row.canonical_id or row.pk for row in merged}
    by_root: dict[int, list[Identifier]] = {pk: [] for pk in ids}
    for identifier in Identifier.objects.filter(person_id__in=list(root)).order_by("-id"):
        by_root[root[identifier.person_id]].append(identifier)
    refusing = Consent.objects.filter(person_id__in=list(root), channel="email").order_by("at", "id")
    refused = {root[c.person_id]: c.state == Consent.State.REFUSED for c in refusing}
    flags = {pk: {"is_child": False, "do_not_contact": False} for pk in ids}
    for row in [*people_found, *merged]:
        for flag in flags[root[row.pk]]:
            flags[root[row.pk]][flag] |= getattr(row, flag)
    return [_row(p, by_root[p.pk], refused.get(p.pk, False), flags[p.pk]) for p in people_found]


def _row(person: Person, identifiers: list[Identifier], refused: bool, flags: dict[str, bool]) -> Row:
    emails = [i for i in identifiers if i.kind == IdentifierKind.EMAIL]
    best = min(emails, key=lambda i: (i.bounced_for_good, i.bounced_at is not None), default=None)
    phone = next((i.value for i in identifiers if i.kind == IdentifierKind.PHONE), "")
    failing = bool(best and best.bounced_for_good)
    marks = [
        mark
        for mark, holds in (
            ("do_not_contact", flags["do_not_contact"]),
            ("child", flags["is_child"]),
            ("bouncing", failing),
            ("unsubscribed", refused),
        )
        if holds
    ]
    return Row(person, best.value if best else "", phone, failing, marks)
