"""A mail server to send to, as a process of its own: it says 250 when the letter is written down, and not before.

    receiver.py LOG PORT-FILE SEED [PORT [LONGEST]]

A line of LOG for each letter taken: its Message-ID. It takes its time, up to LONGEST seconds before and after it
writes, so that senders are killed while they wait for its answer. No Django: it knows nothing of what is measured.
"""

import asyncio
import os
import random
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

LONGEST = 0.003


class Taking:
    """What aiosmtpd calls."""

    def __init__(self, log: Path, seed: str, longest: float) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._chance = random.Random(seed)  # noqa: S311  (the same at every run)
        self._longest = longest

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (its name)
        content = envelope.content.decode(errors="replace")
        message_id = content.partition("Message-ID: ")[2].partition("\r\n")[0]
        await self._pause()
        os.write(self._log, f"{message_id}\n".encode())
        os.fsync(self._log)
        await self._pause()
        return "250 OK"

    async def _pause(self) -> None:
        if self._longest:
            await asyncio.sleep(self._chance.uniform(0, self._longest))


async def main() -> None:
    log, port_file, seed, *more = sys.argv[1:]
    taking = Taking(Path(log), seed, float(more[1]) if more[1:] else LONGEST)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(taking, hostname="localhost"), "127.0.0.1", int(more[0]) if more else 0, backlog=200
    )
    port = Path(port_file)
    port.with_suffix(".new").write_text(str(server.sockets[0].getsockname()[1]))
    port.with_suffix(".new").rename(port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
