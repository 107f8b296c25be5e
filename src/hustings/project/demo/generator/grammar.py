"""A small grammar for letters: pieces of text with choices and slots, compiled once and rendered quickly.

Notation, inside one line of a word file:

- ``[one|two|three]`` one of them, nested as you like; an empty branch is allowed.
- ``{n:3-9}`` a number, ``{nw:3-9}`` the same in words, ``{ago:3-12}`` the date that many days before the letter
  (the same date for the same range all through a letter).
- ``{weekday}`` any weekday; ``{left}`` the days left to the election.
- ``{street}`` a word of the lexicon list ``street``. The same list gives the same word all through one letter;
  ``{street2}`` is another word from the same list.
- ``{elder}`` ``{elder.he}`` ``{elder.him}`` ``{elder.his}`` a relative and the pronouns that agree.
- ``{first}`` ``{city}`` ``{state}`` ... what is known of the writer.
- ``{^slot}`` the same with a capital. `` // `` starts a new paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent / "words"

Chooser = Callable[[], float]
Slot = Callable[["Scene"], str]
# A sequence of texts, slots and choices, where a choice is a list of pieces.
Piece = tuple[Any, ...]

MONTHS = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
}
WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
NUMBERS = {
    "en": (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty"
    ).split(),
    "es": (
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
        "diecisiete dieciocho diecinueve veinte"
    ).split(),
}
ELECTION_DAY = date(2028, 11, 7)


@dataclass(frozen=True)
class Told:
    """A piece with what goes with it: ``<flags> a subject :: the piece :: what is asked``; all but the piece may be
    missing. Flags say whom it fits: f, m, young, old, notyoung, notold, rural; v (voting) or i (issues) in voices."""

    flags: frozenset[str]
    subject: Piece | None
    text: Piece
    ask: Piece | None


def told(line: str) -> Told:
    """Compile a line that may have flags, a subject and an ask of its own."""
    flags: frozenset[str] = frozenset()
    if line.startswith("<"):
        listed, _, line = line[1:].partition("> ")
        flags = frozenset(listed.split())
    parts = line.split(" :: ")
    if len(parts) == 1:
        return Told(flags, None, parse(line), None)
    return Told(flags, parse(parts[0]) if parts[0] else None, parse(parts[1]), parse(parts[2]) if parts[2:] else None)


class Scene:
    """What one letter is written with: its own random numbers, its date, its writer's words, its chosen slots."""

    __slots__ = ("known", "language", "lexicon", "rnd", "sent_at")

    def __init__(
        self, *, rnd: Chooser, sent_at: datetime, language: str, known: dict[str, str], lexicon: Lexicon
    ) -> None:
        self.rnd = rnd
        self.sent_at = sent_at
        self.language = language
        self.known = known
        self.lexicon = lexicon

    def pick(self, pieces: Sequence[Piece]) -> str:
        """One of the pieces, rendered."""
        return render(pieces[int(self.rnd() * len(pieces))], self)


Lexicon = Mapping[str, Sequence[Piece]]


def render(piece: Piece, scene: Scene) -> str:
    """The text of a piece with its choices made and slots filled."""
    out: list[str] = []
    _render_into(piece, scene, out)
    return "".join(out)


def _render_into(piece: Piece, scene: Scene, out: list[str]) -> None:
    for node in piece:
        kind = type(node)
        if kind is str:
            out.append(node)
        elif kind is list:
            _render_into(node[int(scene.rnd() * len(node))], scene, out)
        else:
            out.append(node(scene))


def parse(text: str) -> Piece:
    """Compile one line of a word file. Raises ValueError on a bracket that is not closed."""
    piece, rest = _parse_piece(text, 0, closing="]")
    if rest != len(text):
        raise ValueError(f"Unmatched bracket in: {text}")
    return piece


def _parse_piece(text: str, at: int, closing: str) -> tuple[Piece, int]:
    nodes: list[Any] = []
    plain = at
    while at < len(text) and text[at] not in closing:
        if text[at] == "[":
            nodes.append(text[plain:at])
            branches, at = _parse_choice(text, at + 1)
            nodes.append(branches)
            plain = at
        elif text[at] == "{":
            nodes.append(text[plain:at])
            end = text.index("}", at)
            nodes.append(_slot(text[at + 1 : end]))
            plain = at = end + 1
        else:
            at += 1
    nodes.append(text[plain:at])
    return tuple(n for n in nodes if n != ""), at


