"""Killing at random moments, again and again, and counting what was hit."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable

from .house import Fork, House


def say(*words: object) -> None:
    """For whoever runs with -rA or -s, and in the words of a failure."""
    print(*words)  # noqa: T201


class Series:
    """`start` gives the next process. Each lives for a random while; how long at most is learnt, so that on a slow
    machine as on a quick one every other one has done something before it is killed."""

    def __init__(self, house: House, chance: random.Random, start: Callable[[], Fork], *, at_once: int = 1) -> None:
        self.killed = 0
        self.in_the_midst = 0
        self.fruitful = 0  # those that had done something
        self.at: Counter[str] = Counter()
        self.ended = 0  # by themselves
        self._house, self._chance, self._start, self._at_once = house, chance, start, at_once
        self._alive: list[tuple[float, Fork]] = []
        self._longest = 0.3

    def run(
        self,
        kills: int,
        *,
        between: Callable[[], None] = lambda: None,
        met: Callable[[], bool] = lambda: True,
    ) -> None:
        """Until so many were killed, and until what the test must meet was `met`, which on a slow machine a few kills
        may miss; at most ten times as many. `between` is called after each."""
        try:
            while self.killed < kills or (self.killed < 10 * kills and not met()):
                self._top_up()
                self._alive.sort(key=lambda each: each[0])
                until, fork = self._alive.pop(0)
                time.sleep(max(0.0, until - time.monotonic()))
                self._kill(fork)
                between()
        finally:
            for _, fork in self._alive:
                self._house.kill(fork)

    def _top_up(self) -> None:
        while len(self._alive) < self._at_once:
            until = time.monotonic() + self._chance.uniform(0.0, self._longest)
            self._alive.append((until, self._start()))

    def _kill(self, fork: Fork) -> None:
        code = self._house.kill(fork)
        if code == 0:
            self.ended += 1
            return
        assert code == -signal.SIGKILL, self._house.said()
        at = self._house.marks.in_hand(fork.number)
        self.killed += 1
        self.in_the_midst += bool(at)
        self.at.update(at)
        done = self._house.marks.has_done(fork.number)
        self.fruitful += done
        self._longest = min(3.0, max(0.02, self._longest * (0.92 if done else 1.09)))

    def __str__(self) -> str:
        return (
            f"{self.killed} killed, {self.in_the_midst} in the midst of {dict(self.at)}, {self.fruitful} after they had"
            f" done something; {self.ended} had ended by themselves"
        )
