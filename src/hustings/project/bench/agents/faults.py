"""What goes wrong while people work: processes ended by kill -9, a full disk, a mail server that is gone. By a seed.

A full disk without root: for a second or so no process of the database or the application may make a file longer than
it is allowed (RLIMIT_FSIZE by prlimit, on processes that run), which fails in the place and the way a full disk fails:
writing more is an error. The database's log of what was committed is in files made beforehand, so PostgreSQL then ends
itself and recovers when there is room again. Linux only; elsewhere it is counted as not tried.
"""

import contextlib
import os
import random
import signal
import sys
import time
from bisect import insort
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from hustings.foundation.core.postgres import PostgresError

from .. import processors
from ..receiving import Receiver

if TYPE_CHECKING:
    from hustings.foundation.core.postgres import EmbeddedPostgres

    from .house import House

LIMIT = 1 << 20  # bytes: what is longer cannot grow
SECONDS_FULL, SECONDS_CUT = 1.5, 2.0
EACH = 20  # kills to a full disk, and to a mail server gone
QUIET = 2.0  # seconds at the beginning
LAST = (0.5, 30.0)  # of the time at the end, and seconds at the most: work goes on after what fell stands again
PUT_OFF = (1.0, 8.0)  # seconds, where nothing of the kind runs yet that fell before
HEADS = 0.1  # of the kills: PostgreSQL's head, whose new start is slow


class Trouble:
    """`kills` of them and what belongs to them, at moments spread over the time. `step` is called again and again; it
    does what is due and has the database back when it fell."""

    def __init__(
        self,
        *,
        kills: int,
        seed: int,
        began: float,
        seconds: float,
        house: "House",
        receiver: Receiver,
        server: "EmbeddedPostgres | None",
    ) -> None:
        chance = random.Random(f"{seed} trouble")  # noqa: S311  (the same at every run)
        rare = max(1, kills // EACH) if kills else 0
        acts = self._kinds(kills, chance, has_server=server is not None)
        acts += ["full disk"] * rare + ["mail server gone"] * rare
        chance.shuffle(acts)
        last = seconds - min(LAST[0] * seconds, LAST[1])
        moments = sorted(began + chance.uniform(QUIET, max(QUIET, last)) for _ in acts)
        self._due = list(zip(moments, acts, strict=True))
        self._until = began + last
        self._house, self._receiver, self._server, self._chance = house, receiver, server, chance
        self._lifted = self._back = 0.0
        self.done: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()  # put off to the end: nothing of that kind ran
        self.starts = 0  # of the database, after it fell

    @staticmethod
    def _kinds(kills: int, chance: random.Random, *, has_server: bool) -> list[str]:
        """Each kind about as often as another, the database's head more seldom."""
        of_database = ["database", "database", "database head"] if has_server else []
        kinds = ["web", "web process", "worker", "mail", *of_database]
        found = [kinds[number % len(kinds)] for number in range(kills)]
        heads = [place for place, kind in enumerate(found) if kind == "database head"]
        for place in heads[max(1, round(kills * HEADS)) :]:
            found[place] = "database"
        chance.shuffle(found)
        return found

    def step(self) -> None:
        """What is due now."""
        now = time.time()
        if self._lifted and now >= self._lifted:
            self._lift()
        if self._back and now >= self._back:
            self._back = 0.0
            self._receiver.again()
        self._stand_up()
        while self._due and self._due[0][0] <= now:
            _moment, act = self._due.pop(0)
            if self._do(act):
                self.done[act] += 1
            elif (later := now + self._chance.uniform(*PUT_OFF)) < self._until:
                insort(self._due, (later, act))
            else:
                self.missed[act] += 1

    @property
    def is_busy(self) -> bool:
        """Whether there is anything to look after."""
        return bool(self._due or self._lifted or self._back or self.done)

    def over(self) -> None:
        """Everything as it should be again."""
        if self._lifted:
            self._lift()
        self._receiver.again()
        self._stand_up()

    def _stand_up(self) -> None:
        if self._server is None or not self._server.died():
            return
        with contextlib.suppress(PostgresError):  # it is tried again
            self._server.start()
            self.starts += 1

    def _do(self, act: str) -> bool:
        acts: dict[str, Callable[[], bool]] = {"full disk": self._fill, "mail server gone": self._cut}
        if act in acts:
            return acts[act]()
        victims = self._victims(act)
        if not victims:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._chance.choice(victims), signal.SIGKILL)
            return True
        return False

    def _victims(self, kind: str) -> list[int]:
        if kind.startswith("database"):
            head = self._server.pid if self._server else None
            if head is None:
                return []
            return [head] if kind == "database head" else sorted(processors.tree(head) - {head})
        found = self._house.processes()
        if kind == "web process":
            return sorted(processors.tree(found["web"][0]) - {found["web"][0]}) if found["web"] else []
        return found[kind][:1]

    def _fill(self) -> bool:
        self._lifted = time.time() + SECONDS_FULL
        return self._allow(LIMIT)

    def _lift(self) -> None:
        self._lifted = 0.0
        self._allow(None)
        self._allow(None)  # and those that had been started between

    def _allow(self, size: int | None) -> bool:
        if sys.platform != "linux":
            return False
        import resource  # noqa: PLC0415  (not on every system)

        roots = [pids[0] for pids in self._house.processes().values() if pids]
        if self._server is not None and self._server.pid:
            roots.append(self._server.pid)
        for pid in {pid for root in roots for pid in processors.tree(root)}:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))
        return bool(roots)

    def _cut(self) -> bool:
        self._receiver.cut()
        self._back = time.time() + SECONDS_CUT
        return True
