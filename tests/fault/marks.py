"""What each process had in hand when it was killed, and whether it had done anything: two bytes of its own, in memory
that outlives it."""

import mmap
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KINDS = ("reading", "filing", "storing", "fetching", "sending", "job", "page", "leaving")
MOST = 4096  # numbers of processes; then they begin anew


class Marks:
    """The bytes of all processes: a bit for each kind of work, then 1 when a piece of it was done. `mine` is the number
    of the process that writes."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(2 * MOST))
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), 2 * MOST)
        self.mine = 0
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def clear(self, number: int) -> None:
        self._bytes[number] = self._bytes[MOST + number] = 0

    def in_hand(self, number: int) -> list[str]:
        """What this process was at when it ended."""
        return [kind for place, kind in enumerate(KINDS) if self._bytes[number] >> place & 1]

    def has_done(self, number: int) -> bool:
        """Whether this process had brought any piece of work to its end."""
        return self._bytes[MOST + number] == 1

    def done(self) -> None:
        self._bytes[MOST + self.mine] = 1

    def take(self, kind: str) -> None:
        with self._lock:
            self._held[kind] += 1
            self._bytes[self.mine] |= 1 << KINDS.index(kind)

    def lay_down(self, kind: str, *, done: bool = True) -> None:
        with self._lock:
            if not self._held[kind]:
                return
            if done:
                self.done()
            self._held[kind] -= 1
            if not self._held[kind]:
                self._bytes[self.mine] &= ~(1 << KINDS.index(kind)) & 0xFF

    @contextmanager
    def hold(self, kind: str) -> Iterator[None]:
        """It is in hand until the block ends."""
        self.take(kind)
        try:
            yield
        finally:
            self.lay_down(kind)
