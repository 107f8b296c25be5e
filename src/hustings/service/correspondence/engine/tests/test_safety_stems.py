"""Every phrase can be reached: what it says holds one of the words that it is tried behind.

Texts are made out of each phrase's own pattern.  Those that the pattern finds in the whole text must be found in the
stretches around the words too; "he beat me" was once a phrase that no word led to.
"""

import random
import re
from collections.abc import Callable, Iterator
from re import _parser as pattern_parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from hustings.service.correspondence.engine import safety
from hustings.service.correspondence.engine.safety_phrases import CHILD, CRISIS, THREATS, UNSUBSCRIBE
from hustings.service.correspondence.engine.stems import Stems

MADE = 400
_CLASSES = {"CATEGORY_WORD": "z", "CATEGORY_SPACE": " ", "CATEGORY_NOT_WORD": ",", "CATEGORY_DIGIT": "7"}


def made_from(tree: Any, chance: random.Random) -> str:
    """One text that the parsed pattern describes, what it must not be followed by left aside."""
    return "".join(_one(str(kind), what, chance) for kind, what in tree)


def _one(kind: str, what: Any, chance: random.Random) -> str:
    match kind:
        case "LITERAL":
            return chr(what)
        case "IN":
            return chance.choice(_letters(what))
        case "BRANCH":
            return made_from(chance.choice(what[1]), chance)
        case "SUBPATTERN":
            return made_from(what[3], chance)
        case "MAX_REPEAT" | "MIN_REPEAT":
            least, most, inner = what
            return "".join(made_from(inner, chance) for _ in range(chance.randint(least, min(int(most), least + 2))))
        case "ASSERT":
            return made_from(what[1], chance) if what[0] > 0 else ""
        case "AT" | "ASSERT_NOT":
            return ""
        case "ANY" | "NOT_LITERAL":
            return "z"
    raise AssertionError(f"a phrase holds a {kind}, which this test cannot say")


def _letters(choices: Any) -> list[str]:
    found: list[str] = []
    for kind, what in choices:
        match str(kind):
            case "NEGATE":
                return ["z"]
            case "LITERAL":
                found.append(chr(what))
            case "RANGE":
                found += map(chr, range(what[0], what[1] + 1))
            case "CATEGORY":
                found.append(_CLASSES[str(what)])
    return found


def texts_of(pattern: re.Pattern[str]) -> Iterator[str]:
    chance = random.Random(pattern.pattern)
    tree = pattern_parser.parse(pattern.pattern)
    for _ in range(MADE):
        text = f"dear sir. {made_from(tree, chance)} . yours"
        if pattern.search(text):
            yield text


def patterns() -> Iterator[Any]:
    for question, rules in (("threat", THREATS), ("crisis", CRISIS)):
        for code, phrases in rules.items():
            for number, phrase in enumerate(phrases):
                yield pytest.param(question, phrase, id=f"{question} {code} {number}")
    for question, phrases in (("child", CHILD), ("unsubscribe", UNSUBSCRIBE)):
        for number, phrase in enumerate(phrases):
            yield pytest.param(question, phrase, id=f"{question} {number}")


@pytest.mark.parametrize(("question", "phrase"), list(patterns()))
def test_every_phrase_is_reached(question: str, phrase: re.Pattern[str]) -> None:
    lost = [text for text in texts_of(phrase) if not _reached(question, phrase, text)]
    assert lost == []


def _reached(question: str, phrase: re.Pattern[str], text: str) -> bool:
    return any(phrase.search(text, start, end) for start, end in safety._windows(text, question))


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("Last night he beat me again.", safety.possible_crisis),
        ("I took all my pills", safety.possible_crisis),
        ("ya no puedo mas con esto", safety.possible_crisis),
        ("He will shoot us when he comes home.", safety.possible_crisis),
        ("You deserve death, all of you.", safety.possible_threat),
        ("I'm going to come after your children.", safety.possible_threat),
        ("Estoy en quinto de primaria y quiero saber", safety.possible_child),
        ("My grandma is helping me write this.", safety.possible_child),
        ("I don't wish to receive your newsletter", safety.unsubscribe_request),
    ],
)
def test_said_plainly(text: str, ask: Callable[[str], safety.Evidence | None]) -> None:
    assert ask(text) is not None


@pytest.mark.parametrize("text", ["", "A letter about taxes and roads, and nothing else that matters here." * 10])
def test_a_letter_without_such_words_has_no_needs(text: str) -> None:
    assert safety.needs_of("Taxes", text, "en") == safety.Needs()


def test_needs_answer_all_four_questions_at_once() -> None:
    needs = safety.needs_of(
        "I will kill you", "I am 12 years old. I want to die. Please remove me from your list.", "en"
    )
    said = [one.text for one in needs if one]
    assert said == ["I will kill you", "want to die", "I am 12 years old", "remove me from"]


@pytest.mark.parametrize("text", ["STOP", "stop!", " Baja. ", "end"])
def test_one_word_alone_is_a_wish(text: str) -> None:
    assert safety.needs_of("", text).unsubscribe is not None


def test_stems_say_where_each_group_stands() -> None:
    stems = Stems(fruit=("apple", "fig"), long=("pineapple", "apple"))
    assert stems.found("a pineapple, a fig, 🍎 apple") == {"fruit": [6, 15, 22], "long": [2, 6, 22]}
    assert stems.found("nothing") == {}
    assert stems.found("\ud800 fig") == {"fruit": [2]}
