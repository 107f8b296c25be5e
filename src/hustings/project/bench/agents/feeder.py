"""The campaign's mail server, handing letters over by LMTP at a steady rate: one process, no Django.

    python -m hustings.project.bench.agents.feeder FILE PORT RATE SECONDS BEGAN_AT SEED LOG

FILE holds letters (`pack`). Each is due at a moment of its own (exponential gaps) and is handed over again until it is
answered 250; LOG has a line for each that was: when, milliseconds since it was due, tries, sha256 of its bytes.
"""

import asyncio
import hashlib
import random
import struct
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

LINES = 20  # as many as Postfix opens to one destination
_HEAD = struct.Struct("!HHI")


def pack(file: Path, letters: Iterable[tuple[str, str, bytes]]) -> int:
    """Write letters (from, to, bytes) to be handed over; how many."""
    count = 0
    with file.open("wb") as out:
        for sender, to, raw in letters:
            content = b"\r\n".join(raw.replace(b"\r\n", b"\n").split(b"\n"))
            content += b"" if content.endswith(b"\r\n") else b"\r\n"
            out.write(_HEAD.pack(len(sender), len(to), len(content)) + sender.encode() + to.encode() + content)
            count += 1
    return count


def unpack(file: Path) -> Iterator[tuple[bytes, bytes, bytes]]:
    """What `pack` wrote."""
    with file.open("rb") as source:
        while head := source.read(_HEAD.size):
            yield tuple(source.read(size) for size in _HEAD.unpack(head))  # type: ignore[misc]


class Lmtp:
    """One line to the listener, opened again when it was cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def hand_over(self, sender: bytes, to: bytes, raw: bytes) -> bool:
        """Whether it was taken."""
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
                await self._said(b"")
                await self._said(b"LHLO localhost\r\n")
            await self._said(b"MAIL FROM:<" + sender + b">\r\n")
            await self._said(b"RCPT TO:<" + to + b">\r\n")
            await self._said(b"DATA\r\n")
            content = raw.replace(b"\r\n.", b"\r\n..")
            code = await self._said((b"." if content.startswith(b".") else b"") + content + b".\r\n")
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self.close()
            return False
        return code == 250

    async def _said(self, words: bytes) -> int:
        assert self._streams is not None
        reader, writer = self._streams
        if words:
            writer.write(words)
        while True:
            line = await reader.readline()
            if not line:
                raise asyncio.IncompleteReadError(b"", None)
            if line[3:4] != b"-":
                break
        code = int(line[:3])
        if code >= 400:
            raise ValueError(line)
        return code

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def run(file: Path, port: int, rate: float, seconds: float, began_at: float, seed: str, log: Path) -> None:
    """Until time is up; letters that are due by then are handed over to their end."""
    chance = random.Random(seed)  # noqa: S311  (the same at every run)
    waiting: asyncio.Queue[tuple[float, tuple[bytes, bytes, bytes]] | None] = asyncio.Queue()
    with log.open("w", buffering=1) as out:

        async def line() -> None:
            lmtp = Lmtp(port)
            while (one := await waiting.get()) is not None:
                due, letter = one
                tries = 1
                while not await lmtp.hand_over(*letter):
                    tries += 1
                    await asyncio.sleep(0.2)
                now = time.time()
                out.write(f"{now:.4f}\t{(now - due) * 1000:.2f}\t{tries}\t{hashlib.sha256(letter[2]).hexdigest()}\n")
            lmtp.close()

        lines = [asyncio.create_task(line()) for _ in range(LINES)]
        due = began_at
        for letter in unpack(file):
            due += chance.expovariate(rate)
            if due >= began_at + seconds:
                break
            if (wait := due - time.time()) > 0:
                await asyncio.sleep(wait)
            waiting.put_nowait((due, letter))
        for _ in lines:
            waiting.put_nowait(None)
        await asyncio.gather(*lines)


if __name__ == "__main__":
    _file, _port, _rate, _seconds, _began, _seed, _log = sys.argv[1:]
    asyncio.run(run(Path(_file), int(_port), float(_rate), float(_seconds), float(_began), _seed, Path(_log)))
