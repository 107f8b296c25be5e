"""The notation of the word files, and that every piece in them can be written."""

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.project.demo.generator.composing import matters, scene_for
from hustings.project.demo.generator.grammar import Scene, parse, read_blocks, read_sections, render, told, words
from hustings.project.demo.generator.people import Crowd
from hustings.project.demo.generator.voices import voices

SENT = datetime(2028, 10, 10, 15, tzinfo=UTC)


def scene(seed: int = 1, **known: str) -> Scene:
    return Scene(
        rnd=Random(seed).random,
        sent_at=SENT,
        language="en",
        known=dict(known),
        lexicon={"elder": [parse("aunt/she/her/her")], "street": [parse("Main"), parse("Mill")]},
    )


def test_choices_are_made_and_nest():
    made = {render(parse("a[b|c[d|]]e"), scene(seed)) for seed in range(40)}
    assert made == {"abe", "acde", "ace"}


def test_pronouns_agree_and_words_stay_the_same_through_a_letter():
    text = render(parse("{^elder.he} and {elder.his} house on {street}, {street}, then {street2}."), scene())
    assert text in ("She and her house on Main, Main, then Mill.", "She and her house on Mill, Mill, then Main.")


def test_numbers_dates_and_what_is_known():
    assert render(parse("{n:3-3} {nw:4-4} {left} {ago:9-9} in {city}"), scene(city="Erie")) == (
        "3 four 28 October 1 in Erie"
    )


@pytest.mark.parametrize("text", ["[a|b", "a]", "{slot", "[a[b]"])
def test_what_is_not_closed_is_refused(text: str):
    with pytest.raises(ValueError, match=r"closed|Unmatched|substring"):
        render(parse(text), scene())


def test_a_story_may_bring_its_subject_and_its_question():
    one = told("<old f> Subject :: Story. :: Ask?")
    assert one.flags == {"old", "f"}
    assert [render(piece, scene()) for piece in (one.subject, one.text, one.ask) if piece] == [
        "Subject",
        "Story.",
        "Ask?",
    ]
    assert told("Only a story.").subject is None


def test_sections_and_blocks_are_read():
    assert read_sections("# a\none\n\n; not this\n# b\ntwo\n# a\nthree") == {"a": ["one", "three"], "b": ["two"]}
    assert read_blocks("@ x k=v\nbody\n") == [("x", {"k": "v"}, "body\n")]


@given(st.text(alphabet="abc .,'", max_size=60))
def test_plain_text_is_written_as_it_is(text: str):
    assert render(parse(text), scene()) == text


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_piece_of_the_word_files_can_be_written(language: str):
    crowd = Crowd(seed=1, size=400)
    person = next(p for p in map(crowd.person, range(400)) if p.language == language)
    pieces = [piece for section in words(f"common_{language}").values() for piece in section]
    for matter in matters(language):
        pieces += [*matter.subject, *matter.turn, *matter.ask, *matter.more]
        for story in matter.story:
            pieces += [piece for piece in (story.subject, story.text, story.ask) if piece]
    for voice in voices(language):
        pieces += [*voice.work, *voice.sign, *voice.title, *(detail.text for detail in voice.detail)]
    for number, piece in enumerate(pieces):
        scene_of_piece = scene_for(person, sent_at=SENT, rng=Random(number))
        scene_of_piece.known["when"] = "October 1"
        assert render(piece, scene_of_piece).strip()
    assert len(pieces) > (1500 if language == "en" else 300)
