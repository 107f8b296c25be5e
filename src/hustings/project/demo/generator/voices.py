"""Voices: the kinds of people who write, with what only they would say and how they end a letter."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from .grammar import WORDS, Piece, Told, compile_sections, read_blocks, read_sections, told
from .places import Place


@dataclass(frozen=True, eq=False)
class Voice:
    """A kind of writer. ``style`` says how the text is set down: see ``handwriting``."""

    name: str
    age: str
    gender: str
    style: str
    client: str
    weight: int
    rural: bool
    states: frozenset[str]
    work: tuple[Piece, ...]
    detail: tuple[Told, ...]
    sign: tuple[Piece, ...]
    title: tuple[Piece, ...]

    def fits(self, place: Place) -> bool:
        return (place.rural or not self.rural) and (not self.states or place.state in self.states)

    def details(self, area: str) -> tuple[Piece, ...]:
        """What this voice says of itself in letters on voting (``v``), on issues (``i``) or anything else (empty)."""
        return _details(self, area)


@cache
def _details(voice: Voice, area: str) -> tuple[Piece, ...]:
    return tuple(one.text for one in voice.detail if not one.flags or area in one.flags)


def voice_for(rng: Random, *, place: Place, language: str) -> Voice:
    """A voice that fits the place, by weight."""
    fitting, cumulative = _fitting(language, place.rural, place.state)
    return fitting[bisect_right(cumulative, int(rng.random() * cumulative[-1]))]


def featured_voice(language: str) -> Voice:
    """The voice of a writer whose whole letter is written by hand."""
    return next(v for v in voices(language) if v.name in ("plainspoken", "sencilla"))


@cache
def _fitting(language: str, rural: bool, state: str) -> tuple[list[Voice], list[int]]:
    place = Place("", "", "", state, "", "", rural, 0.0)
    fitting = [v for v in voices(language) if v.fits(place)]
    return fitting, list(accumulate(v.weight for v in fitting))


@cache
def voices(language: str) -> tuple[Voice, ...]:
    """All voices of a language, ``en`` or ``es``."""
    name = "voices" if language == "en" else f"voices_{language}"
    text = (WORDS / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(_voice(*block) for block in read_blocks(text))


def _voice(name: str, settings: dict[str, str], body: str) -> Voice:
    sections = compile_sections(body)
    states = settings.get("states", "")
    return Voice(
        name=name,
        age=settings["age"],
        gender=settings.get("gender", ""),
        style=settings["style"],
        client=settings.get("client", ""),
        weight=int(settings["weight"]),
        rural=settings.get("where") == "rural",
        states=frozenset(states.split(",")) if states else frozenset(),
        work=tuple(sections["work"]),
        detail=tuple(told(line) for line in read_sections(body)["detail"]),
        sign=tuple(sections.get("sign", ())),
        title=tuple(sections.get("title", ())),
    )
