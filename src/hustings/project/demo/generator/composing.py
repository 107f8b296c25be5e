"""The words of a letter: matters written by hand, put together as different people would."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import accumulate
from random import Random

from . import handwriting
from .grammar import (
    WORDS,
    Lexicon,
    Piece,
    Scene,
    Told,
    compile_sections,
    read_blocks,
    read_sections,
    render,
    told,
    words,
)
from .moments import WEEKS
from .people import Person

PARAGRAPH = "\n\n"
_MATES = {
    ("en", "f"): ("husband", "he", "him", "his"),
    ("en", "m"): ("wife", "she", "her", "her"),
    ("es", "f"): ("esposo", "él", "él", "su"),
    ("es", "m"): ("esposa", "ella", "ella", "su"),
}


@dataclass(frozen=True, eq=False)
class Matter:
    """Something people write about; ``early`` and ``late`` are its weights in the first and the last week."""

    name: str
    topic: str
    mailbox: str
    wants: str
    language: str
    care: str
    articles: tuple[str, ...]
    early: float
    late: float
    subject: tuple[Piece, ...]
    story: tuple[Told, ...]
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
    articles: tuple[str, ...] = ()
    more: tuple[Piece, ...] = ()


def draft_letter(person: Person, *, sent_at: datetime, week: int, rng: Random, again: bool = False) -> Draft:
    """A letter of one matter that fits the week, in the writer's voice."""
    matter = _matter_for(person.language, week, rng)
    scene = scene_for(person, sent_at=sent_at, rng=rng)
    story = _story_for(matter, person, rng)
    subject = render(story.subject, scene) if story.subject and rng.random() < 0.72 else scene.pick(matter.subject)
    subject = handwriting.set_subject(subject, person, rng)
    text = _put_together(matter, story, person, scene, again=again)
    text = handwriting.set_down(text, person, rng)
    return Draft(
        matter.topic,
        matter.name,
        matter.mailbox,
        matter.wants,
        subject,
        text,
        care=matter.care,
        articles=matter.articles,
        more=matter.more,
    )


def scene_for(person: Person, *, sent_at: datetime, rng: Random) -> Scene:
    """What pieces are rendered with for this writer and day."""
    mate, *pronouns = _MATES[person.language, person.gender]
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


def _keys(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(",")) if listed else ()


