"""The words of a letter: matters written by hand, put together as different people would."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import accumulate
from random import Random

from . import handwriting
from .grammar import WORDS, Lexicon, Piece, Scene, compile_sections, read_blocks, words
from .moments import WEEKS
from .people import Person

PARAGRAPH = "\n\n"


@dataclass(frozen=True)
class Matter:
    """Something people write about; ``early`` and ``late`` are its weights in the first and the last week."""

    name: str
    topic: str
    mailbox: str
    wants: str
    language: str
    care: str
    early: float
    late: float
    subject: tuple[Piece, ...]
    story: tuple[Piece, ...]
    turn: tuple[Piece, ...]
    ask: tuple[Piece, ...]
    more: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before it is mail. ``text`` is the writer's new words, ``below`` what they answer or pass on."""

    topic: str
    matter: str
    mailbox: str
    wants: str
    subject: str
    text: str
    care: str = ""
    below: str = ""
    more: tuple[Piece, ...] = ()


def draft_letter(person: Person, *, sent_at: datetime, week: int, rng: Random, again: bool = False) -> Draft:
    """A letter of one matter that fits the week, in the writer's voice."""
    matter = _matter_for(person.language, week, rng)
    scene = scene_for(person, sent_at=sent_at, rng=rng)
    subject = handwriting.set_subject(scene.pick(matter.subject), person, rng)
    text = _put_together(matter, person, scene, again=again)
    text = handwriting.set_down(text, person, rng)
    return Draft(
        matter.topic, matter.name, matter.mailbox, matter.wants, subject, text, care=matter.care, more=matter.more
    )


def scene_for(person: Person, *, sent_at: datetime, rng: Random) -> Scene:
    """What pieces are rendered with for this writer and day."""
    mates = {"en": ("husband", "wife"), "es": ("esposo", "esposa")}[person.language]
    mate, pronouns = (mates[0], ("he", "him", "his")) if person.gender == "f" else (mates[1], ("she", "her", "her"))
    known = {
        "first": person.first,
        "last": person.last,
        "city": person.place.city,
        "state": person.place.state_name,
        "state_code": person.place.state,
        "county": person.place.county,
        "zip": person.place.zip,
        "phone": person.phone,
        "mate": mate,
        "mate.he": pronouns[0],
        "mate.him": pronouns[1],
        "mate.his": pronouns[2],
        "parentword": "mother" if person.gender == "f" else "father",
        "o": "a" if person.gender == "f" else "o",
    }
    return Scene(
        rnd=rng.random, sent_at=sent_at, language=person.language, known=known, lexicon=lexicon(person.language)
    )


def sentence(scene: Scene, section: str) -> str:
    """A piece of the common words, rendered."""
    return scene.pick(words(f"common_{scene.language}")[section])


@lru_cache(maxsize=2)
def lexicon(language: str) -> Lexicon:
    return words(f"lexicon_{language}")


@lru_cache(maxsize=2)
def matters(language: str) -> tuple[Matter, ...]:
    """All matters of a language, in the order of their files."""
    found = []
    for path in sorted((WORDS / language).glob("*.txt")):
        for name, settings, body in read_blocks(path.read_text(encoding="utf-8")):
            found.append(_matter(name, settings, body, language))
    return tuple(found)


def _matter(name: str, settings: dict[str, str], body: str, language: str) -> Matter:
    sections = compile_sections(body)
    return Matter(
        name=name,
        topic=settings["topic"],
        mailbox=settings["mailbox"],
        wants=settings["wants"],
        language=language,
        care=settings.get("care", ""),
        early=float(settings["early"]),
        late=float(settings["late"]),
        subject=tuple(sections["subject"]),
        story=tuple(sections["story"]),
        turn=tuple(sections["turn"]),
        ask=tuple(sections["ask"]),
        more=tuple(sections.get("more", ())),
    )


@lru_cache(maxsize=64)
def _weights(language: str, week: int) -> list[float]:
    share = week / (WEEKS - 1)
    return list(accumulate(m.early * (1 - share) + m.late * share for m in matters(language)))


def _matter_for(language: str, week: int, rng: Random) -> Matter:
    cumulative = _weights(language, week)
    at = bisect_right(cumulative, rng.random() * cumulative[-1])
    return matters(language)[min(at, len(cumulative) - 1)]


