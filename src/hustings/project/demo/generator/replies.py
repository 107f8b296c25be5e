"""What the campaign says back: agents' replies and the notes colleagues leave, so that an answered letter looks real."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING

from ..approved_language import ARTICLES, Article
from .grammar import Lexicon, Scene, words
from .moments import DEFAULT_END
from .people import Person

if TYPE_CHECKING:
    from .letters import Letter

_FIELD = re.compile(r"\{\{ ?([\w.]+) ?\}\}")
AGENTS = ("Dana", "Ines", "Nour", "Wes", "Lila", "Bea", "Gil", "June")


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply: the key of the article it was made from (None when it was written free) and its text."""

    article_key: str | None
    text: str


def reply_to(letter: Letter, rng: Random | None = None) -> tuple[str | None, str]:
    """The reply an agent would send to a letter: (article key or None, text with all fields filled).

    Without ``rng`` it is the very reply that later letters of the sample quote.
    """
    from .places import place_of  # a letter of a machine has no place, and only replies need one

    answer = _answer(
        topic=letter.topic,
        language=letter.language,
        first=letter.name.split(" ")[0] if letter.name else "",
        state=letter.state,
        state_name=place_of(letter.zip).state_name if letter.zip else "",
        city=letter.city,
        rng=rng or Random(letter.reply_seed),
    )
    return answer.article_key, answer.text


def agent_reply(*, topic: str, person: Person, city: str, rng: Random) -> Answer:
    """The reply to a letter of ``topic`` by this person."""
    return _answer(
        topic=topic,
        language=person.language,
        first=person.name.split(" ")[0],
        state=person.place.state,
        state_name=person.place.state_name,
        city=city,
        rng=rng,
    )


def note_about(letter: Letter, rng: Random) -> str | None:
    """A colleague's note on a letter, or None: most letters have none."""
    notes = words("replies")
    section = f"note_{letter.care}" if letter.care and f"note_{letter.care}" in notes else f"note_{letter.topic}"
    if not letter.care and rng.random() > 0.22:
        return None
    scene = _scene(letter.language, letter.city, letter.name.split(" ")[0], rng, language_of_words="en")
    return scene.pick(notes.get(section) or notes["note_any"] if rng.random() < 0.7 else notes["note_any"])


def _answer(
    *, topic: str, language: str, first: str, state: str, state_name: str, city: str, rng: Random
) -> Answer:
    agent = AGENTS[int(rng.random() * len(AGENTS))]
    scene = _scene(language, city, first, rng)
    pieces = words("replies")
    articles = _by_topic().get(topic, ())
    opening = scene.pick(pieces.get(f"open_{topic}_{language}") or pieces[f"open_{language}"])
    ending = scene.pick(pieces[f"end_{language}"])
    fields = {
        "person.first_name": first, "person.state_name": state_name, "person.city": city, "agent.first_name": agent,
    }
    if not articles or rng.random() < 0.12:
        body = scene.pick(pieces[f"free_{language}"])
        greeting = f"{'Hola' if language == 'es' else 'Dear'} {first}," if first else ("Hola," if language == "es" else "Hello,")
        return Answer(None, f"{greeting}\n\n{opening}\n\n{body}\n\n{ending}\n\n{agent}, for Adair for America")
    article = articles[int(rng.random() * len(articles))]
    text = _FIELD.sub(lambda match: fields.get(match[1], ""), article.text_for(language, state))
    greeting, _, rest = text.partition("\n\n")
    return Answer(article.key, f"{greeting}\n\n{opening}\n\n{rest}")


def _scene(language: str, city: str, first: str, rng: Random, *, language_of_words: str = "") -> Scene:
    spoken = language_of_words or language
    lexicon: Lexicon = words(f"lexicon_{spoken}")
    known = {"city": city, "first": first, "mate": "spouse" if spoken == "en" else "pareja"}
    return Scene(rnd=rng.random, sent_at=DEFAULT_END, language=spoken, known=known, lexicon=lexicon)


@lru_cache(maxsize=1)
def _by_topic() -> dict[str, tuple[Article, ...]]:
    found: dict[str, list[Article]] = {}
    for article in ARTICLES:
        found.setdefault(article.topic, []).append(article)
    return {topic: tuple(articles) for topic, articles in found.items()}
