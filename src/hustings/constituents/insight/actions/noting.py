"""What a visitor does, as counts. Nothing about the visitor is kept: the address gives a region and a network, then it
is forgotten.

A visit is what one browser does within half an hour. It is told by a hash of address and browser with a salt that is
made anew each day and lives in this process's memory alone; so is what the visit has read, and how often a network was
counted. Served by several processes, a visit may be seen as several shorter ones: shares and chances are worked out
from the same visits, so they stay true.
"""

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from hustings.foundation.core.networks import network_of

from ..models import Kind
from ..queries.places import NOWHERE, Region, region_of_address
from ..rules import READS_OF_ONE, VOTES_OF_ONE, is_bot, plain_words
from .counting import Buffer, HourKey, PairKey, PhraseKey, TallyKey, buffer

VISIT_SECONDS = 1800
MOST_VISITS = 50_000
MOST_READ = 20  # of one visit: who opens more is going through all of them
MOST_CAPS = 500_000
LONGEST_AGENT = 400


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, as the request tells it."""

    address: str
    agent: str
    language: str = "en"
    state_code: str = ""  # as chosen on the page
    expected: bool = True  # False for what a browser fetches on the chance that it is wanted


def visitor_of(*, address: str, agent: str, purpose: str = "", language: str = "en", state_code: str = "") -> Visitor:
    """From what a request says; `purpose` are its headers Sec-Purpose and Purpose together."""
    return Visitor(address, agent[:LONGEST_AGENT], language, state_code, "prefetch" not in purpose)


@dataclass(slots=True)
class _Visit:
    at: float
    read: list[str] = field(default_factory=list)
    sought: PhraseKey | None = None


class Noting:
    """The memory of one process."""

    def __init__(self, into: Buffer) -> None:
        self._into = into
        self._lock = threading.Lock()
        self._day: date | None = None
        self._salt = b""
        self._visits: OrderedDict[bytes, _Visit] = OrderedDict()
        self._caps: dict[tuple[str, str, str], int] = {}

    def viewed(self, *, visitor: Visitor, subject: str, topic: str, now: datetime) -> None:
        """A page of a subject was shown."""
        if not self._is_person(visitor):
            return
        self._into.start()
        day, hour = self._moment(now)
        place = self._region(visitor)
        with self._lock:
            self._into.add(
                TallyKey(day, Kind.VIEW, subject, topic, visitor.language, *place), HourKey(hour, Kind.VIEW, subject)
            )
            visit = self._visit(visitor, now)
            if subject in visit.read or len(visit.read) >= MOST_READ:
                return
            if visit.sought is not None:
                self._into.add(visit.sought._replace(column="opened"))
                visit.sought = None
            visit.read.append(subject)
            network = network_of(visitor.address)
            if not self._allowed(network, "read", subject, READS_OF_ONE):
                return
            self._into.add(
                TallyKey(day, Kind.READ, subject, topic, visitor.language), HourKey(hour, Kind.READ, subject)
            )
            if len(visit.read) == 1:
                self._into.add(TallyKey(day, Kind.READ))  # the visits themselves
            for other in visit.read[:-1]:
                first, second = sorted((subject, other))
                if self._allowed(network, "pair", first + second, READS_OF_ONE):
                    self._into.add(PairKey(day, first, second))

    def searched(self, *, visitor: Visitor, words: str, topic: str, found: int, now: datetime) -> None:
        """A search was answered. Words typed further in the same visit replace the shorter ones."""
        if not self._is_person(visitor):
            return
        self._into.start()
        day, hour = self._moment(now)
        kept = plain_words(words)
        place = self._region(visitor)
        key = PhraseKey(day, kept, visitor.language, place[0], "count")
        with self._lock:
            self._into.add(
                TallyKey(day, Kind.SEARCH, "", topic, visitor.language, *place), HourKey(hour, Kind.SEARCH, "")
            )
            visit = self._visit(visitor, now)
            self._came_again(visit, day)
            if not kept or not self._allowed(network_of(visitor.address), "search", kept, READS_OF_ONE):
                return
            self._into.add(key)
            if not found:
                self._into.add(key._replace(column="empty"))
            visit.sought = key

    def asked(self, *, visitor: Visitor, now: datetime) -> None:
        """Somebody wrote to us: what they had read did not answer it."""
        self._into.start()
        if self._is_person(visitor):
            day, _hour = self._moment(now)
            with self._lock:
                self._came_again(self._visit(visitor, now), day)

    def voted(self, *, visitor: Visitor, kind: Kind, subject: str, topic: str, now: datetime) -> bool:
        """A reader said whether it helped; False when their network has said so often enough today."""
        self._into.start()
        day, hour = self._moment(now)
        with self._lock:
            self._today(day)
            network = network_of(visitor.address)
            if not self._allowed(network, "vote", subject, VOTES_OF_ONE):
                self._into.add(TallyKey(day, Kind.REFUSED, subject))
                return False
            place = self._region(visitor)
            self._into.add(TallyKey(day, kind, subject, topic, visitor.language, *place), HourKey(hour, kind, subject))
        return True

    def refused(self, *, subject: str, now: datetime) -> None:
        """Something was refused as abuse: that it was, is counted."""
        self._into.start()
        self._into.add(TallyKey(now.astimezone(UTC).date(), Kind.REFUSED, subject))

    def forget(self) -> None:
        """Begin anew: of tests."""
        with self._lock:
            self._visits.clear()
            self._caps.clear()
            self._day = None

    def _is_person(self, visitor: Visitor) -> bool:
        return visitor.expected and not is_bot(visitor.agent)

    def _moment(self, now: datetime) -> tuple[date, datetime]:
        hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return hour.date(), hour

    def _region(self, visitor: Visitor) -> tuple[str, str, str, str]:
        """The state chosen on the page before that of the network, whose county then says nothing."""
        found: Region = region_of_address(visitor.address) if visitor.address else NOWHERE
        if visitor.state_code and visitor.state_code != found.state_code:
            found = Region(visitor.state_code)
        return found.state_code, found.county_fips, found.market, found.zip

    def _today(self, day: date) -> None:
        if day != self._day:
            self._day, self._salt = day, secrets.token_bytes(16)
            self._visits.clear()
            self._caps.clear()

    def _visit(self, visitor: Visitor, now: datetime) -> _Visit:
        self._today(now.astimezone(UTC).date())
        told = f"{visitor.address}\n{visitor.agent}".encode()
        token = hashlib.blake2b(told, key=self._salt, digest_size=12).digest()
        at = now.timestamp()
        visit = self._visits.pop(token, None)
        if visit is None or at - visit.at > VISIT_SECONDS:
            visit = _Visit(at)
        visit.at = at
        self._visits[token] = visit
        if len(self._visits) > MOST_VISITS:
            self._visits.popitem(last=False)
        return visit

    def _came_again(self, visit: _Visit, day: date) -> None:
        """What was read last in this visit did not settle it."""
        if visit.read:
            self._into.add(TallyKey(day, Kind.AGAIN, visit.read[-1]))

    def _allowed(self, network: str, what: str, subject: str, most: int) -> bool:
        key = (network, what, subject)
        done = self._caps.get(key, 0)
        if done >= most or (not done and len(self._caps) >= MOST_CAPS):
            return False
        self._caps[key] = done + 1
        return True


noting = Noting(buffer)
