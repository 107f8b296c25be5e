"""Who wrote: found by e-mail or phone, or made; many at once, and safe beside another doing the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from nameparser import HumanName

from hustings.foundation.core import bulk, bus
from hustings.foundation.core.ids import new_uid

from ..announcements import PersonChanged
from ..models import IdentifierKind, PersonFact

EMAIL, PHONE = IdentifierKind.EMAIL.value, IdentifierKind.PHONE.value
Key = tuple[str, str]  # kind and value of an identifier

# What is said together is believed together: a new ZIP brings its own city and state.
UNITS = {
    "name": ("name",),
    "language": ("language",),
    "place": ("zip", "city", "state_code", "county_fips"),
}
# County follows from the ZIP, so its source is the ZIP's.
UNTOLD = {"county_fips"}
# The surer source wins; among equals the newer. What a person typed into a form about themselves beats what was
# read out of their letter; what a colleague entered beats both.
SURENESS = {"letter": 1, "import": 2, "form": 3, "user": 4}

_PERSON = bulk.Table(
    "people_person",
    id=bulk.bigint,
    uid=bulk.uid,
    created_at=bulk.moment,
    name=bulk.text,
    first_name=bulk.text,
    last_name=bulk.text,
    language=bulk.word,
    street=bulk.word,
    city=bulk.word,
    state_code=bulk.word,
    zip=bulk.word,
    county_fips=bulk.word,
    is_child=bulk.boolean,
    do_not_contact=bulk.boolean,
    care_note=bulk.word,
)
_FACT = bulk.Table(
    "people_personfact",
    id=bulk.bigint,
    person_id=bulk.bigint,
    field=bulk.word,
    value=bulk.text,
    source=bulk.text,
    at=bulk.moment,
)
_FIND = """
select i.kind, i.value, p.id, p.name, p.language, p.zip, p.city, p.state_code, p.county_fips, p.is_child
from people_identifier i join people_person p on p.id = i.person_id
where (i.kind = 'email' and i.value = any(%s)) or (i.kind = 'phone' and i.value = any(%s))
"""
_CLAIM = """
insert into people_identifier (uid, created_at, person_id, kind, value, source, bounced_for_good)
select u.uid, %s, u.person_id, u.kind, u.value, u.source, false
from unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::text[])
    as u (uid, person_id, kind, value, source)
on conflict (kind, value) do nothing returning kind, value
"""
_CHANGE = """
update people_person p set name = u.name, first_name = u.first_name, last_name = u.last_name,
    language = u.language, zip = u.zip, city = u.city, state_code = u.state_code, county_fips = u.county_fips,
    is_child = u.is_child
from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::boolean[])
    as u (id, name, first_name, last_name, language, zip, city, state_code, county_fips, is_child)