# How letters are built: each letter stands for a part, a space for a new paragraph.
#   g greeting, w what the writer does, d a detail only this voice has, s the story, t a turn of it, a what is asked,
#   c a closing. A capital is a part that is there half of the time.
_SHAPES = {
    "formal": ("g s ta c", "g ws t a c", "g a s d c", "g s t d a c", "g wd s ta c"),
    "warm": ("g s t a c", "g ws td a c", "g wd s ta c", "g sa c", "g d sta C", "g s d a c"),
    "plain": ("g sta C", "G s ta", "g s a c", "sta", "G ws ta C", "s a", "g as t C", "G sd a c", "a s C", "g s t a D"),
    "curt": ("G sa", "a s", "G w s a", "s ta", "G sda"),
    "lower": ("G sa", "sa", "G s a D", "asd", "Gw sta", "s ta", "a", "sDa"),
    "chatty": ("g sdt a c", "g d s ta c", "ws ta C", "g sad c", "g s t d a c"),
    "typos": ("g s a c", "g ws ta", "s a d", "g sda c"),
    "caps": ("G sa", "s t a", "w s a"),
}


def _put_together(matter: Matter, person: Person, scene: Scene, *, again: bool) -> str:
    style = person.voice.style
    shapes = _SHAPES[style]
    shape = shapes[int(scene.rnd() * len(shapes))]
    if scene.rnd() < 0.07:
        shape += " d s" if "d" not in shape else " t"
    paragraphs = []
    if again:
        paragraphs.append(sentence(scene, "again"))
        shape = shape.replace("g ", "").replace("G ", "")
    used: set[str] = set()
    for group in shape.split():
        parts = [_part(letter, matter, person, scene, used) for letter in group]
        if joined := " ".join(part for part in parts if part):
            paragraphs.append(joined.replace(" // ", PARAGRAPH))
    paragraphs.append(_ending(person, scene))
    return PARAGRAPH.join(paragraph for paragraph in paragraphs if paragraph)


def _part(letter: str, matter: Matter, person: Person, scene: Scene, used: set[str]) -> str:
    if letter.isupper():
        if scene.rnd() < 0.5:
            return ""
        letter = letter.lower()
    for _ in range(4):
        text = _words_for(letter, matter, person, scene)
        if text not in used:
            used.add(text)
            return text
    return ""


def _words_for(letter: str, matter: Matter, person: Person, scene: Scene) -> str:
    if letter == "g":
        style = {"typos": "plain", "caps": "curt"}.get(person.voice.style, person.voice.style)
        return sentence(scene, f"greet_{style}")
    if letter == "c":
        return sentence(scene, "close_view" if matter.wants == "none" else "close_ask")
    if letter in "wd":
        return scene.pick(person.voice.work if letter == "w" else person.voice.detail)
    return scene.pick({"s": matter.story, "t": matter.turn, "a": matter.ask}[letter])


def _ending(person: Person, scene: Scene) -> str:
    """Sign-off, name, title, tail or telephone's line, and now and then a postscript."""
    rnd = scene.rnd
    draw = rnd()
    lines = []
    voice = person.voice
    if voice.sign and draw < 0.55:
        lines.append(scene.pick(voice.sign))
    if draw < 0.9:
        lines.append(_signed_name(person, rnd()))
        if voice.title and rnd() < 0.6:
            lines.append(scene.pick(voice.title))
        elif rnd() < 0.12:
            lines.append(f"{person.place.city}, {person.place.state}")
    ending = "\n".join(lines)
    if rnd() < (0.1 if voice.style in ("warm", "chatty", "formal", "plain") else 0.03):
        ending += PARAGRAPH + sentence(scene, "ps")
    if person.client in ("iphone", "android") and rnd() < 0.4:
        ending += PARAGRAPH + sentence(scene, f"mobile_{person.client}")
    elif person.client in ("outlook", "thunderbird") and rnd() < 0.3:
        ending += f"\n\n-- \n{sentence(scene, 'tail')}".replace(" // ", "\n").replace("-- \n--", "-- ")
    return ending.strip("\n")


def _signed_name(person: Person, draw: float) -> str:
    style = person.voice.style
    if style == "lower":
        return person.first.lower() if draw < 0.7 else person.first
    if style in ("formal", "curt", "caps"):
        return person.name if draw < 0.8 else f"{person.first[0]}. {person.last}"
    return person.first if draw < 0.45 else person.name
