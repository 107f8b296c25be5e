"""Keeps several parts running until it is told to stop."""

import signal
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from hustings.foundation.core.supervisor.program import Part

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
STEADY_AFTER = 60.0  # a part that ran this long starts again at once when it falls
LOOK_EVERY = 0.1


class Stopped(BaseException):
    """A signal asked us to stop. No Exception, so that nothing in between takes it for a failure."""


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Turn SIGTERM, Ctrl-C and a closed terminal into Stopped at the place where we are; further ones are ignored,
    so that stopping in order is never cut short."""

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in signals}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


@dataclass
class _Watched:
    part: Part
    started: float = 0.0
    wait: float = FIRST_WAIT
    again_at: float | None = None


class Supervisor:
    """Starts parts in their order, starts the fallen again (0.5 s later, then twice as long each time up to 30 s)
    and stops all in reverse. `say` hears of every fall. `now` is the monotonic clock."""

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        say: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._watched = [_Watched(part) for part in parts]
        self._say = say
        self._now = now

    def start(self) -> None:
        for watched in self._watched:
            self._start(watched)

    def add(self, *parts: Part) -> None:
        """Start more of them and keep them too; they are stopped before those that were there."""
        for part in parts:
            watched = _Watched(part)
            self._watched.append(watched)
            self._start(watched)

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Look after them until `until` says so or a signal raises Stopped."""
        while not until():
            self.look()
            time.sleep(LOOK_EVERY)

    def look(self) -> None:
        """Start again what fell and has waited."""
        for watched in self._watched:
            if watched.again_at is not None:
                if self._now() >= watched.again_at:
                    self._start(watched)
            elif watched.part.died():
                self._fell(watched)

    def restart(self, *, but: Collection[str] = ()) -> None:
        """Stop and start all but those of these names, for `bin/dev`."""
        chosen = [watched for watched in self._watched if watched.part.name not in but]
        self._stop(chosen)
        for watched in chosen:
            self._start(watched)

    def stop(self) -> None:
        """Ask all at once, the database aside; then wait for each in reverse order."""
        self._stop(self._watched)

    @staticmethod
    def _stop(chosen: Sequence[_Watched]) -> None:
        for watched in reversed(chosen):
            watched.part.ask_to_stop()
        for watched in reversed(chosen):
            watched.part.stop()
            watched.again_at = None

    def _start(self, watched: _Watched) -> None:
        watched.again_at = None
        watched.started = self._now()
        try:
            watched.part.start()
        except Exception as error:
            self._say(f"{watched.part.name} could not be started: {error}")
            self._wait(watched)

    def _fell(self, watched: _Watched) -> None:
        if self._now() - watched.started >= STEADY_AFTER:
            watched.wait = FIRST_WAIT
        code = getattr(watched.part, "code", None)
        self._say(f"{watched.part.name} ended{_how(code)}; starting it again in {watched.wait:g} s")
        self._wait(watched)

    def _wait(self, watched: _Watched) -> None:
        watched.again_at = self._now() + watched.wait
        watched.wait = min(LONGEST_WAIT, watched.wait * 2)


def _how(code: int | None) -> str:
    if code is None:
        return ""
    if code >= 0:
        return f" with code {code}"
    try:
        return f" by {signal.Signals(-code).name}"
    except ValueError:
        return f" by signal {-code}"
