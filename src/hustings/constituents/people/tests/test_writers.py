from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from hustings.constituents.people.actions import writers
from hustings.constituents.people.actions.history import record_past_arrivals
from hustings.constituents.people.actions.writers import Writer, find_or_make
from hustings.constituents.people.models import Consent, Identifier, Person, PersonFact

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)


def writer(email: str = "", *, at: datetime = NOW, source: str = "letter:1", **said: object) -> Writer:
    return Writer(email=email, at=at, source=source, **said)  # type: ignore[arg-type]


def facts_of(person: int) -> list[tuple[str, str, str]]:
    return list(PersonFact.objects.filter(person_id=person).order_by("id").values_list("field", "value", "source"))


def test_a_stranger_is_made_with_the_source_of_each_fact() -> None:
    said = {"name": "Rosa Díaz", "language": "es", "zip": "43604", "city": "Toledo", "state_code": "OH"}
    (made,) = find_or_make(writers=[writer("rosa@example.org", county_fips="39095", **said)], now=NOW)
    person = Person.objects.get(pk=made)
    assert (person.first_name, person.last_name, person.county_fips) == ("Rosa", "Díaz", "39095")
    assert (person.zip, person.city, person.state_code, person.language) == ("43604", "Toledo", "OH", "es")
    assert facts_of(made) == [(field, value, "letter:1") for field, value in said.items()]
    assert Consent.objects.count() == 0


def test_a_person_is_known_since_their_record_came_and_not_since_the_date_of_a_letter() -> None:
    (made,) = find_or_make(writers=[writer("a@example.org", at=NOW - timedelta(days=900), name="Ann")], now=NOW)
    assert Person.objects.get(pk=made).created_at == NOW


def test_of_a_sample_they_are_known_since_the_sample_says_and_never_later() -> None:
    one, other = find_or_make(writers=[writer("a@example.org"), writer("b@example.org")], now=NOW)
    before, after = NOW - timedelta(days=40), NOW + timedelta(days=1)
    assert record_past_arrivals({one: before, other: after}) == 1
    assert dict(Person.objects.values_list("pk", "created_at")) == {one: before, other: NOW}
    assert record_past_arrivals({one: before, other: after}) == 0


def test_the_same_address_is_the_same_person_in_one_batch_and_the_next() -> None:
    first = find_or_make(writers=[writer("a@example.org"), writer("b@example.org"), writer("a@example.org")], now=NOW)
    second = find_or_make(writers=[writer("b@example.org")], now=NOW)
    assert first[0] == first[2] != first[1] == second[0]
    assert Person.objects.count() == 2


def test_dots_and_plus_are_kept_apart() -> None:
    found = find_or_make(writers=[writer("j.doe@gmail.com"), writer("jdoe@gmail.com")], now=NOW)
    assert found[0] != found[1]


def test_found_by_phone_when_the_address_is_new() -> None:
    (first,) = find_or_make(writers=[writer("a@example.org", phone="+15555550101", name="Ann Lee")], now=NOW)
    (same,) = find_or_make(writers=[writer("ann@work.example", phone="+15555550101", name="Ann B. Lee")], now=NOW)
    (other,) = find_or_make(writers=[writer("bob@example.org", phone="+15555550101", name="Bob Lee")], now=NOW)
    assert first == same != other
    assert Identifier.objects.filter(person_id=other).values_list("value", flat=True).get() == "bob@example.org"


def test_without_any_address_each_letter_is_a_new_person() -> None:
    first, second = find_or_make(writers=[writer(name="Ann"), writer(name="Ann")], now=NOW)
    assert first != second
    assert Identifier.objects.count() == 0


def test_what_was_empty_is_filled_and_what_is_newer_replaces_letters() -> None:
    (person,) = find_or_make(writers=[writer("a@example.org", name="Ann Lee")], now=NOW)
    later = NOW + timedelta(days=1)
    find_or_make(writers=[writer("a@example.org", name="Ann Ray", zip="43604", at=later, source="letter:2")], now=later)
    row = Person.objects.get(pk=person)
    assert (row.name, row.last_name, row.zip) == ("Ann Ray", "Ray", "43604")


def test_an_older_letter_replaces_nothing_but_is_noted_once() -> None:
    (person,) = find_or_make(writers=[writer("a@example.org", name="Ann Ray")], now=NOW)
    for _ in range(2):
        older = writer("a@example.org", name="Ann Lee", at=NOW - timedelta(days=9), source="letter:0")
        find_or_make(writers=[older], now=NOW)
    assert Person.objects.get(pk=person).name == "Ann Ray"
    assert facts_of(person) == [("name", "Ann Ray", "letter:1"), ("name", "Ann Lee", "letter:0")]


def test_what_a_form_says_holds_against_letters() -> None:
    place = {"zip": "43604", "city": "Toledo", "state_code": "OH"}
    (person,) = find_or_make(writers=[writer("a@example.org", source="form:1", **place)], now=NOW)
    moved = {"zip": "60601", "city": "Chicago", "state_code": "IL", "at": NOW + timedelta(days=1)}
    find_or_make(writers=[writer("a@example.org", **moved)], now=NOW)
    assert Person.objects.get(pk=person).zip == "43604"
    find_or_make(writers=[writer("a@example.org", source="form:2", **moved)], now=NOW)
    assert Person.objects.values_list("zip", "city", "state_code").get(pk=person) == ("60601", "Chicago", "IL")


def test_a_new_state_takes_the_old_zip_away() -> None:
    (person,) = find_or_make(writers=[writer("a@example.org", zip="43604", city="Toledo", state_code="OH")], now=NOW)
    find_or_make(writers=[writer("a@example.org", state_code="TX", at=NOW + timedelta(1), source="letter:2")], now=NOW)
    assert Person.objects.values_list("zip", "city", "state_code").get(pk=person) == ("", "", "TX")


def test_a_child_is_marked() -> None:
    (person,) = find_or_make(writers=[writer("a@example.org", is_child=True)], now=NOW)
    assert Person.objects.get(pk=person).is_child
    assert facts_of(person) == [("is_child", "yes", "letter:1")]


def test_where_another_was_quicker_theirs_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another makes the person between our look and our write."""
    find: Callable[..., object] = writers._find
    theirs: list[int] = []

    def look_then_lose(keys: object) -> object:
        found = find(keys)
        if not theirs:
            theirs.append(0)
            theirs[0] = find_or_make(writers=[writer("a@example.org", name="Ann")], now=NOW)[0]
        return found

    monkeypatch.setattr(writers, "_find", look_then_lose)
    ours = find_or_make(writers=[writer("a@example.org", phone="+15555550101"), writer("b@example.org")], now=NOW)
    assert ours[0] == theirs[0]
    assert Person.objects.count() == 2
    assert dict(Identifier.objects.values_list("value", "person_id")) == {
        "a@example.org": ours[0], "+15555550101": ours[0], "b@example.org": ours[1],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ann Lee", ("Ann", "Lee")),
        ("Dr. María José de la Cruz Jr.", ("María", "de la Cruz")),
        ("Fox, Robert", ("Robert", "Fox")),
        ("Bob", ("Bob", "")),
        ("", ("", "")),
    ],
)
def test_names_are_parted(name: str, parts: tuple[str, str]) -> None:
    (made,) = find_or_make(writers=[writer("a@example.org", name=name)], now=NOW)
    assert Person.objects.values_list("first_name", "last_name").get(pk=made) == parts
