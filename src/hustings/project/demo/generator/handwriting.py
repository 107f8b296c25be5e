"""How a letter is set down: all lower case, no apostrophes, slips of the finger, a key that is stuck."""

from __future__ import annotations

import re
from random import Random

from .people import Person

# What hurried or unsure writers make of common words.
_SLIPS = {
    "receive": "recieve",
    "received": "recieved",
    "definitely": "definately",
    "absentee": "absentee",
    "their": "there",
    "you're": "your",
    "because": "becuase",
    "address": "adress",
    "believe": "beleive",
    "tomorrow": "tommorow",
    "county": "county",
    "until": "untill",
    "really": "realy",
    "people": "poeple",
    "registered": "registerd",
    "envelope": "envelop",
    "signature": "signiture",
    "which": "wich",
    "again": "agian",
    "different": "diffrent",
    "answer": "anwser",
    "business": "buisness",
    "separate": "seperate",
    "sincerely": "sincerly",
    "it's": "its",
    "don't": "dont",
    "can't": "cant",
    "doesn't": "doesnt",
    "wasn't": "wasnt",
    "I'm": "Im",
    "would": "woud",
    "thought": "thougt",
    "through": "thru",
    "though": "tho",
    "something": "somthing",
    "tonight": "tonite",
}
_SHORTER = {
    "because": "bc",
    "you": "u",
    "your": "ur",
    "please": "pls",
    "though": "tho",
    "people": "ppl",
    "about": "abt",
    "to be honest": "tbh",
    "I don't know": "idk",
    "with": "w/",
    "and": "&",
    "are": "r",
    "thanks": "thx",
}
_WORD = re.compile(r"[A-Za-z']+")
_FIRST_LETTER = re.compile(r"^\s*\w")


def set_down(text: str, person: Person, rng: Random) -> str:
    """The text as this writer's hands make it."""
    style = person.voice.style
    if style == "lower":
        return _in_lower_case(text, rng)
    if style == "caps" and rng.random() < 0.8:
        return text.upper()
    if style == "typos":
        return _with_slips(text, rng, 0.45)
    if style in ("plain", "chatty", "curt") and rng.random() < 0.12:
        return _with_slips(text, rng, 0.3)
    if person.client == "iphone" and text.isascii() and rng.random() < 0.5:
        return _curled(text)
    return text


def set_subject(text: str, person: Person, rng: Random) -> str:
    """The subject line as this writer types it: some use capitals, some none, some leave it empty."""
    style = person.voice.style
    draw = rng.random()
    if style == "lower":
        return "" if draw < 0.06 else text.lower() if draw < 0.8 else text
    if style == "caps":
        return text.upper()
    if draw < 0.012:
        return ""
    if draw < 0.05:
        return f"{person.place.city}: {text}"
    if draw < 0.075:
        return f"{text} ({person.last})"
    return text


def _in_lower_case(text: str, rng: Random) -> str:
    draw = rng.random()
    text = text.lower() if draw < 0.6 else text
    if rng.random() < 0.6:
        text = text.replace("'", "")
    if rng.random() < 0.35:
        text = _replaced(text, rng, _SHORTER, 0.4)
    if rng.random() < 0.25:
        text = text.replace(". ", " ").replace(".\n", "\n")
    elif rng.random() < 0.12:
        text = text.replace(". ", "... ")
    return text.rstrip(".") if rng.random() < 0.5 else text


def _with_slips(text: str, rng: Random, share: float) -> str:
    text = _replaced(text, rng, _SLIPS, share)
    if rng.random() < 0.4:
        text = text.replace(", ", " , ", 1) if rng.random() < 0.5 else text.replace(". ", ".", 1)
    if rng.random() < 0.3:
        text = text.replace(". ", ".  ")
    return text


def _replaced(text: str, rng: Random, table: dict[str, str], share: float) -> str:
    def one(match: re.Match[str]) -> str:
        word = match[0]
        other = table.get(word)
        return other if other is not None and rng.random() < share else word

    return _WORD.sub(one, text)


def _curled(text: str) -> str:
    """Telephones curl the apostrophes and quotation marks."""
    text = re.sub(r'"([^"]*)"', "“\\1”", text)
    return text.replace("'", "’")
