"""At most one letter to a person and to an address, whatever was chosen."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hustings.service.bulk.engine.choosing import Candidate, choose
from hustings.service.bulk.engine.different import Sample, features, most_different

writers = st.integers(0, 6)
letters = st.lists(
    st.builds(
        Candidate,
        key=st.integers(1, 500),
        person=writers,
        address=writers.map(lambda n: f"w{n}@b.example") | st.just(""),
        newest=st.integers(0, 9),
        holds=st.booleans().map(lambda yes: yes),
    ),
    unique_by=lambda one: one.key,
    max_size=40,
)


@given(letters)
def test_at_most_one_a_person_and_an_address(rows: list[Candidate]) -> None:
    chosen = choose(rows)
    by_key = {one.key: one for one in rows}
    answered = [by_key[key] for key in chosen.answered]
    assert set(Counter(one.person for one in answered).values()) <= {1}
    assert set(Counter(one.address for one in answered if one.address).values()) <= {1}


@given(letters)
def test_each_letter_is_accounted_for_once(rows: list[Candidate]) -> None:
    chosen = choose(rows)
    holding = {one.key for one in rows if one.holds}
    parts = [set(chosen.answered), set(chosen.covered), set(chosen.held), holding]
    assert set().union(*parts) == {one.key for one in rows}
    assert sum(len(part) for part in parts) == len(rows)
    assert set(chosen.covered.values()) <= set(chosen.answered)


@given(letters, st.randoms())
def test_the_order_does_not_matter(rows: list[Candidate], chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert choose(shuffled) == choose(rows)


@given(letters)
def test_a_letter_in_hand_keeps_its_writers_others_back(rows: list[Candidate]) -> None:
    chosen = choose(rows)
    in_hand = {one.person for one in rows if one.holds}
    answered = [one for one in rows if one.key in chosen.answered]
    assert not in_hand & {one.person for one in answered}


def test_two_addresses_of_one_person_and_a_shared_one_are_one_writer() -> None:
    rows = [
        Candidate(1, person=7, address="a@b.example", newest=1),
        Candidate(2, person=7, address="c@b.example", newest=5),
        Candidate(3, person=8, address="a@b.example", newest=3),
        Candidate(4, person=9, address="d@b.example", newest=4),
    ]
    chosen = choose(rows)
    assert chosen.answered == (2, 4)
    assert chosen.covered == {1: 2, 3: 2}


@given(
    st.lists(
        st.builds(
            Sample,
            key=st.integers(1, 10_000),
            language=st.sampled_from(["en", "es"]),
            state=st.sampled_from(["OH", "PA", ""]),
            text=st.integers(1, 3),
            name=st.text(max_size=40),
        ),
        unique_by=lambda one: one.key,
        max_size=60,
    )
)
def test_the_ten_show_every_language_state_and_text_there_is_room_for(samples: list[Sample]) -> None:
    keys = most_different(samples, 10)
    assert len(keys) == len(set(keys)) == min(10, len(samples))
    told = {one.key: features(one) for one in samples}
    shown = set().union(*(told[key] for key in keys)) if keys else set()
    everything = set().union(*told.values()) if told else set()
    if len(everything) <= 10:
        assert shown == everything


def test_odd_names_are_among_the_ten() -> None:
    plain = [Sample(n, "en", "OH", 1, "Ruth Abernathy") for n in range(1, 200)]
    odd = [Sample(300, "en", "OH", 1, "Zoë O’Néill-Ruiz"), Sample(301, "en", "OH", 1, ""),
           Sample(302, "es", "OH", 2, "MARIA"), Sample(303, "en", "PA", 1, "J. Q. Public 3")]  # fmt: skip
    assert {300, 301, 302, 303} <= set(most_different([*plain, *odd], 10))