def _matter(name: str, settings: dict[str, str], body: str, language: str) -> Matter:
    plain = "\n".join(line for line in body.splitlines() if " :: " not in line and not line.startswith("<"))
    sections = compile_sections(plain)
    return Matter(
        name=name,
        topic=settings["topic"],
        mailbox=settings["mailbox"],
        wants=settings["wants"],
        language=language,
        care=settings.get("care", ""),
        articles=_keys(settings.get("articles", "")),
        early=float(settings["early"]),
        late=float(settings["late"]),
        subject=tuple(sections["subject"]),
        story=tuple(told(line) for line in read_sections(body)["story"]),
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


def _story_for(matter: Matter, person: Person, rng: Random) -> Told:
    fitting = _fitting(matter, person.gender, person.age, person.place.rural)
    return fitting[int(rng.random() * len(fitting))]


@cache
def _fitting(matter: Matter, gender: str, age: str, rural: bool) -> tuple[Told, ...]:
    """The stories a person of this gender and age could tell; all of them if none fits."""
    wanted = {gender, age, *(("rural",) if rural else ())}
    wanted |= {f"not{other}" for other in ("young", "old") if other != age}
    return tuple(one for one in matter.story if one.flags <= wanted) or matter.story


# How letters are built: each letter stands for a part, a space for a new paragraph.
#   g greeting, w what the writer does, d a detail only this voice has, s the story, t a turn of it, a what is asked,
#   c a closing. A capital is a part that is there half of the time.
_SHAPES = {
    "formal": ("g s ta c", "g ws t a c", "g s a d c", "g wd s t a c", "g s ta a c", "g w s t a d c"),
    "warm": ("g s t a c", "g ws t a c", "g wd s ta c", "g sa c", "g s t a D C", "g wd st a c"),
    "plain": (
        "g sta C",
        "G s ta",
        "g s a c",
        "sta",
        "G ws ta C",
        "s a",
        "g st a C",
        "G wd s a",
        "g s t a c",
        "g s t a D",
        "wd st a c",
    ),
    "curt": ("G sa", "s ta", "G w s a", "s a", "G s t a D"),
    "lower": ("G sa", "sa", "G s a D", "s a d", "Gw sta", "s ta", "sta", "G s d a"),
    "chatty": ("g s t a c", "g wd s ta c", "ws ta C", "g s a d c", "g st a D c", "g d st a c"),
    "typos": ("g s a c", "g ws ta", "s a d", "g wd s a c"),
    "caps": ("G sa", "s t a", "w s a"),
}
# Questions about voting can come first; elsewhere what is asked leans on the story.
_ASK_FIRST = {
    "formal": ("g a s t c", "g a w s c"),
    "warm": ("g a s t c",),
    "plain": ("g a s t C", "a s C", "g a st", "a s t"),
    "curt": ("a s", "a s t"),
    "lower": ("a s", "as", "a s D"),
    "chatty": ("g a s t c",),
    "typos": ("g a s",),
    "caps": ("a s",),
}
_VOTING = frozenset(("polling_place", "mail_ballot", "voter_id", "registration", "voting_access", "rides"))
_ISSUES = frozenset(
    (
        "health",
        "wages",
        "housing",
        "childcare",
        "schools",
        "climate_farm",
        "veterans",
        "immigration",
        "social_security",
        "guns",
        "issues",
        "story",
    )
)


def area_of(topic: str) -> str:
    """``v`` for topics about voting, ``i`` for issues and stories, empty for the rest."""
    return "v" if topic in _VOTING else "i" if topic in _ISSUES else ""


def _put_together(matter: Matter, story: Told, person: Person, scene: Scene, *, again: bool) -> str:
    if matter.care == "child":
        return _child_letter(matter, story, scene)
    paragraphs = []
    shape = _shape_for(matter, story, person, scene)
    if again:
        paragraphs.append(sentence(scene, "again"))
        shape = shape.removeprefix("g ").removeprefix("G ")
    used: set[str] = set()
    for group in shape.split():
        parts = [_part(letter, matter, story, person, scene, used) for letter in group]
        if joined := " ".join(part for part in parts if part):
            paragraphs.append(joined.replace(" // ", PARAGRAPH))
    paragraphs.append(_ending(person, scene))
    return PARAGRAPH.join(paragraph for paragraph in paragraphs if paragraph)


def _shape_for(matter: Matter, story: Told, person: Person, scene: Scene) -> str:
    style = person.voice.style
    shapes = _SHAPES[style]
    if matter.topic in _VOTING and story.ask is None and scene.rnd() < 0.2:
        shapes = _ASK_FIRST[style]
    return shapes[int(scene.rnd() * len(shapes))]


def _child_letter(matter: Matter, story: Told, scene: Scene) -> str:
    """Children write their own way: no grown-up greets, explains or signs for them."""
    parts = [sentence(scene, "greet_child"), sentence(scene, "child_self"), render(story.text, scene)]
    if scene.rnd() < 0.6:
        parts.append(scene.pick(matter.turn))
    parts.append(render(story.ask, scene) if story.ask else scene.pick(matter.ask))
    body = parts[0] + PARAGRAPH + " ".join(parts[1:])
    return body + PARAGRAPH + sentence(scene, "child_end")


def _part(letter: str, matter: Matter, story: Told, person: Person, scene: Scene, used: set[str]) -> str:
    if letter.isupper():
        if scene.rnd() < 0.5:
            return ""
        letter = letter.lower()
    for _ in range(4):
        text = _words_for(letter, matter, story, person, scene)
        if text not in used:
            used.add(text)
            return text
    return ""


def _words_for(letter: str, matter: Matter, story: Told, person: Person, scene: Scene) -> str:
    if letter == "s":
        return render(story.text, scene)
    if letter == "t":
        return _common_turn(matter, scene) or scene.pick(matter.turn)
    if letter == "a":
        return render(story.ask, scene) if story.ask and scene.rnd() < 0.85 else _ask(matter, scene)
    if letter == "g":
        style = {"typos": "plain", "caps": "curt"}.get(person.voice.style, person.voice.style)
        return sentence(scene, f"greet_{style}")
    if letter == "c":
        if matter.topic == "thanks" or matter.care == "angry":
            return ""
        return sentence(scene, "close_view" if matter.wants == "none" else "close_ask")
    if letter == "w":
        return scene.pick(person.voice.work)
    details = person.voice.details(area_of(matter.topic))
    return scene.pick(details) if details else ""


def _common_turn(matter: Matter, scene: Scene) -> str:
    """Now and then a turn that would fit any letter on voting, on issues or on neither."""
    section = f"turn_{area_of(matter.topic) or 'o'}"
    common = words(f"common_{scene.language}")
    if matter.wants == "none" or section not in common or scene.rnd() > 0.4:
        return ""
    return scene.pick(common[section])


def _ask(matter: Matter, scene: Scene) -> str:
    common = words(f"common_{scene.language}")
    if area_of(matter.topic) == "i" and matter.wants == "answer" and "ask_i" in common and scene.rnd() < 0.35:
        return scene.pick(common["ask_i"])
    return scene.pick(matter.ask)


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
        if rnd() < 0.92:
            lines.append(_from_where(person, rnd()))
    ending = "\n".join(lines)
    if rnd() < (0.1 if voice.style in ("warm", "chatty", "formal", "plain") else 0.03):
        ending += PARAGRAPH + sentence(scene, "ps")
    if person.client in ("iphone", "android") and rnd() < 0.4:
        ending += PARAGRAPH + sentence(scene, f"mobile_{person.client}")
    elif person.client in ("outlook", "thunderbird") and rnd() < 0.3:
        ending += f"\n\n-- \n{sentence(scene, 'tail')}".replace(" // ", "\n").replace("-- \n--", "-- ")
    return ending.strip("\n")


def _from_where(person: Person, draw: float) -> str:
    """Under the name, as people do who want an answer for where they live."""
    place = person.place
    if draw < 0.45:
        return f"{place.city}, {place.state} {place.zip}"
    return f"{place.city}, {place.state_name if draw < 0.75 else place.state}"


def _signed_name(person: Person, draw: float) -> str:
    style = person.voice.style
    if style == "lower":
        return person.first.lower() if draw < 0.7 else person.first
    if style in ("formal", "curt", "caps"):
        return person.name if draw < 0.8 else f"{person.first[0]}. {person.last}"
    return person.first if draw < 0.45 else person.name
