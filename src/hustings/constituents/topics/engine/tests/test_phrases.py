"""Reading by words: what is found, how much it weighs, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.constituents.topics.engine.natures import asks, manner_of
from hustings.constituents.topics.engine.phrases import Phrases, Said
from hustings.constituents.topics.engine.prediction import Prediction, Wish
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
    assert set(WORDS.scores(Said(text))) == found


def test_each_phrase_counts_once_and_more_at_the_beginning() -> None:
    scores = WORDS.scores(Said(f"teachers {LONG} mail ballot absentee teacher"))
    assert scores == {"ballots": 3.0, "schools": 1.5}


def test_what_is_remembered_of_words_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hustings.constituents.topics.engine.phrases.MOST_REMEMBERED", 50)
    words = Phrases({"schools": ["teach*"]})
    for number in range(200):
        assert set(words.scores(Said(f"teach{number} walrus{number}"))) == {"schools"}
    assert len(words._known) + len(words._silent) <= 50


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
        said = reader(wishes={"ballots": Wish(apply, suggest)}).read([text], ["en"])[0]
        assert said.topics == expected
        assert said.suggested == (("ballots",) if suggest == 0.7 else ())


@pytest.mark.parametrize(
    ("wish", "topics", "suggested"),
    [
        (Wish(suggest=0.3), ("ballots",), ()),  # given from 0.75 as usual
        (Wish(suggest=0.9), ("ballots",), ()),
        (Wish(apply=0.8), (), ("ballots",)),  # suggested from 0.5 as usual
        (Wish(apply=0.3), ("ballots",), ()),
        (Wish(), ("ballots",), ()),
    ],
)
def test_a_threshold_that_was_not_set_is_the_usual_one(
    wish: Wish, topics: tuple[str, ...], suggested: tuple[str, ...]
) -> None:
    said = reader(wishes={"ballots": wish}).read([f"{LONG} mail ballot"], ["en"])[0]
    assert (said.topics, said.suggested) == (topics, suggested)
    assert reader(wishes={"schools": wish}).read([f"{LONG} mail ballot"], ["en"])[0].topics == ("ballots",)


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
    said = reader().read([f"{text} mail ballot" for text in texts], ["en"] * 6)
    assert [one.urgency for one in said] == [2, 1, 0, 0, 0, 0]
    assert [one.stance for one in said] == ["", "", "for", "against", "against", ""]


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
    said = reader().read([text], [""])[0]
    assert said.nature not in ("thanks", "opinion")
    assert said.maybe == "question"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where do I vote?", True),
        ("¿Dónde?)", True),
        ("Did you see https://x.org/a?b=1 too?", True),
        ("Did you see this: https://x.org/a?b=1?", True),
        ("Thank you. https://x.org/a?utm=mail", False),
        ("Thank you <https://www.x.org/?utm=mail>.", False),
        ("Thank you. x.org/unsubscribe?who=me", False),
        ("mailto:me@x.org?subject=hello", False),
        ("What?why", True),
        ("", False),
    ],
)
def test_a_question_mark_inside_a_link_asks_nothing(text: str, expected: bool) -> None:
    assert asks(text) is expected
    assert (reader().read([f"{text} Thank you for all, many thanks."], ["en"])[0].nature == "thanks") is not expected


class Natures:
    """A model of natures that says the same of every text."""

    labels = ("question", "thanks", "election_incident", "threat")

    def __init__(self, label: str, *, abstained: bool = False) -> None:
        self._said = Prediction(label, 0.9, abstained=abstained)

    def predict_words(self, texts: list[list[str]]) -> list[Prediction]:
        return [self._said] * len(texts)


PRESS = "I am a reporter with the Tribune, on deadline, this is a press inquiry."
INVITE = "We would like to invite you to speak at our annual dinner, rsvp by Friday."


@pytest.mark.parametrize(
    ("text", "model", "nature", "maybe", "urgency"),
    [
        (PRESS, Natures("oos", abstained=True), "press", "", 1),  # too few labels to have learnt it
        (PRESS, Natures("question"), "press", "", 1),
        (INVITE, Natures("question", abstained=True), "invitation", "", 1),
        ("Hello", Natures("question", abstained=True), "", "question", 0),
        ("Hello", Natures("question"), "question", "", 0),
        ("Where do I vote?", Natures("thanks"), "", "question", 0),
        ("The scanner here does not work", Natures("election_incident"), "election_incident", "", 2),
        ("You will see", Natures("threat"), "threat", "", 2),
    ],
)
def test_phrases_stand_where_a_model_says_nothing_and_the_rules_hold_for_both(
    text: str, model: Natures, nature: str, maybe: str, urgency: int
) -> None:
    said = reader(nature_model=model).read([text], ["en"])[0]
    assert (said.nature, said.maybe, said.urgency) == (nature, maybe, urgency)
