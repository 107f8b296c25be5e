"""PostgreSQL, killed while everybody works with it: now its head, now one of the processes that serve a connection or
write in the background, which makes it end all others and recover."""

import contextlib
import math
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import psutil
import psycopg

from hustings.project.bench.loopback import free_port
from hustings.project.bench.receiving import Receiver

from .house import Fork, House
from .letters import as_mbox, letters
from .series import say
from .test_mail import Postfix, endless

HEADS = 0.25  # of the kills; a new start of the whole server is slow


class Campaign:
    """Everybody at work: mail is handed over, read, taken in from files and sent."""

    def __init__(self, house: House, chance: random.Random, smtp: str, folder: Path) -> None:
        self.house, self.handed = house, set[str]()
        self._chance, self._smtp, self._folder = chance, smtp, folder
        self.port = free_port()
        # These two are as `hustings up` runs them and are not started again unless they end.
        self.whole = {name: self._start(name) for name in ("mail", "worker")}
        self.ended: Counter[str] = Counter()
        self._busy = [
            house.fork("keep_taking_in"), house.fork("keep_taking_in"), house.fork("keep_sending", smtp=smtp)
        ]  # fmt: skip
        self._files = 0
        self._file: Fork | None = None
        self.clients = [Postfix(self.port, endless(f"client{n}.", random.Random(chance.random()))) for n in range(2)]
        for client in self.clients:
            client.start()

    def _start(self, name: str) -> Fork:
        given = {"address": f"127.0.0.1:{self.port}", "smtp": self._smtp} if name == "mail" else {}
        return self.house.fork(name, **given)

    def supervise(self) -> None:
        """As `hustings up` does: what ended is started again."""
        for name, fork in self.whole.items():
            if _has_ended(fork):
                self.house.reap(fork)
                self.ended[name] += 1
                self.whole[name] = self._start(name)

    def take_files(self) -> None:
        """When all of one is taken in, another follows."""
        if self._file is not None and not _has_ended(self._file):
            return
        assert self._file is None or self.house.reap(self._file) == 0, self.house.said()
        lot = letters(f"file{self._files}.", 300, self._chance)
        self.handed |= lot.keys()
        path = as_mbox(self._folder / f"{self._files}.mbox", list(lot.values()))
        self._files += 1
        self._file = self.house.fork("take_file_whatever_happens", path=path, piece=6000)

    def in_hand(self) -> list[str]:
        forks = [*self._busy, *self.whole.values(), *([self._file] if self._file else [])]
        return [kind for fork in forks for kind in self.house.marks.in_hand(fork.number)]

    def wait_until_at_work(self) -> None:
        """Somebody has something in hand again: on a slow machine it takes long to come back to a new database."""
        end = time.monotonic() + 60
        while not self.in_hand():
            assert time.monotonic() < end, self.house.said()
            self.supervise()
            time.sleep(0.005)

    def rest(self) -> set[str]:
        """Files are taken in to their end, and all but the two whole ones stop. What was handed over."""
        for client in self.clients:
            client.over.set()
        for client in self.clients:
            client.join(60)
        for fork in self._busy:
            self.house.kill(fork)
        assert self._file is None or self.house.reap(self._file) == 0, self.house.said()
        return self.handed.union(*(client.accepted for client in self.clients))


def _has_ended(fork: Fork) -> bool:
    return psutil.Process(fork.pid).status() == psutil.STATUS_ZOMBIE


def _kill_one(house: House, chance: random.Random, *, is_head: bool) -> str:
    """Kill the head or another; what it was. Returns when the database can be used again."""
    head = house.server.pid
    assert head is not None
    if is_head:
        os.kill(head, signal.SIGKILL)
        while not house.server.died():
            time.sleep(0.002)
        house.server.start()
        return "the head"
    victims = _processes_of(head)
    serving = [child for child, line in victims.items() if "hustings_app" in line]
    victim = chance.choice(serving if serving and chance.random() < 0.75 else list(victims))
    with contextlib.suppress(psutil.NoSuchProcess):  # its connection has just been closed
        victim.kill()
        _wait_until_usable(house, victim)
        return "a server of one connection" if victim in serving else "one in the background"
    return _kill_one(house, chance, is_head=False)


def _processes_of(head: int) -> dict[psutil.Process, str]:
    """Each process of PostgreSQL's with how it calls itself."""
    found = {}
    for child in psutil.Process(head).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            found[child] = " ".join(child.cmdline())
    return found


def _wait_until_usable(house: House, victim: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        while victim.is_running() and victim.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.002)
    while True:
        try:
            psycopg.connect(house.server.dsn("app")).close()
        except psycopg.OperationalError:
            time.sleep(0.01)
        else:
            return


def test_the_database(house: House, chance: random.Random, kills: int, receiver: Receiver, tmp_path: Path) -> None:
    campaign = Campaign(house, chance, receiver.url, tmp_path)
    killed: Counter[str] = Counter()
    at: Counter[str] = Counter()
    in_the_midst = 0
    heads = set(chance.sample(range(kills), k=math.ceil(kills * HEADS)))
    while killed.total() < kills:
        campaign.supervise()
        campaign.take_files()
        if killed.total() % 5 == 0:
            house.finish("queue", prefix=f"queued{killed.total()}.", count=15)
        campaign.wait_until_at_work()
        time.sleep(chance.uniform(0.0, 0.15))
        found = campaign.in_hand()
        killed[_kill_one(house, chance, is_head=killed.total() in heads)] += 1
        in_the_midst += bool(found)
        at.update(found)
    handed = campaign.rest()
    house.wait_until_done(meanwhile=campaign.supervise)
    for fork in campaign.whole.values():
        house.kill(fork)
    house.finish("send_all", smtp=receiver.url)
    house.finish("work_off")
    told, taken = house.check(handed), receiver.taken()
    states = dict(told["outgoing"])
    say(dict(killed), f"{in_the_midst} in the midst of {dict(at)}; {dict(campaign.ended)} ended with it;",
          told["ledger"]["messages"], Counter(states.values()))  # fmt: skip
    assert killed["the head"] == len(heads)
    assert in_the_midst > kills / 2
    assert set(taken.values()) == {1}
    assert set(states.values()) <= {"sent", "uncertain"}
    assert {message_id for message_id, state in states.items() if state == "sent"} <= taken.keys() <= states.keys()
