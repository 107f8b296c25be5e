"""Letter drives: one text that many send, each a little otherwise, with what some of them add."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

from .chance import mixed
from .grammar import WORDS
from .letters import FEATURED_FROM, Run
from .mail import HOST, Envelope, mbox_entry, message_bytes
from .people import Person
from .places import zones
from .sending import message_id

# How many came a day, from twelve days ago to today.
_DAYS = (1, 3, 8, 13, 15, 12, 6, 4, 9, 17, 21, 15)
_CHANGED, _ADDED, _OTHER_GREETING = 0.24, 0.11, 0.3
_SETTING = re.compile(r"^(\w+): (.+)$")
_NUMBERS_FROM = 9_000_000  # of letters, beyond those of any run


@dataclass(frozen=True)
class Drive:
    """A text of paragraphs. `changes` are words with what some write instead; `later` a sentence that the sponsor put
    in after half the time, before the last paragraph; `added` what single writers say of their own."""

    name: str
    letters: int
    language: str
    mailbox: str
    subject: str
    greetings: tuple[str, ...]
    closing: str
    paragraphs: tuple[str, ...]
    footer: str
    later: str
    changes: tuple[tuple[str, tuple[str, ...]], ...]
    added: tuple[str, ...]


@lru_cache(maxsize=1)
def drives() -> tuple[Drive, ...]:
    """The drives of the sample, as they are written down."""
    text = (WORDS / "drives.txt").read_text(encoding="utf-8")
    return tuple(_drive(chunk) for chunk in re.split(r"^={3,}\n", text, flags=re.M)[1:])


def drive_letters(*, count: int, seed: int, end: datetime) -> Iterator[tuple[str, datetime, bytes]]:
    """(sender, when it came, bytes) of all letters of the drives beside a run of `count`, of people who write in it.
    A run that is too small to look like a campaign has none."""
    if count < FEATURED_FROM:
        return
    run = Run(count=count, seed=seed, end=end)
    for place, drive in enumerate(drives()):
        speaks = [n for n in range(run.people) if run.crowd.person(n).language == drive.language]
        rng = Random(mixed(seed, place, 40))
        writers = rng.sample(speaks, min(drive.letters, len(speaks)))
        for number, writer in enumerate(writers):
            mine = Random(mixed(seed, place * 10_000 + number, 41))
            yield _letter(drive, run.crowd.person(writer), _NUMBERS_FROM + place * 10_000 + number, seed, end, mine)


def append_drives(out: Path, *, count: int, seed: int, end: datetime) -> None:
    """Write them behind the letters of an mbox."""
    with open(out, "ab") as file:
        file.writelines(
            mbox_entry(raw, sender, at) for sender, at, raw in drive_letters(count=count, seed=seed, end=end)
        )


def _letter(
    drive: Drive, person: Person, number: int, seed: int, end: datetime, rng: Random
) -> tuple[str, datetime, bytes]:
    ago = rng.choices(range(len(_DAYS)), weights=_DAYS)[0]
    days = len(_DAYS) - ago - rng.random()
    at = (end - timedelta(days=days, minutes=3)).replace(microsecond=0)
    noon = at.replace(hour=12, tzinfo=zones()[person.place.timezone])
    envelope = Envelope(
        sender_name=person.name,
        sender=person.address,
        to=f"{drive.mailbox}@{HOST}",
        subject=drive.subject,
        text=_words(drive, person, rng, is_later=ago >= len(_DAYS) // 2),
        message_id=message_id(person, number, seed),
        received_at=at,
        offset=noon.utcoffset() or timedelta(),
        client=person.client,
    )
    return person.address, at, message_bytes(envelope, rng)


def _words(drive: Drive, person: Person, rng: Random, *, is_later: bool) -> str:
    paragraphs = list(drive.paragraphs)
    for words, others in drive.changes:
        if rng.random() < _CHANGED:
            other = rng.choice(others)
            paragraphs = [paragraph.replace(words, other) for paragraph in paragraphs]
    if is_later and drive.later:
        paragraphs[-2] += f" {drive.later}"
    if rng.random() < _ADDED:
        place = rng.randrange(len(paragraphs))
        paragraphs[place] += f" {rng.choice(drive.added)}"
    greeting = rng.choice(drive.greetings[1:]) if rng.random() < _OTHER_GREETING else drive.greetings[0]
    town = f"{person.place.city}, {person.place.state} {person.place.zip}"
    return "\n\n".join((greeting, *paragraphs, drive.footer, f"{drive.closing}\n{person.name}\n{town}"))


def _drive(chunk: str) -> Drive:
    head, _, rest = chunk.partition("\n\n")
    told = {match[1]: match[2] for match in map(_SETTING.match, head.splitlines()) if match}
    text, changes, added = (part.strip() for part in rest.split("\n---\n"))
    pairs = (line.partition(": ") for line in changes.splitlines())
    return Drive(
        name=told["name"],
        letters=int(told["letters"]),
        language=told["language"],
        mailbox=told["mailbox"],
        subject=told["subject"],
        greetings=tuple(told["greetings"].split(" | ")),
        closing=told["closing"],
        paragraphs=tuple(text.split("\n\n")),
        footer=told["footer"],
        later=told.get("later", ""),
        changes=tuple((words, tuple(others.split(" | "))) for words, _, others in pairs),
        added=tuple(added.splitlines()),
    )
