"""Later letters of a thread: thanks, another question, a nudge, how it went, something passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from . import handwriting
from .composing import PARAGRAPH, Draft, area_of, scene_for, sentence
from .grammar import MONTHS, WEEKDAYS, Scene, words
from .people import Person
from .replies import agent_reply

# (section of the common words, parts in a hundred, what it wants, does it quote our answer)
_KINDS = (
    ("thanks", 24, "none", True),
    ("more", 31, "answer", True),
    ("nudge", 16, "answer", False),
    ("wrong", 8, "answer", True),
    ("result", 14, "none", True),
    ("detail", 7, "answer", True),
)
# Who wrote only to say something has no answer to wait for, to correct or to report on.
_ONLY_SAID = (("thanks", 60, "none", True), ("more", 40, "none", True))
_QUOTED_LINES = 14


def follow_up(
    earlier: Draft, *, earlier_at: datetime, person: Person, sent_at: datetime, rng: Random, reply_seed: int
) -> Draft:
    """The next letter of the thread of ``earlier``, by the same person."""
    kind, wants, quotes_us = _kind(rng, _ONLY_SAID if earlier.topic in ("story", "thanks") else _KINDS)
    scene = scene_for(person, sent_at=sent_at, rng=rng)
    scene.known["when"] = _said_date(earlier_at, scene.language)
    text = handwriting.set_down(_new_words(kind, earlier, person, scene), person, rng)
    if rng.random() < 0.7:
        text += PARAGRAPH + _name(person, rng)
    subject = earlier.subject if earlier.subject.startswith("Re: ") else f"Re: {earlier.subject}".rstrip()
    said = _our_answer(earlier, person, reply_seed) if quotes_us else ""
    below = _quoted(earlier, said, person, earlier_at, sent_at, rng)
    return replace(earlier, subject=subject, text=text, below=below, wants=wants)


def _new_words(kind: str, earlier: Draft, person: Person, scene: Scene) -> str:
    """What is new in a later letter: an opening and, by its kind, what follows from it."""
    area = area_of(earlier.topic)
    if kind == "result" and area != "v":
        return sentence(scene, "rejoin_settled")
    text = sentence(scene, f"rejoin_{kind}")
    if kind == "more":
        more = earlier.more if earlier.more and scene.rnd() < 0.75 else words(f"common_{scene.language}")["more_any"]
        text += (PARAGRAPH if scene.rnd() < 0.5 else " ") + scene.pick(more)
    elif kind in ("thanks", "nudge") and scene.rnd() < 0.75:
        text += " " + sentence(scene, f"{kind}_tail")
    details = person.voice.details(area)
    if details and scene.rnd() < 0.2:
        text += PARAGRAPH + scene.pick(details)
    return text


def _kind(rng: Random, kinds: Sequence[tuple[str, int, str, bool]]) -> tuple[str, str, bool]:
    left = int(rng.random() * 100)
    for kind, parts, wants, quotes in kinds:
        if left < parts:
            return kind, wants, quotes
        left -= parts
    return kinds[-1][0], kinds[-1][2], kinds[-1][3]


def _name(person: Person, rng: Random) -> str:
    name = person.first if rng.random() < 0.7 else person.name
    return name.lower() if person.voice.style == "lower" else name


def _said_date(moment: datetime, language: str) -> str:
    if language == "es":
        return f"el {moment.day} de {MONTHS['es'][moment.month - 1]}"
    return f"{MONTHS['en'][moment.month - 1]} {moment.day}"


def _our_answer(earlier: Draft, person: Person, reply_seed: int) -> str:
    answer = agent_reply(
        topic=earlier.topic, articles=earlier.articles, care=earlier.care, person=person, rng=Random(reply_seed)
    )
    return answer.text


def _quoted(earlier: Draft, said: str, person: Person, earlier_at: datetime, sent_at: datetime, rng: Random) -> str:
    """What stands under the new words: our answer and the earlier letter, as the writer's program quotes them."""
    if said and rng.random() < 0.12:
        return ""
    answered_at = earlier_at + (sent_at - earlier_at) * 0.6
    spanish = person.language == "es"
    if person.client == "outlook":
        said_by = "Adair for America <help@adair.example.org>" if said else person.name
        return (
            f"-----Original Message-----\nFrom: {said_by}\nSent: {answered_at:%A, %B %d, %Y} {_clock(answered_at)}\n"
            f"Subject: {earlier.subject}\n\n{_first_lines(said or earlier.text)}"
        )
    mine = _marked(_first_lines(earlier.text))
    mine_head = _wrote_line(earlier_at, person.name, person.address, spanish)
    if not said:
        return f"{mine_head}\n{mine}"
    ours = _marked(_first_lines(said))
    ours_head = _wrote_line(answered_at, "Adair for America", "help@adair.example.org", spanish)
    if rng.random() < 0.5:
        return f"{ours_head}\n{ours}"
    return f"{ours_head}\n{ours}\n>\n{_marked(mine_head)}\n{_marked(mine)}"


def _wrote_line(moment: datetime, name: str, address: str, spanish: bool) -> str:
    local = moment - timedelta(hours=4)
    if spanish:
        day = f"{WEEKDAYS['es'][local.weekday()][:3]}, {local.day} {MONTHS['es'][local.month - 1][:3]} {local.year}"
        return f"El {day} a las {local:%H:%M}, {name} (<{address}>) escribió:"
    day = f"{WEEKDAYS['en'][local.weekday()][:3]}, {MONTHS['en'][local.month - 1][:3]}"
    return f"On {day} {local.day}, {local.year} at {_clock(local)} {name} <{address}> wrote:"


def _clock(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"


def _first_lines(text: str) -> str:
    return "\n".join(text.split("\n")[:_QUOTED_LINES])


def _marked(text: str) -> str:
    return "\n".join(f"> {line}" if line and line[0] != ">" else f">{line}" for line in text.split("\n"))


def pass_on(person: Person, *, sent_at: datetime, rng: Random) -> Draft:
    """What somebody else wrote, passed on with a line above it: always about voting, and a thread of its own."""
    scene = scene_for(person, sent_at=sent_at, rng=rng)
    note = sentence(scene, "forward_note")
    if rng.random() < 0.6:
        note += " " + sentence(scene, "close_ask")
    text = handwriting.set_down(note, person, rng)
    if rng.random() < 0.7:
        text += PARAGRAPH + _name(person, rng)
    subject = scene.pick(scene.lexicon["forwarded_subject"])
    below = _forwarded(scene, sent_at, subject)
    return Draft(
        "polling_place",
        "passed_on",
        "help",
        "answer",
        f"Fwd: {subject}",
        text,
        below=below,
        articles=("polling_look_up",),
    )


def _forwarded(scene: Scene, sent_at: datetime, subject: str) -> str:
    friend = scene.pick(scene.lexicon["forwarder"])
    local = sent_at - timedelta(hours=9)
    head = "Mensaje reenviado" if scene.language == "es" else "Forwarded message"
    return (
        f"---------- {head} ---------\nFrom: {friend}\n"
        f"Date: {local:%a, %b} {local.day}, {local.year} at {_clock(local)}\nSubject: {subject}\n\n"
        f"{sentence(scene, 'forward_body')}"
    )
