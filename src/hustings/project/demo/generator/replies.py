"""What the campaign says back: agents' replies, and the notes that colleagues leave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from ..approved_language import BY_KEY
from .grammar import Lexicon, Scene, words
from .moments import DEFAULT_END
from .people import Person
from .places import Place, place_of

if TYPE_CHECKING:
    from .letters import Letter

_FIELD = re.compile(r"\{\{ ?([\w.]+) ?\}\}")
AGENTS = ("Dana", "Ines", "Nour", "Wes", "Lila", "Bea", "Gil", "June")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reply is made for."""

    topic: str
    articles: tuple[str, ...]
    care: str
    language: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply: the key of the article it was made from (None when it was written free) and its text."""

    article_key: str | None
    text: str


def reply_to(letter: Letter, rng: Random | None = None) -> tuple[str | None, str]:
    """The reply an agent would send to a letter: (article key or None, text with all fields filled).

    Without ``rng`` it is the very reply that later letters of the sample quote. A threat has no reply: the text is
    empty, and so it is for machines.
    """
    if letter.care == "threat" or not letter.zip or letter.kind != "inquiry":
        return None, ""
    answer = _answer(
        Asked(letter.topic, letter.articles, letter.care, letter.language),
        first=letter.first_name,
        place=place_of(letter.zip),
        rng=rng or Random(letter.reply_seed),
    )
    return answer.article_key, answer.text


def agent_reply(*, topic: str, articles: tuple[str, ...], care: str, person: Person, rng: Random) -> Answer:
    """The reply to a letter of this person."""
    asked = Asked(topic, articles, care, person.language)
    return _answer(asked, first=person.first, place=person.place, rng=rng)


def note_about(letter: Letter, rng: Random) -> str | None:
    """A colleague's note on a letter, or None: most letters have none."""
    notes = words("replies")
    section = f"note_{letter.care}" if letter.care and f"note_{letter.care}" in notes else f"note_{letter.topic}"
    if not letter.care and rng.random() > 0.22:
        return None
    scene = _scene(letter.language, letter.city, letter.first_name, rng, language_of_words="en")
    if letter.care or rng.random() < 0.7:
        return scene.pick(notes.get(section) or notes["note_any"])
    return scene.pick(notes["note_any"])


def _answer(asked: Asked, *, first: str, place: Place, rng: Random) -> Answer:
    agent = AGENTS[int(rng.random() * len(AGENTS))]
    scene = _scene(asked.language, place.city, first, rng)
    pieces = words("replies")
    language = asked.language
    opening = scene.pick(pieces.get(f"open_{asked.topic}_{language}") or pieces[f"open_{language}"])
    if asked.care == "crisis" or not asked.articles or rng.random() < 0.1:
        return Answer(None, _written_free(asked, scene, opening, first, agent))
    article = BY_KEY[asked.articles[int(rng.random() * len(asked.articles))]]
    fields = {
        "person.first_name": first,
        "person.state_name": place.state_name,
        "person.city": place.city,
        "agent.first_name": agent,
    }
    text = _FIELD.sub(lambda match: fields[match[1]], article.text_for(language, place.state))
    greeting, _, rest = text.partition("\n\n")
    return Answer(article.key, f"{greeting}\n\n{opening}\n\n{rest}" if rng.random() < 0.7 else text)


def _written_free(asked: Asked, scene: Scene, opening: str, first: str, agent: str) -> str:
    pieces = words("replies")
    greeting = f"Hola, {first}:" if asked.language == "es" else f"Dear {first},"
    if asked.care == "child":  # the name is the grown-up's whose address the child uses
        greeting = "Hello there,"
    signed = f"{agent}, {'por' if asked.language == 'es' else 'for'} Adair for America"
    if asked.care in ("crisis", "child"):
        return "\n\n".join((greeting, scene.pick(pieces[f"free_{asked.care}"]), signed)).replace(" // ", "\n\n")
    body = scene.pick(pieces[f"free_{asked.language}"])
    return "\n\n".join((greeting, opening, body, scene.pick(pieces[f"end_{asked.language}"]), signed))


def _scene(language: str, city: str, first: str, rng: Random, *, language_of_words: str = "") -> Scene:
    spoken = language_of_words or language
    lexicon: Lexicon = words(f"lexicon_{spoken}")
    known = {"city": city, "first": first, "mate": "spouse" if spoken == "en" else "pareja"}
    return Scene(rnd=rng.random, sent_at=DEFAULT_END, language=spoken, known=known, lexicon=lexicon)
