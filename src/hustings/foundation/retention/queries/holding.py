"""What may not go: the one question that every letting go asks, below all views."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from hustings.foundation.core import records
from hustings.foundation.core.guard import unveiled

from ..models import Hold, Term, TermKind
from ..registry import Part, Subject, ordered, registry, related, subject_of_conversations, subject_of_person

LOCK = 7_041_903


def wait_for_holds() -> None:
    """Within a transaction: no hold is placed between the question and what is done on its answer."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [LOCK])


def shut_out_erasing() -> None:
    """Within a transaction: nothing goes until this hold is in force."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def in_force() -> list[Term]:
    """The terms of every hold that is not released."""
    return list(Term.objects.filter(hold__released_at__isnull=True).select_related("hold").order_by("id"))


def held_rows(part: Part, terms: Iterable[Term]) -> "QuerySet[Any]":
    """The rows of the part that these terms hold."""
    condition = Q(pk__in=[])
    for term in terms:
        condition |= _reach(part, term)
    return part.rows().filter(condition)


def _reach(part: Part, term: Term) -> Q:
    nothing = Q(pk__in=[])
    if term.kind == TermKind.PEOPLE:
        if part.of is None:
            return nothing
        found = nothing
        for person_id in term.ids:
            found |= part.of(subject_of_person(person_id))
        return found
    condition = part.of(_conversations(term)) if part.of is not None else nothing
    return condition | _within(part, term) if term.kind == TermKind.PERIOD else condition


def _conversations(term: Term) -> Subject:
    if term.kind == TermKind.CONVERSATIONS:
        return subject_of_conversations(list(term.ids))
    if registry.conversations is None:
        return related(Subject())
    queues = term.ids if term.kind == TermKind.QUEUE else []
    return subject_of_conversations(registry.conversations.within(queues, term.since, term.until))


def _within(part: Part, term: Term) -> Q:
    if not part.at:
        return Q(pk__in=[])
    condition = ~Q(pk__in=[])
    if term.since:
        condition &= Q(**{f"{part.at}__gte": term.since})
    if term.until:
        condition &= Q(**{f"{part.begins or part.at}__lte": term.until})
    return condition


def held_among(part: Part, ids: Sequence[int], terms: Sequence[Term] | None = None) -> list[int]:
    """Which of these rows are held."""
    known = in_force() if terms is None else terms
    if not known or not ids:
        return []
    return list(held_rows(part, known).filter(pk__in=ids).values_list("pk", flat=True))


def free(part: Part, rows: "QuerySet[Any]", terms: Sequence[Term]) -> "QuerySet[Any]":
    """Those that no hold holds."""
    return rows.exclude(pk__in=held_rows(part, terms).values("pk")) if terms else rows


def holds_on(subject: Subject) -> list[Hold]:
    """The holds that keep anything of the subject's from going."""
    found: dict[int, Hold] = {}
    for term in in_force():
        if term.hold_id not in found and any(
            part.of is not None and part.rows().filter(part.of(subject)).filter(_reach(part, term)).exists()
            for part in ordered()
            if not part.stays
        ):
            found[term.hold_id] = term.hold
    return list(found.values())


def holds_over(part: Part, ids: Sequence[int]) -> list[Hold]:
    """The holds that keep one of these rows of the part."""
    return list({term.hold_id: term.hold for term in in_force() if held_among(part, ids, [term])}.values())


def holds_on_record(record: str, record_id: int) -> list[Hold]:
    """The holds in force over one record of this type: it, its person, its conversation or its time is named."""
    with unveiled():
        return list({term.hold_id: term.hold for term in in_force() if _names(term, record, record_id)}.values())


def _names(term: Term, record: str, record_id: int) -> bool:
    one = records.get(record)
    if one is None:
        return False
    row = one.model._default_manager.filter(pk=record_id)
    if term.kind != TermKind.PEOPLE:
        return row.filter(pk__in=_conversations(term).ids(record)).exists() or (
            term.kind == TermKind.PERIOD and _is_within(term, record, record_id)
        )
    found, people = row.first(), registry.people
    about = record_id if record == "person" else one.person_of(found) if found and one.person_of else None
    if about is not None and people is not None and not set(people.members(about)).isdisjoint(term.ids):
        return True
    return record.startswith("x_") and any(
        row.filter(pk__in=subject_of_person(person_id).ids(record)).exists() for person_id in term.ids
    )


def _is_within(term: Term, record: str, record_id: int) -> bool:
    own = [
        part for part in ordered()
        if part.itself and (part.itself == record or (part.itself[-1] == "_" and record.startswith(part.itself)))
    ]  # fmt: skip
    return any(part.rows().filter(_within(part, term), pk=record_id).exists() for part in own)


def holds_on_person(person_id: int) -> list[Hold]:
    """The same for one person's page."""
    with unveiled():
        return holds_on(subject_of_person(person_id)) if Hold.objects.filter(released_at=None).exists() else []