def _parse_choice(text: str, at: int) -> tuple[list[Piece], int]:
    branches = []
    while True:
        piece, at = _parse_piece(text, at, closing="|]")
        if at >= len(text):
            raise ValueError(f"A choice is not closed in: {text}")
        branches.append(piece)
        if text[at] == "]":
            return branches, at + 1
        at += 1


@cache
def _slot(name: str) -> Slot:
    if name.startswith("^"):
        inner = _slot(name[1:])
        return lambda scene: _capital(inner(scene))
    verb, _, argument = name.partition(":")
    if argument:
        low, high = (int(part) for part in argument.split("-"))
        return _RANGED[verb](low, high)
    if name == "weekday":
        return lambda scene: WEEKDAYS[scene.language][int(scene.rnd() * 7)]
    if name == "left":
        return lambda scene: str(max(0, (ELECTION_DAY - scene.sent_at.date()).days))
    if "." in name:
        return _relative(*name.split("."))
    return _word(name)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number(low: int, high: int) -> Slot:
    span = high - low + 1
    return lambda scene: str(low + int(scene.rnd() * span))


def _number_word(low: int, high: int) -> Slot:
    span = high - low + 1
    return lambda scene: NUMBERS[scene.language][low + int(scene.rnd() * span)]


def _date_ago(low: int, high: int) -> Slot:
    span = high - low + 1
    key = f"ago:{low}-{high}"

    def slot(scene: Scene) -> str:
        if key in scene.known:
            return scene.known[key]
        day = scene.sent_at - timedelta(days=low + int(scene.rnd() * span))
        month = MONTHS[scene.language][day.month - 1]
        scene.known[key] = f"{day.day} de {month}" if scene.language == "es" else f"{month} {day.day}"
        return scene.known[key]

    return slot


_RANGED: dict[str, Callable[[int, int], Slot]] = {"n": _number, "nw": _number_word, "ago": _date_ago}


def _word(name: str) -> Slot:
    listed = name.rstrip("0123456789")

    def slot(scene: Scene) -> str:
        known = scene.known
        if name in known:
            return known[name]
        text = _fresh_word(scene, listed, name)
        if "/" in text and text.count("/") == 3:
            _keep_relative(known, name, text)
            return known[name]
        known[name] = text
        return text

    return slot


def _fresh_word(scene: Scene, listed: str, name: str) -> str:
    """A word of the list; a second slot of the same list (``street2``) never repeats the first."""
    text = scene.pick(scene.lexicon[listed])
    if name != listed and scene.known.get(listed) == text:
        pieces = scene.lexicon[listed]
        for piece in pieces:
            other = render(piece, scene)
            if other != text:
                return other
    return text


def _keep_relative(known: dict[str, str], name: str, text: str) -> None:
    noun, he, him, his = text.split("/")
    known[name] = noun
    known[f"{name}.he"], known[f"{name}.him"], known[f"{name}.his"] = he, him, his


def _relative(name: str, form: str) -> Slot:
    noun = _slot(name)

    def slot(scene: Scene) -> str:
        key = f"{name}.{form}"
        if key not in scene.known:
            noun(scene)
        return scene.known[key]

    return slot


_SECTION = re.compile(r"^# (\w+)$")


def read_sections(text: str) -> dict[str, list[str]]:
    """``# name`` starts a section; every other line that is not empty is one piece; ``;`` starts a comment."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith(";"):
            continue
        if heading := _SECTION.match(line):
            current = sections.setdefault(heading[1], [])
        else:
            current.append(line)
    return sections


def compile_sections(text: str) -> dict[str, list[Piece]]:
    return {name: [parse(line) for line in lines] for name, lines in read_sections(text).items()}


@cache
def words(name: str) -> dict[str, list[Piece]]:
    """The compiled sections of ``words/<name>.txt``."""
    return compile_sections((WORDS / f"{name}.txt").read_text(encoding="utf-8"))


def read_blocks(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Blocks that start with ``@ name key=value ...``: (name, the settings, the lines below)."""
    blocks = []
    for chunk in re.split(r"^@ ", text, flags=re.M)[1:]:
        head, _, body = chunk.partition("\n")
        name, *settings = head.split()
        blocks.append((name, dict(s.split("=", 1) for s in settings), body))
    return blocks
