import csv
from itertools import count
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.service.campaigns.engine.copies import as_sent, with_changes
from hustings.service.campaigns.engine.grouping import ONE_TEXT, Arrived, Grouper, Shape
from hustings.service.campaigns.engine.measuring import measure
from hustings.service.campaigns.engine.tests.texts import OTHER, TEXT
from hustings.service.campaigns.engine.words import bare, numbers_of, pairs_of

PETITIONS = Path(__file__).parents[7] / "shared/data/petitions_wtp_100/petitions.csv"
WORDS = st.lists(st.integers(min_value=1, max_value=2**32 - 1), min_size=12, max_size=60, unique=True)


def grouper() -> Grouper:
    ids = count(1)
    return Grouper(new_group=lambda: next(ids))


def arrived(*texts: str) -> list[Arrived]:
    return [Arrived(key, key, numbers_of(text)) for key, text in enumerate(texts)]


def groups_of(*texts: str) -> list[int | None]:
    made: list[int | None] = [None] * len(texts)
    for one in grouper().place(arrived(*texts)):
        for key in (*one.with_it, one.key):
            made[key] = one.group
    return made


@pytest.mark.parametrize(
    "copy",
    [
        f"Hello Governor,\n\n{TEXT}\n\nThank you,\nRuth Hale\n12 Oak Street\nOttumwa, IA 52501",
        "\n\n".join(reversed(TEXT.split("\n\n"))),
        TEXT.replace("clinics", "clin=\nics").replace("February", "February=20"),
        TEXT.replace("two years ago", "when I was in school").replace("forty minutes", "a good hour"),
        TEXT.upper(),
        f"{TEXT}\n\nMy husband has dialysis on Thursday and the van has stopped coming. Is there anyone I can call?",
        TEXT.replace("I will be listening for your answer.", "").replace("People here did not stop having babies.", ""),
    ],
    ids=["frame", "reordered", "quoted-printable", "words", "capitals", "added", "shortened"],
)
def test_a_copy_is_the_same_letter_in_spite_of(copy: str) -> None:
    assert groups_of(TEXT, OTHER, copy) == [1, None, 1]


def test_what_shares_one_sentence_is_another_letter() -> None:
    sentence = " The one in our county closed its maternity ward two years ago."
    assert groups_of(TEXT, OTHER + sentence) == [None, None]


def test_short_words_make_no_group() -> None:
    assert groups_of("Where do I vote?", "Where do I vote?", "Thank you!", "Thank you!") == [None] * 4


def test_a_writer_is_no_group_alone() -> None:
    first, again = Arrived(1, 7, numbers_of(TEXT)), Arrived(2, 7, numbers_of(TEXT))
    assert [one.group for one in grouper().place([first, again])] == [None, None]


def test_single_letters_that_are_gone_make_no_group() -> None:
    known = grouper()
    known.remember(arrived(TEXT))
    known.drop([0])
    assert [one.group for one in known.place([Arrived(5, 5, numbers_of(TEXT))])] == [None]


def test_a_group_that_is_forgotten_takes_no_letter() -> None:
    known = grouper()
    known.know(4, Shape.of(pairs_of([numbers_of(TEXT)])))
    known.forget(4)
    assert [one.group for one in known.place(arrived(TEXT))] == [None]


def test_two_groups_of_one_text_become_one_and_those_told_apart_do_not() -> None:
    for apart, merged in ((False, [(2, 1)]), (True, [])):
        known = grouper()
        for group in (1, 2):
            known.know(group, Shape.of(pairs_of([numbers_of(TEXT)] * 2)))
            known.shapes[group].apart = apart
        known._groups.point(known.shapes[1].pairs[::2], 1)  # both are found
        known.place(arrived(TEXT))
        assert known.merged == merged


@pytest.mark.parametrize("seed", range(5))
def test_a_mixture_that_has_something_of_every_text_is_none_of_them(seed: int) -> None:
    rng = Random(seed)
    texts = [[rng.getrandbits(32) | 1 for _word in range(32)] for _text in range(8)]
    pairs = np.unique(np.concatenate(pairs_of(texts)))
    few = np.full(len(pairs), 3, np.uint16)  # of the letters have each
    tightness = len(pairs) * 3 * 2 / (24 * 23 * 118)
    mixed = Shape(pairs, few, learned=24, size=118, tightness=tightness)
    own = Shape.of(pairs_of([texts[0]] * 5))
    assert np.count_nonzero(mixed.has(own.pairs)) == own.size
    assert mixed.likeness(own) == own.likeness(mixed) < 0.5
    known = grouper()
    known.know(1, mixed)
    known.know(2, own)
    known._groups.point(mixed.pairs[::2], 1)  # both are found
    assert [one.group for one in known.place([Arrived(1, 1, texts[0])])] == [2]
    assert known.merged == []


@pytest.mark.parametrize("seed", range(5))
def test_copies_with_three_words_in_ten_changed_are_one_text_however_they_were_parted(seed: int) -> None:
    rng = Random(seed)
    copies = pairs_of([numbers_of(with_changes(TEXT, 0.3, OTHER.split(), rng)) for _copy in range(24)])
    for half in (2, 12):
        assert Shape.of(copies[:half]).likeness(Shape.of(copies[half : 2 * half])) > ONE_TEXT
    assert Shape.of(copies).likeness(Shape.of(pairs_of([numbers_of(OTHER)] * 3))) < 0.1


