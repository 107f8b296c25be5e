"""Letters to a campaign, any number of them, repeatable: the sequence, the threads and the writing to a file.

Every letter is a function of the seed and its number, so the run needs no memory of what it made: a follow-up makes
again the letter it answers. Letters come in the order they arrive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from random import Random

from . import machines
from .chance import fraction, mixed, random_for
from .composing import Draft, draft_letter
from .featured import Featured, featured_letters
from .followups import follow_up, pass_on
from .mail import mbox_entry
from .moments import DEFAULT_END, Calendar
from .people import Crowd, Person, walk
from .sending import Outgoing, message_id, send

PEOPLE_SHARE = 0.6
# A small run is all grammar; from here the letters written by hand are among the newest.
FEATURED_FROM = 400
# Of the letters that are not somebody's first: what the rest are, in parts of a thousand.
_OTHERS = (("auto_reply", 48), ("bounce", 32), ("list", 30), ("junk", 55), ("duplicate", 20), ("follow_up", 815))
# Of later letters: what somebody else wrote and this person passes on; and those that answer in the thread.
_PASSED_ON = 0.02
_THREADED = 0.64
_WRITE_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Letter:
    """One message and the truth about it, which is nowhere in its headers.

    ``kind`` is inquiry, auto_reply, bounce, list, junk or duplicate (of ``duplicate_of``). ``thread`` is the
    Message-ID of the first letter of the thread. ``wants`` is answer, call, invite, interview, refund, unsubscribe or
    none; ``articles`` are keys of approved language that would answer it. ``care`` is empty, or threat, crisis, child
    or angry. ``person`` is empty for machines without a person.
    """

    number: int
    raw: bytes
    kind: str
    person: str
    name: str
    first_name: str
    address: str
    language: str
    state: str
    city: str
    zip: str
    topic: str
    matter: str
    wants: str
    care: str
    articles: tuple[str, ...]
    mailbox: str
    subject: str
    text: str
    message_id: str
    in_reply_to: str
    thread: str
    received_at: datetime
    reply_seed: int
    duplicate_of: int | None = None


@dataclass(frozen=True, slots=True)
class _Role:
    kind: str
    person: int
    parent: int | None
    threaded: bool
    passed_on: bool = False


class Run:
    """A run of ``count`` letters: ``letter(number)`` makes any of them. ``share`` of them are somebody's first; of the
    later ones ``threaded`` answer in the thread."""

    def __init__(
        self,
        *,
        count: int,
        seed: int,
        end: datetime | None = None,
        share: float = PEOPLE_SHARE,
        threaded: float = _THREADED,
    ) -> None:
        if count < 0:
            raise ValueError("The number of letters cannot be less than none.")
        self.count = count
        self.seed = seed
        self.calendar = Calendar(end or DEFAULT_END)
        self.people = people_count(count, share)
        self._threaded = threaded
        self._role = lru_cache(maxsize=8192)(self._find_role)
        chosen = featured_letters() if count >= FEATURED_FROM else ()
        self._featured: dict[int, Featured] = {self.people - 1 - 2 * at: one for at, one in enumerate(chosen)}
        self.crowd = Crowd(
            seed=seed, size=self.people, featured={n: one.person_settings for n, one in self._featured.items()}
        )

    def letters(self) -> Iterator[Letter]:
        return (self.letter(number) for number in range(self.count))

    def letter(self, number: int) -> Letter:
        role = self._role(number)
        if role.kind == "duplicate":
            return self._duplicate(number, role)
        rng = random_for(self.seed, number, 20)
        received_at = self._received_at(number)
        if role.kind in ("auto_reply", "bounce", "list", "junk"):
            person = self.crowd.person(role.person)
            made = machines.make(role.kind, number=number, person=person, received_at=received_at, rng=rng)
            return self._machine_letter(number, role.kind, made, person, received_at)
        return self._inquiry(number, role, rng, received_at)

    def _inquiry(self, number: int, role: _Role, rng: Random, received_at: datetime) -> Letter:
        person = self.crowd.person(role.person)
        draft, care = self._draft(number, role, rng, received_at)
        parent = role.parent if role.threaded else None
        out = Outgoing(
            message_id=message_id(person, number, self.seed),
            draft=draft,
            references=self._chain(parent) if parent is not None else (),
            received_at=received_at,
        )
        sent = send(out, person=person, rng=rng, featured=self._featured_at(number))
        return Letter(
            number=number,
            raw=sent.raw,
            kind="inquiry",
            person=person.key,
            name=person.name,
            first_name=person.first,
            address=person.address,
            language=person.language,
            state=person.place.state,
            city=person.place.city,
            zip=person.place.zip,
            topic=draft.topic,
            matter=draft.matter,
            wants=draft.wants,
            care=care,
            articles=draft.articles,
            mailbox=sent.mailbox,
            subject=draft.subject,
            text=draft.text,
            message_id=sent.message_id,
            in_reply_to=sent.in_reply_to,
            thread=out.references[0] if out.references else sent.message_id,
            received_at=received_at,
            reply_seed=self._reply_seed(number),
        )

    def _machine_letter(
        self, number: int, kind: str, made: machines.Made, person: Person, received_at: datetime
    ) -> Letter:
        of_person = kind in ("auto_reply", "bounce")
        return Letter(
            number=number,
            raw=made.raw,
            kind=kind,
            person=person.key if of_person else "",
            name=made.sender_name,
            first_name=person.first if of_person else "",
            address=made.sender,
            language=person.language if kind == "auto_reply" else "en",
            state=person.place.state if of_person else "",
            city=person.place.city if of_person else "",
            zip=person.place.zip if of_person else "",
            topic=kind,
            matter=kind,
            wants="none",
            care="",
            articles=(),
            mailbox=made.mailbox,
            subject=made.subject,
            text=made.text,
            message_id=made.message_id,
            in_reply_to="",
            thread=made.message_id,
            received_at=received_at,
            reply_seed=self._reply_seed(number),
        )

    def _duplicate(self, number: int, role: _Role) -> Letter:
        assert role.parent is not None
        first = self.letter(role.parent)
        values = {name: getattr(first, name) for name in Letter.__slots__}
        return Letter(**{**values, "number": number, "kind": "duplicate", "duplicate_of": first.number})

    def _draft(self, number: int, role: _Role, rng: Random, received_at: datetime) -> tuple[Draft, str]:
        if featured := self._featured_at(number):
            return featured.draft, featured.care
        person = self.crowd.person(role.person)
        if role.passed_on:
            return pass_on(person, sent_at=received_at, rng=rng), ""
        if role.parent is not None and role.threaded:
            parent = self._role(role.parent)
            earlier_at = self._received_at(role.parent)
            earlier, care = self._draft(role.parent, parent, random_for(self.seed, role.parent, 20), earlier_at)
            again = follow_up(
                earlier,
                earlier_at=earlier_at,
                person=person,
                sent_at=received_at,
                rng=rng,
                reply_seed=self._reply_seed(role.parent),
            )
            return again, care
        week = self.calendar.week_of(received_at)
        again_from = role.parent is not None and rng.random() < 0.45
        draft = draft_letter(person, sent_at=received_at, week=week, rng=rng, again=again_from)
        return draft, draft.care

    def _find_role(self, number: int) -> _Role:
        """What this letter is: somebody's first, a later one, or a machine's."""
        count, people = self.count, self.people
        so_far = -(-number * people // count)
        if -(-(number + 1) * people // count) > so_far:
            return _Role("inquiry", so_far, None, False)
        kind = _other(fraction(self.seed, number, 10))
        draw = fraction(self.seed, number, 11)
        if kind in ("list", "junk"):
            return _Role(kind, 0, None, False)
        if kind in ("auto_reply", "bounce"):
            return _Role(kind, int(draw * so_far), None, False)
        earlier = self._earlier(number, draw, far=kind == "follow_up")
        if kind == "duplicate":
            return _Role(kind, self._role(earlier).person, earlier, False)
        threaded = fraction(self.seed, number, 12)
        if threaded < _PASSED_ON:
            return _Role("inquiry", self._role(earlier).person, earlier, False, passed_on=True)
        return _Role("inquiry", self._role(earlier).person, earlier, threaded < self._threaded)

    def _earlier(self, number: int, draw: float, *, far: bool) -> int:
        """An inquiry some days before this one (for a duplicate: shortly before)."""
        gap = 1 + int(self.count * ((0.006 + 0.15 * draw * draw) if far else 0.004 * draw))
        at = number - gap if gap <= number else int(draw * number)
        while self._role(at).kind != "inquiry" or self._featured_at(at):
            at -= 1
        return at

    def _featured_at(self, number: int) -> Featured | None:
        count, people = self.count, self.people
        so_far = -(-number * people // count)
        if so_far in self._featured and -(-(number + 1) * people // count) > so_far:
            return self._featured[so_far]
        return None

    def _chain(self, number: int) -> tuple[str, ...]:
        """The Message-IDs from the first letter of a thread to this one."""
        role = self._role(number)
        mine = message_id(self.crowd.person(role.person), number, self.seed)
        if role.parent is None or not role.threaded:
            return (mine,)
        return (*self._chain(role.parent), mine)

    def _received_at(self, number: int) -> datetime:
        return self.calendar.at((number + fraction(self.seed, number, 13)) / self.count)

    def _reply_seed(self, number: int) -> int:
        return mixed(self.seed, number, 14) >> 1


def _other(draw: float) -> str:
    left = int(draw * 1000)
    for kind, parts in _OTHERS:
        if left < parts:
            return kind
        left -= parts
    return "follow_up"


def people_count(count: int, share: float = PEOPLE_SHARE) -> int:
    """How many people write this many letters: 1,200 write 2,000."""
    return max(1, round(count * share)) if count else 0


def letters(*, count: int, seed: int, end: datetime | None = None) -> Iterator[Letter]:
    """``count`` letters in the order they arrive, over the thirteen weeks that close at ``end``.

    The same arguments give the same bytes. ``end`` must have a time zone; without it the sample's own date is taken.
    """
    return Run(count=count, seed=seed, end=end).letters()


def people(count: int, seed: int) -> Iterator[Person]:
    """The people who write ``count`` letters of this seed."""
    return walk(Run(count=count, seed=seed).crowd)


def write_letters(out: Path, *, count: int, seed: int, end: datetime | None = None) -> None:
    """Write ``count`` letters to ``out`` as an mbox (mboxrd: lines that begin with From are escaped by >).

    Streams: memory does not grow with ``count``. The same arguments write the same bytes.
    """
    with open(out, "wb", buffering=_WRITE_BLOCK) as file:
        file.writelines(
            mbox_entry(letter.raw, letter.address or "MAILER-DAEMON", letter.received_at)
            for letter in letters(count=count, seed=seed, end=end)
        )