where p.id = u.id
"""


@dataclass(slots=True)  # not frozen: that would treble the time to make one
class Writer:
    """Who wrote one letter, and what they said of themselves. `email` in lower case, `phone` as E.164; either or both
    may be empty. `source` is where it was said ("letter:<uid>", "form:<uid>"), `at` when."""

    email: str
    source: str
    at: datetime
    name: str = ""
    phone: str = ""
    language: str = ""
    state_code: str = ""
    zip: str = ""
    city: str = ""
    county_fips: str = ""
    is_child: bool = False


@dataclass(slots=True)
class _Known:
    """A person as the database has them, or as they will be written."""

    id: int
    name: str = ""
    language: str = ""
    zip: str = ""
    city: str = ""
    state_code: str = ""
    county_fips: str = ""
    is_child: bool = False
    is_new: bool = False
    heard: bool = False  # somebody new has said something
    changed: bool = False
    facts: list[tuple[str, str, str, datetime]] = field(default_factory=list)  # field, value, source, at


@transaction.atomic
def find_or_make(*, writers: Sequence[Writer], now: datetime) -> list[int]:
    """The person of each writer, in the same order: the one with that e-mail, else the one with that phone (unless
    the names contradict each other), else a new one. A merged record stays itself: readers ask for the member set.

    What they say of themselves fills what was empty and replaces what a less sure or older source said; each
    statement is kept with its source. Nothing here subscribes anybody. A writer without any address is a new person
    each time.
    """
    held = _find(key for writer in writers for key in _keys(writer))
    leads = dict(held)
    most = sum(1 for writer in writers if (EMAIL, writer.email) not in held)
    ids = iter(bulk.take_ids(people_person=most)[0])
    people = [_settle(writer, leads, ids) for writer in writers]
    wanted = _claims(writers, leads, held)
    if lost := _claim(wanted, leads, now):
        people = _give_way(people, lost, leads)
    _learn(writers, people)
    _write(people, now)
    return [person.id for person in people]


def _keys(writer: Writer) -> list[Key]:
    return [key for key in ((EMAIL, writer.email), (PHONE, writer.phone)) if key[1]]


def _find(keys: Iterable[Key]) -> dict[Key, _Known]:
    emails: set[str] = set()
    phones: set[str] = set()
    for kind, value in keys:
        (emails if kind == EMAIL else phones).add(value)
    if not emails and not phones:
        return {}
    people: dict[int, _Known] = {}
    return {
        (kind, value): people.setdefault(person_id, _Known(person_id, *rest))
        for kind, value, person_id, *rest in bulk.fetch(_FIND, bulk.strings(emails), bulk.strings(phones))
    }


def _settle(writer: Writer, leads: dict[Key, _Known], ids: Iterator[int]) -> _Known:
    """The person of this writer; `leads` learns the identifiers that lead to them."""
    person = leads.get((EMAIL, writer.email)) if writer.email else None
    if person is None and writer.phone:
        person = leads.get((PHONE, writer.phone))
        if person is not None and not _may_be_same(person.name, writer.name):
            person = None
    if person is None:
        person = _Known(next(ids), is_new=True)
    for key in _keys(writer):
        leads.setdefault(key, person)
    return person


def _may_be_same(one: str, other: str) -> bool:
    """Whether two names may be one person's: a phone is often a household's."""
    if not one.strip() or not other.strip():
        return True
    return one.split()[0].casefold() == other.split()[0].casefold()


def _claims(writers: Sequence[Writer], leads: dict[Key, _Known], held: dict[Key, _Known]) -> dict[Key, str]:
    """The identifiers to write, with their source, in the one order in which everybody writes them: two doing this at
    once wait for each other and never in a ring."""
    wanted: dict[Key, str] = {}
    for writer in writers:
        for key in _keys(writer):
            if key not in held:
                wanted.setdefault(key, writer.source)
    return {key: wanted[key] for key in sorted(wanted)}


def _claim(wanted: dict[Key, str], leads: dict[Key, _Known], now: datetime) -> list[Key]:
    """Write the identifiers; those that another wrote meanwhile are returned. The rows may point at people written
    later in this transaction: such keys are checked when it commits."""
    if not wanted:
        return []
    rows = bulk.fetch(
        _CLAIM,
        now,
        bulk.uids(new_uid() for _ in wanted),
        bulk.bigints(leads[key].id for key in wanted),
        bulk.strings(kind for kind, _ in wanted),
        bulk.strings(value for _, value in wanted),
        bulk.strings(wanted.values()),
    )
    won = set(rows)
    return [key for key in wanted if key not in won]


def _give_way(people: list[_Known], lost: list[Key], leads: dict[Key, _Known]) -> list[_Known]:
    """Where another made the same person between our look and our write, theirs is ours too, and what we claimed for
    ours is theirs. A phone that went to somebody else stays with them."""
    found = _find(lost)
    winners: dict[int, _Known] = {}
    for key in lost:
        ours = leads[key]
        has_email = any(kind == EMAIL and person is ours for (kind, _), person in leads.items())
        if ours.is_new and (key[0] == EMAIL or not has_email):
            winners[ours.id] = found[key]
    if winners:
        with connection.cursor() as cursor:
            cursor.execute(
                "update people_identifier i set person_id = u.winner"
                " from unnest(%s::bigint[], %s::bigint[]) as u (ours, winner) where i.person_id = u.ours",
                [list(winners), [winner.id for winner in winners.values()]],
            )
    return [winners.get(person.id, person) for person in people]


def _learn(writers: Sequence[Writer], people: list[_Known]) -> None:
    """Take in what the writers said of themselves, in order."""
    doubtful: list[tuple[Writer, _Known, str]] = []
    for writer, person in zip(writers, people, strict=True):
        if person.is_new and not person.heard:
            _believe_first(writer, person)
            continue
        if writer.is_child and not person.is_child:
            person.is_child = person.changed = True
            person.facts.append(("is_child", "yes", writer.source, writer.at))
        for unit, fields in UNITS.items():
            said = [name for name in fields if getattr(writer, name)]
            if not said or all(getattr(person, name) == getattr(writer, name) for name in said):
                continue
            if any(getattr(person, name) not in ("", getattr(writer, name)) for name in said):
                doubtful.append((writer, person, unit))
            else:
                _believe(writer, person, unit)
    if doubtful:
        _weigh(doubtful)


def _believe_first(writer: Writer, person: _Known) -> None:
    """The first word of somebody new: there is nothing to weigh it against."""
    person.heard = True
    person.name, person.language, person.is_child = writer.name, writer.language, writer.is_child
    person.zip, person.city = writer.zip, writer.city
    person.state_code, person.county_fips = writer.state_code, writer.county_fips
    said = (
        *(("is_child", "yes" if writer.is_child else ""), ("name", writer.name), ("language", writer.language)),
        *(("zip", writer.zip), ("city", writer.city), ("state_code", writer.state_code)),
    )
    source, at = writer.source, writer.at
    person.facts = [(name, value, source, at) for name, value in said if value]


def _believe(writer: Writer, person: _Known, unit: str) -> None:
    contradicts = any(getattr(person, name) not in ("", getattr(writer, name)) for name in UNITS[unit])
    for name in UNITS[unit]:
        value = getattr(writer, name)
        if (value or contradicts) and getattr(person, name) != value:
            setattr(person, name, value)
            person.changed = True
    _note(writer, person, unit)


def _note(writer: Writer, person: _Known, unit: str) -> None:
    for name in UNITS[unit]:
        if (value := getattr(writer, name)) and name not in UNTOLD:
            person.facts.append((name, value, writer.source, writer.at))


def _weigh(doubtful: list[tuple[Writer, _Known, str]]) -> None:
    """What contradicts what we hold: believed if its source is as sure and it is newer, and noted in any case, once."""
    told = _facts_of([person.id for _, person, _ in doubtful if not person.is_new])
    for writer, person, unit in doubtful:
        facts = [
            fact
            for fact in [*told.get(person.id, []), *person.facts]
            if fact[0] in UNITS[unit] and fact[0] not in UNTOLD
        ]
        said = {(name, getattr(writer, name)) for name in UNITS[unit] if name not in UNTOLD and getattr(writer, name)}
        surest = max(((_sureness(source), at) for _, _, source, at in facts), default=(0, writer.at))
        if (_sureness(writer.source), writer.at) >= surest:
            _believe(writer, person, unit)
        elif not said <= {(name, value) for name, value, _, _ in facts}:
            _note(writer, person, unit)


def _facts_of(person_ids: list[int]) -> dict[int, list[tuple[str, str, str, datetime]]]:
    facts: dict[int, list[tuple[str, str, str, datetime]]] = {}
    if person_ids:
        rows = PersonFact.objects.filter(person_id__in=set(person_ids))
        for person_id, name, value, source, at in rows.values_list("person_id", "field", "value", "source", "at"):
            facts.setdefault(person_id, []).append((name, value, source, at))
    return facts


def _sureness(source: str) -> int:
    return SURENESS.get(source.partition(":")[0], 0)


def _write(people: list[_Known], now: datetime) -> None:
    unique = {person.id: person for person in people}
    bulk.copy(_PERSON, [_row(person, now) for person in unique.values() if person.is_new])
    changed = sorted((p for p in unique.values() if p.changed and not p.is_new), key=lambda person: person.id)
    if changed:
        _change(changed)
    facts = [(person.id, *fact) for person in unique.values() for fact in person.facts]
    (ids,) = bulk.take_ids(people_personfact=len(facts))
    bulk.copy(_FACT, [(number, *fact) for number, fact in zip(ids, facts, strict=True)])


def _row(person: _Known, now: datetime) -> tuple[Any, ...]:
    return (
        *(person.id, new_uid(), now, person.name, *_parted(person.name), person.language),
        *("", person.city, person.state_code, person.zip, person.county_fips, person.is_child, False, ""),
    )


def _change(people: list[_Known]) -> None:
    columns = ("language", "zip", "city", "state_code", "county_fips")
    parted = [_parted(person.name) for person in people]
    ids = bulk.bigints(person.id for person in people)
    # Whoever writes a row that names these people waits for nobody here: no key of theirs changes.
    bulk.fetch("select id from people_person where id = any(%s) order by id for no key update", ids)
    bulk.fetch(
        _CHANGE,
        *(ids, bulk.strings(person.name for person in people)),
        *(bulk.strings(one for one, _ in parted), bulk.strings(one for _, one in parted)),
        *(bulk.strings(getattr(person, column) for person in people) for column in columns),
        bulk.booleans(person.is_child for person in people),
    )
    for person in people:
        bus.announce(PersonChanged(person.id))


@lru_cache(maxsize=4096)
def _parted(name: str) -> tuple[str, str]:
    """First and last name. The library knows titles, particles and commas; two plain words need no library."""
    words = name.split()
    if len(words) == 2 and words[0].isalpha() and words[1].isalpha() and words[0].lower() not in _TITLES:
        return words[0], words[1]
    if not words:
        return "", ""
    parsed = HumanName(name)
    return parsed.first, parsed.last


_TITLES = {"dr", "mr", "mrs", "ms", "miss", "sr", "sra", "rev", "prof", "the", "sir", "madam", "dear"}
