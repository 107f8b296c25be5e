"""A mail server to send to, as a process of its own: it says 250 when the letter is written down, and not before.

    receiver.py LOG PORT-FILE SEED

A line of LOG for each letter taken. It takes its time, so that senders are killed while they wait for its answer.
"""

import asyncio
import os
import random
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP


class Taking:
    def __init__(self, log: Path, seed: str) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._chance = random.Random(seed)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (its name)
        content = envelope.content.decode(errors="replace")
        message_id = content.partition("Message-ID: ")[2].partition("\r\n")[0]
        await asyncio.sleep(self._chance.uniform(0, 0.003))
        os.write(self._log, f"{message_id}\n".encode())
        os.fsync(self._log)
        await asyncio.sleep(self._chance.uniform(0, 0.003))
        return "250 OK"


async def main() -> None:
    log, port_file, seed = sys.argv[1:]
    taking = Taking(Path(log), seed)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(taking, hostname="localhost"), "127.0.0.1", 0, backlog=200
    )
    port = Path(port_file)
    port.with_suffix(".new").write_text(str(server.sockets[0].getsockname()[1]))
    port.with_suffix(".new").rename(port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
