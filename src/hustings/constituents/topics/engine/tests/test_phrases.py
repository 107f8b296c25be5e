"""Reading by words: what is found, how much it weighs, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.constituents.topics.engine import Thresholds
from hustings.constituents.topics.engine.natures import manner_of
from hustings.constituents.topics.engine.phrases import Phrases, Said
from hustings.constituents.topics.engine.reading import MOST_TOPICS, Reader, Reading

WORDS = Phrases({"ballots": ["mail ballot", "absentee"], "schools": ["teacher*", "escuela pública"]})
LONG = " and then so many other things of the day were told" * 12


def reader(**facts: object) -> Reader:
    names = {"ballots": "ballots", "schools": "schools", "old": "schools"}
    return Reader(**{"words": {"": WORDS, "en": WORDS}, "canonical": names, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Where is my MAIL-BALLOT?", {"ballots"}),
        ("ballot by mail", set()),
        ("The teachers' room", {"schools"}),
        ("teach", set()),
        ("una escuela publica", {"schools"}),
        ("Absentée and the teacher", {"ballots", "schools"}),
        ("", set()),
    ],
)
def test_phrases_are_whole_words_without_case_and_accents(text: str, found: set[str]) -> None:
    assert {one.name for one in WORDS.find(text)} == found


def test_what_was_found_can_be_shown_and_stands_in_order() -> None:
    found = WORDS.find(f"teachers {LONG} mail ballot absentee teacher")
    assert [(one.name, one.score, one.phrases) for one in found] == [
        ("ballots", 3.0, ("absentee", "mail ballot")),
        ("schools", 1.5, ("teacher*",)),
    ]


def test_a_passing_word_in_a_long_letter_is_suggested_and_a_phrase_is_given() -> None:
    said = reader().read([f"{LONG} teacher", f"{LONG} mail ballot", "my teacher", LONG], ["en"] * 4)
    assert [(one.topics, one.suggested) for one in said] == [
        ((), ("schools",)),
        (("ballots",), ()),
        (("schools",), ()),
        ((), ()),
    ]


def test_a_merged_topic_is_read_as_the_other_and_a_retired_one_not_at_all() -> None:
    words = {"": Phrases({"old": ["piano"], "gone": ["violin"]})}
    said = reader(words=words).read(["the piano", "the violin"], ["", ""])
    assert [one.topics for one in said] == [("schools",), ()]


def test_thresholds_of_a_topic_decide_what_is_given_suggested_and_left() -> None:
    text = f"{LONG} mail ballot"  # 0.75 sure
    for apply, suggest, expected in ((0.7, 0.5, ("ballots",)), (0.9, 0.7, ()), (0.9, 0.8, ())):
        said = reader(limits={"ballots": Thresholds(apply, suggest)}).read([text], ["en"])[0]
        assert said.topics == expected
        assert said.suggested == (("ballots",) if suggest == 0.7 else ())


@pytest.mark.parametrize(
    ("text", "nature"),
    [
        ("I would like to volunteer. Sign me up!", "volunteering"),
        ("I am a reporter with the Tribune, on deadline. Comment?", "press"),
        ("The machines are down here and we have waited two hours in line.", "election_incident"),
        ("No me dejaron votar y la máquina no funciona.", "election_incident"),
        ("We would like to invite you to speak at our annual dinner.", "invitation"),
        ("Where do I vote, and what is your position on schools?", "question"),
        ("Quiero ser voluntaria y quiero hacer llamadas.", "volunteering"),
        ("The sky is blue.", ""),
        ("", ""),
    ],
)
def test_what_a_writer_wants(text: str, nature: str) -> None:
    assert manner_of(Said(text), asks="?" in text).nature == nature


def test_urgency_and_stance_are_said_only_where_they_are_plain() -> None:
    texts = [
        "The polls close in an hour and the machines are down, they turned me away",
        "I need it by Friday",
        "I support the bill and please support it",
        "I oppose it. We do not support this law",
        "I support one and oppose the other: I oppose it, we oppose it",
        "Hello",
    ]
    manners = [manner_of(Said(text), asks=False) for text in texts]
    assert [one.urgency for one in manners] == [2, 1, 0, 0, 0, 0]
    assert [one.stance for one in manners] == ["", "", "for", "against", "against", ""]


@given(st.lists(st.text(max_size=300), max_size=4))
def test_any_text_is_read_and_nothing_is_given_twice(texts: list[str]) -> None:
    for one in reader().read(texts, [""] * len(texts)):
        assert isinstance(one, Reading)
        assert len(one.topics) <= MOST_TOPICS
        assert not set(one.topics) & set(one.suggested)
        assert set(one.topics) | set(one.suggested) <= {"ballots", "schools"}
        assert one.urgency in (0, 1, 2)
        assert one.stance in ("", "for", "against")


@pytest.mark.parametrize(
    "text",
    [
        "Where is my polling place this year? I would like to vote early if I can. Thank you for your time.",
        "I think the hours are wrong. I believe they close at seven. Can my mother still vote after work?",
        "Gracias por todo, muchas gracias. ¿Hasta qué hora puedo votar?",
    ],
)
def test_who_asks_never_waits_with_those_who_thank_or_hold_an_opinion(text: str) -> None:
    manner = manner_of(Said(text), asks=True)
    assert manner.nature not in ("thanks", "opinion")
    assert manner.maybe == "question"
