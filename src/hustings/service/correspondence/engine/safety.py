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
    CHILD_STEMS,
    CRISIS,
    CRISIS_FIGURATIVE,
    CRISIS_STEMS,
    FIGURATIVE_AFTER,
    FIGURATIVE_BEFORE,
    NEGATED,
    NOT_A_CHILD,
    REPORTED,
    THREAT_STEMS,
    THREATS,
    UNSUBSCRIBE,
    UNSUBSCRIBE_NOT,
    UNSUBSCRIBE_STEMS,
)

LONGEST = 100_000


class Evidence(NamedTuple):
    """Where in the text it stands, and the words."""

    start: int
    end: int
    text: str


def possible_threat(text: str, language: str = "") -> Evidence | None:
    """Words that may threaten the candidate, the staff or others with violence; ``None`` when there are none.

    ``language`` (``en`` or ``es``) narrows the rules; any other value tries both.
    """
    low = _plain(text)
    for match in _matches(THREATS, language, low, _windows(low, THREAT_STEMS)):
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
    for match in _matches(CRISIS, language, low, _windows(low, CRISIS_STEMS)):
        around = low[max(0, match.start() - 30) : match.end() + 40]
        if not CRISIS_FIGURATIVE.search(around):
            return _evidence(text, match)
    return None


def possible_child(text: str) -> Evidence | None:
    """Words that only someone under 18 would write of themselves."""
    low = _plain(text)
    windows = _windows(low, CHILD_STEMS)
    for pattern in CHILD:
        for match in (match for start, end in windows for match in pattern.finditer(low, start, end)):
            if not NOT_A_CHILD.match(low, match.end()):
                return _evidence(text, match)
    return None


def unsubscribe_request(text: str, subject: str = "") -> Evidence | None:
    """A wish to get no more mail, in the writer's own words (give the new words, not the quoted footer)."""
    for source in (text[:5000], subject):
        low = _plain(source)
        if not _has_any(low, UNSUBSCRIBE_STEMS):
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


def _has_any(low: str, stems: tuple[str, ...]) -> bool:
    spaced = f" {low} ".replace("\n", " ")
    return any(stem in spaced for stem in stems)


_AROUND = 140


def _windows(low: str, stems: tuple[str, ...]) -> list[tuple[int, int]]:
    """The stretches around words that matter, merged: the patterns cost too much for whole letters."""
    spaced = f" {low} ".replace("\n", " ")
    hits: list[int] = []
    for stem in stems:
        at = spaced.find(stem)
        while at >= 0 and len(hits) < 2_000:
            hits.append(at)
            at = spaced.find(stem, at + _AROUND)
    merged: list[tuple[int, int]] = []
    for hit in sorted(hits):
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
