"""Letters that must not wait: a possible threat, a person in crisis; and letters that bind: a child's, an unsubscribe.

Rules over phrases in English and Spanish, chosen so that the two mistakes cost what they cost in life.  A threat seals
the letter and calls the security lead, so figures of speech, sport, negation and reported speech must not fire.  A
crisis puts a trained person in front of the letter, so in doubt it fires.  Each answer carries its evidence.

A reader decides; these rules only decide who reads first.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from .safety_phrases import (
    CHILD,
    CRISIS,
    CRISIS_FIGURATIVE,
    FIGURATIVE_AFTER,
    FIGURATIVE_BEFORE,
    NEGATED,
    NOT_A_CHILD,
    REPORTED,
    THREATS,
    UNSUBSCRIBE,
    UNSUBSCRIBE_ALONE,
    UNSUBSCRIBE_NOT,
)
from .safety_stems import CHILD_STEMS, CRISIS_STEMS, THREAT_STEMS, UNSUBSCRIBE_STEMS
from .stems import Stems

LONGEST = 100_000
_AROUND = 140
_FEW_WORDS = 200
_STEMS = Stems(threat=THREAT_STEMS, crisis=CRISIS_STEMS, child=CHILD_STEMS, unsubscribe=UNSUBSCRIBE_STEMS)


class Evidence(NamedTuple):
    """Where in the text it stands, and the words."""

    start: int
    end: int
    text: str


class Needs(NamedTuple):
    """The answers to all four questions about one letter."""

    threat: Evidence | None = None
    crisis: Evidence | None = None
    child: Evidence | None = None
    unsubscribe: Evidence | None = None


_NOTHING = Needs()


def needs_of(subject: str, text: str, language: str = "") -> Needs:
    """All four questions about a letter; a threat or a crisis may stand in its subject too.

    One pass tells which of them can have an answer: most letters hold no word that any of them begins with.
    """
    words = f"{subject}\n{text[:LONGEST]}"
    found = _STEMS.found(_spaced(_plain(words)))
    is_order = _is_order(text) or _is_order(subject)
    if not found and not is_order:
        return _NOTHING
    return Needs(
        possible_threat(words, language) if "threat" in found else None,
        possible_crisis(words, language) if "crisis" in found else None,
        possible_child(text) if "child" in found else None,
        unsubscribe_request(text, subject) if is_order or "unsubscribe" in found else None,
    )


def alarm_in(text: str, language: str = "") -> str:
    """What must not wait in words that somebody added: "threat", "crisis" or ""."""
    needs = needs_of("", text, language)
    return "threat" if needs.threat else "crisis" if needs.crisis else ""


def _is_order(text: str) -> bool:
    """Nothing but STOP, or another such word."""
    return len(text) <= _FEW_WORDS and UNSUBSCRIBE_ALONE.match(text.lower()) is not None


def possible_threat(text: str, language: str = "") -> Evidence | None:
    """Words that may threaten the candidate, the staff or others with violence; ``None`` when there are none.

    ``language`` (``en`` or ``es``) narrows the rules; any other value tries both.
    """
    low = _plain(text)
    for match in _matches(THREATS, language, low, _windows(low, "threat")):
        before = _sentence_before(low, match.start())
        after = low[match.end() : match.end() + 60]
        if NEGATED.search(before[-30:]) or NEGATED.search(match[0]) or REPORTED.search(before):
            continue
        if FIGURATIVE_AFTER.match(after) or FIGURATIVE_BEFORE.search(before[-40:]):
            continue
        return _evidence(text, match)
    return None


def possible_crisis(text: str, language: str = "") -> Evidence | None:
    """Words of someone who may harm themselves, is being harmed, or is in danger now; in doubt they count."""
    low = _plain(text)
    for match in _matches(CRISIS, language, low, _windows(low, "crisis")):
        around = low[max(0, match.start() - 30) : match.end() + 40]
        if not CRISIS_FIGURATIVE.search(around):
            return _evidence(text, match)
    return None


def possible_child(text: str) -> Evidence | None:
    """Words that only someone under 18 would write of themselves."""
    low = _plain(text)
    windows = _windows(low, "child")
    for pattern in CHILD:
        for match in (match for start, end in windows for match in pattern.finditer(low, start, end)):
            if not NOT_A_CHILD.match(low, match.end()):
                return _evidence(text, match)
    return None


def unsubscribe_request(text: str, subject: str = "") -> Evidence | None:
    """A wish to get no more mail, in the writer's own words (give the new words, not the quoted footer)."""
    for source in (text[:5000], subject):
        low = _plain(source)
        if alone := UNSUBSCRIBE_ALONE.match(low):
            return _evidence(source, alone)
        if "unsubscribe" not in _STEMS.found(_spaced(low)):
            continue
        for pattern in UNSUBSCRIBE:
            for match in pattern.finditer(low):
                if not UNSUBSCRIBE_NOT.search(low[max(0, match.start() - 25) : match.start()]):
                    return _evidence(source, match)
    return None


def _plain(text: str) -> str:
    """Lower case and straight apostrophes, at the same offsets as ``text``."""
    text = text[:LONGEST]
    low = text.lower()
    if len(low) != len(text):  # a few letters grow in lower case (İ): keep the offsets true
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low if low.isascii() else low.replace("\u2019", "'").replace("\u2018", "'")


def _spaced(low: str) -> str:
    """As the stems want it: line ends are spaces, and so are both ends."""
    return f" {low} ".replace("\n", " ")


def _windows(low: str, question: str) -> list[tuple[int, int]]:
    """The stretches around words that matter, merged: the patterns cost too much for whole letters."""
    merged: list[tuple[int, int]] = []
    for hit in _STEMS.found(_spaced(low)).get(question, ()):
        start, end = max(0, hit - _AROUND), min(len(low), hit + 2 * _AROUND)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _matches(
    rules: dict[str, tuple[re.Pattern[str], ...]], language: str, low: str, windows: list[tuple[int, int]]
) -> Iterable[re.Match[str]]:
    # A letter judged English may still hold a Spanish sentence, and short texts are judged badly: all rules are tried,
    # those of the letter's own language first.
    order = sorted(rules, key=lambda code: code != language)
    return (
        match
        for code in order
        for pattern in rules[code]
        for start, end in windows
        for match in pattern.finditer(low, start, end)
    )


_SENTENCE_END = re.compile(r"[.!?\n;]")


def _sentence_before(low: str, start: int) -> str:
    before = low[max(0, start - 160) : start]
    ends = [m.end() for m in _SENTENCE_END.finditer(before)]
    return before[ends[-1] :] if ends else before


def _evidence(text: str, match: re.Match[str]) -> Evidence:
    return Evidence(match.start(), match.end(), text[match.start() : match.end()].strip())
