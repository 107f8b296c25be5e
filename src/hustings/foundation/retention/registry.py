"""What each room keeps that can go: rooms tell it here in `AppConfig.ready()`, and nothing goes but by these parts.

    registry.part(Part(
        "desk.notes", _("Notes on conversations"), rows=Note.objects.all, at="at",
        of=lambda subject: Q(inquiry_id__in=subject.ids("inquiry")), erase=erase_notes, expires=True,
    ))

An erasure goes through all parts for one person; the nightly job lets go of the rows of one part that are older than
its schedule says; a hold is asked before either (`queries.holding`). A room says by `relate` which of its records
belong to a person or a conversation, so that rooms below, which keep rows by record type and id, find theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.records import Words

Ids = Any  # a sequence of ids, or a query of one column for them: a hold may be over very many


@dataclass(frozen=True)
class Subject:
    """Whom or what it is about. `person_ids` are the records of one whole person, all of whose rows are meant; by
    `ids` the records of each type, as `relate` gave them."""

    person_ids: Sequence[int] = ()
    records: Mapping[str, Ids] = field(default_factory=dict)
    reached_by: Sequence[tuple[str, str]] = ()  # (kind, value): ("email", "ruth@example.org")

    def ids(self, record: str) -> Ids:
        return self.records.get(record, ())

    def about(self, record: str, ids: str) -> Q:
        """A condition on rows that name what they are about by its type and id, in `record` and by the lookup `ids`
        (`record_id__in`): those about any of the subject's records, however many these are."""
        found = Q(pk__in=[])
        for name, those in self.records.items():
            if not isinstance(those, Sequence) or those:
                found |= Q(**{record: name, ids: those})
        return found

    def values(self, kind: str) -> list[str]:
        """What the person is reached by: e-mail addresses, phone numbers."""
        return [value for known, value in self.reached_by if known == kind]


@dataclass(frozen=True)
class Part:
    """One kind of data that one room keeps. `rows()` are those that still hold something; `of(subject)` which of them
    are the subject's; `erase(ids, now)` takes their content away, leaving what counts need, and gives the sha256 of
    stored files they let go of. It may be called again for rows that are through. `at` is the lookup of a row's time,
    `begins` that of its beginning where it lasts; without `at` nothing expires.

    `expires`: a schedule can be set for it, of no fewer than `least_days`; `only` narrows what may expire.
    `stays`: erasing a person leaves it; it goes by its schedule alone, unless a hold on whom it is about keeps it.
    `itself`: its rows are records, of this type, or of all types whose names begin so where it ends in "_".
    `private`: nobody is told how much of it there is. Parts are erased by `order`: what others are found by goes last.
    """

    name: str
    label: Words
    rows: Callable[[], QuerySet[Any]]
    erase: Callable[[Sequence[int], datetime], Sequence[str]]
    of: Callable[[Subject], Q] | None = None
    at: str = ""
    begins: str = ""
    expires: bool = False
    least_days: int = 30
    only: Q = field(default_factory=Q)
    hint: Words = ""
    private: bool = False
    stays: bool = False
    itself: str = ""
    order: int = 50
    at_once: int = 500


def deleting(model: Any) -> Callable[[Sequence[Any], datetime], Sequence[str]]:
    """The `erase` of a part whose rows go whole and name no stored files."""

    def erase(ids: Sequence[Any], now: datetime) -> Sequence[str]:
        model.objects.filter(pk__in=ids).delete()
        return ()

    return erase


@dataclass(frozen=True)
class People:
    """How people are asked for, told by the room that has them."""

    members: Callable[[int], Sequence[int]]  # all records of one person, the one it is read as first
    uids: Callable[[Sequence[int]], Sequence[UUID]]
    reached_by: Callable[[Sequence[int]], Sequence[tuple[str, str]]]
    found: Callable[[Any, UUID], Any]  # the person whom this user may see, or None
    visible: Callable[[Any, int], Any]  # the same by id
    find: Callable[[str], int | None]  # by an address of theirs, or the uid of their page
    all_reached: Callable[[datetime], Any]  # (person id, kind, value) of all who were there at that time
    known: Callable[[Sequence[UUID]], Sequence[int]]


@dataclass(frozen=True)
class Conversations:
    """The same for conversations."""

    find: Callable[[str], int | None]
    within: Callable[[Sequence[int], datetime | None, datetime | None], Ids]  # of these queues (none: all), in a span
    queues: Callable[[], Sequence[tuple[int, str]]]
    titles: Callable[[Any, Sequence[int]], Sequence[tuple[str, str]]]  # (title, address) as this user may see them


@dataclass
class Registry:
    parts: dict[str, Part] = field(default_factory=dict)
    relations: list[Callable[[Subject], Mapping[str, Ids]]] = field(default_factory=list)
    told_by: dict[str, str] = field(default_factory=dict)
    in_use: list[Callable[[str], bool]] = field(default_factory=list)
    people: People | None = None
    conversations: Conversations | None = None


registry = Registry()


def part(one: Part) -> None:
    """A second part of the same name is refused."""
    if one.name in registry.parts:
        raise ValueError(f"two parts are called {one.name}")
    registry.parts[one.name] = one


def relate(record: str, ids: Callable[[Subject], Ids], *, by: str = "") -> None:
    """Which records of a type belong to a subject: asked in the order they were told, each seeing what came before.
    `by`: the field that says so; who may not read it is not told how much goes with them."""
    if by:
        registry.told_by[record] = by
    registry.relations.append(lambda subject: {record: ids(subject)})


def relate_many(ids: Callable[[Subject], Mapping[str, Ids]]) -> None:
    """The same for a room whose record types are made while we run."""
    registry.relations.append(ids)


def uses_objects(in_use: Callable[[str], bool]) -> None:
    """`in_use(sha256)`: whether a row of the room still names these stored bytes."""
    registry.in_use.append(in_use)


def is_named(sha256: str) -> bool:
    """Whether a row of any room still names these stored bytes."""
    return any(in_use(sha256) for in_use in registry.in_use)


def ordered() -> list[Part]:
    """The parts in the order they are erased in."""
    return sorted(registry.parts.values(), key=lambda one: (one.order, one.name))


def expiring() -> list[Part]:
    """Those that a schedule can be set for, by what they are called."""
    return sorted((one for one in registry.parts.values() if one.expires), key=lambda one: str(one.label).casefold())


def related(subject: Subject) -> Subject:
    """The subject with its records: all that are there, whoever asks."""
    with unveiled():
        for ids in registry.relations:
            subject = Subject(subject.person_ids, {**subject.records, **ids(subject)}, subject.reached_by)
    return subject


def subject_of_person(person_id: int) -> Subject:
    """One whole person, by any of their records."""
    people = registry.people
    assert people is not None, "no room has told who people are"
    with unveiled():
        ids = list(people.members(person_id))
        return related(Subject(ids, {"person": ids}, tuple(people.reached_by(ids))))


def subject_of_conversations(ids: Ids) -> Subject:
    """Conversations and all that belongs to them. Of their people, who they are is meant, not all they wrote."""
    return related(Subject((), {"inquiry": ids}))