def test_what_two_groups_became_forgets_what_hardly_any_of_their_letters_has() -> None:
    rng = Random(3)
    known = grouper()
    for group in (1, 2):
        copies = [with_changes(TEXT, 0.3, OTHER.split(), rng) for _copy in range(24)]
        known.know(group, Shape.of(pairs_of([numbers_of(copy) for copy in copies])))
    largest = max(len(shape.pairs) for shape in known.shapes.values())
    known._groups.point(known.shapes[1].pairs[::2], 1)  # both are found
    known.place(arrived(TEXT))
    assert known.merged == [(2, 1)]
    assert known.shapes[1].learned == 48
    assert len(known.shapes[1].pairs) <= 1.1 * largest
    assert known.shapes[1].counts.min() >= 6


def test_however_many_groups_are_found_to_be_one_it_still_tells_its_text() -> None:
    rng = Random(4)
    copies = [pairs_of([numbers_of(with_changes(TEXT, 0.3, OTHER.split(), rng)) for _copy in range(24)]) for _n in "12"]
    whole, more = map(Shape.of, copies)
    alone = whole.likeness(more)
    for _group in range(3_000):  # 72,000 letters: more than a count holds
        whole = whole.joined(more)
    assert 0 < whole.counts.max() <= whole.learned <= 1_000
    assert whole.likeness(more) >= alone


@given(WORDS, st.randoms(use_true_random=False))
def test_a_text_is_as_close_to_itself_as_can_be(numbers: list[int], rng: Random) -> None:
    pairs = pairs_of([numbers])[0]
    shape = Shape.of([pairs, pairs])
    assert shape.likeness(shape) == pytest.approx(1.0)
    assert np.count_nonzero(shape.has(pairs)) == len(pairs)
    assert sorted(set(pairs.tolist())) == pairs.tolist()


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_pairs_of_a_batch_are_those_of_each_alone(letters: list[list[int]]) -> None:
    together = [one.tolist() for one in pairs_of(letters)]
    assert together == [pairs_of([one])[0].tolist() for one in letters]


@settings(max_examples=20)
@given(st.integers(min_value=0, max_value=10_000), st.floats(min_value=0.0, max_value=0.2))
def test_any_copies_with_few_words_changed_are_one_group_in_any_order(seed: int, share: float) -> None:
    rng = Random(seed)
    texts = [with_changes(TEXT, share, OTHER.split(), rng) for _copy in range(5)] + [OTHER]
    rng.shuffle(texts)
    made = groups_of(*texts)
    place = texts.index(OTHER)
    assert made[place] is None
    assert {group for n, group in enumerate(made) if n != place} == {1}


FOOT = (
    "This message was sent to you through Action for All by their form for voters, https://act.example.org/sign?id=71"
)


def test_what_a_petition_site_writes_under_every_letter_makes_no_campaign() -> None:
    short = ("Please bring the night bus back to our street.", "We want the pool opened for children in May.")
    frames = [f"Dear Governor Adair,\n\n{text}\n\nSincerely,\nRuth Hale\n{FOOT}" for text in short]
    feet = [f"{text} {text.swapcase()} It is time.\n{FOOT}" for text in short]
    for letters in (frames, feet):
        assert groups_of(*letters) == [None, None]
        assert bare(letters[0]).count("Action for All") == 0


def test_a_letter_is_no_frame_however_it_thanks_or_greets_in_its_middle() -> None:
    body = (
        "Hello from the north shore, where we wait.\nThank you for coming.\n"
        + "We are still waiting for the bus. " * 40
    )
    assert bare(body) == "\n" + body.partition("\n")[2]
    assert bare(TEXT) == TEXT
    assert bare("Dear Jane,\n1 Capitol Square\n\nOpen it.\n\nBest,\nRuth") == "\n\nOpen it.\n"


@pytest.mark.skipif(not PETITIONS.exists(), reason="the petitions of ../shared/data are not here")
def test_real_petitions_are_found_again_as_people_send_them() -> None:
    texts = petitions()
    found = measure(texts[:70], changed=0.3, seed=5, alone=texts[70:], copying=as_sent)
    assert found.letters > 500
    assert found.precision >= 0.99
    assert found.recall >= 0.95


@pytest.mark.skipif(not PETITIONS.exists(), reason="the petitions of ../shared/data are not here")
def test_real_petitions_with_three_words_in_ten_changed_are_found_again() -> None:
    texts = petitions()
    found = measure(texts[:70], changed=0.3, seed=5, alone=texts[70:])
    assert found.letters > 500
    assert found.precision >= 0.99
    assert found.recall >= 0.95


def petitions() -> list[str]:
    """Each once: petitions that were put in twice are left out, by their words."""
    with PETITIONS.open(encoding="cp1252", errors="replace", newline="") as file:
        rows = [row["body"] for row in csv.DictReader(file)]
    kept: list[tuple[str, frozenset[int]]] = []
    for body in rows:
        words = frozenset(numbers_of(body))
        if len(words) > 15 and all(len(words & other) < 0.5 * min(len(words), len(other)) for _b, other in kept):
            kept.append((body, words))
    return [body for body, _words in kept]
