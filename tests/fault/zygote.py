"""A process with everything loaded that forks others to be killed: each is at its work within milliseconds.

Reads commands as JSON, a line each, and answers each with a line: the pid of the fork, or how a fork ended.
"""

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  (Django first)

from hustings.foundation.channels import lmtp  # noqa: E402
from hustings.foundation.channels.actions import deliveries, outbox  # noqa: E402
from hustings.foundation.channels.compression import expand  # noqa: E402
from hustings.foundation.core.clock import now  # noqa: E402
from hustings.service.correspondence.actions import intake_files, intake_sources, intake_taking  # noqa: E402
from hustings.service.correspondence.queries.ledger import ledger  # noqa: E402


def store(path: str) -> None:
    """Each file of the folder as a delivery."""
    for file in sorted(Path(path).iterdir()):
        raw = file.read_bytes()
        deliveries.store(source="lmtp", raw=raw, envelope_from="a@b.example", envelope_to=["help@c.example"], now=now())


def take_in() -> None:
    while intake_taking.take_in(now=now()) is not None:
        pass


def take_file(path: str, piece: int, workers: bool) -> None:
    intake_sources.PIECE_BYTES = piece
    intake_files.WORTH_WORKERS = 0 if workers else 1 << 60
    intake_files.intake_files([Path(path)], now=now())


def listen(address: str) -> None:
    lmtp.serve(address)
    threading.Event().wait()


def queue(prefix: str, count: int) -> None:
    for number in range(count):
        name = f"<{prefix}{number}@c.example>"
        content = f"Message-ID: {name}\r\nSubject: n\r\n\r\nWords\r\n".encode()
        outbox.queue_mail(
            matter=f"fault:{prefix}{number}",
            message_id=name,
            envelope_from="help@c.example",
            envelope_to="a@b.example",
            content=content,
            not_before=now(),
        )


def send(until_done: bool) -> None:
    while outbox.send_due() or not until_done:
        time.sleep(0.002)


def tell(path: str) -> None:
    """What the database holds: the balance, the outcome of each delivery by its Message-ID, the outbox by its."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.raw, d.outcome from channels_delivery d"
            " join channels_rawmail r on r.delivery_id = d.id and r.received_at = d.received_at"
        )
        found = [(_id_of(expand(raw)), outcome) for raw, outcome in cursor.fetchall()]
        cursor.execute("select message_id, state from channels_outgoing")
        outgoing = cursor.fetchall()
    Path(path).write_text(json.dumps({"ledger": ledger(), "deliveries": found, "outgoing": outgoing}))


def _id_of(raw: bytes) -> str:
    start = raw.lower().index(b"message-id:") + 11
    return raw[start : raw.index(b"\n", start)].strip().decode()


WORK: dict[str, Callable[..., None]] = {
    work.__name__: work for work in (store, take_in, take_file, listen, queue, send, tell)
}


def main() -> None:
    for line in sys.stdin:
        command: dict[str, Any] = json.loads(line)
        if command["do"] == "reap":
            _, status = os.waitpid(command["pid"], 0)
            _answer(os.waitstatus_to_exitcode(status))
            continue
        pid = os.fork()
        if pid == 0:
            _be(command)
        _answer(pid)


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _be(command: dict[str, Any]) -> None:
    """The fork: its work, and never back into the loop above."""
    code = 1
    try:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.setsid()
        WORK[command.pop("do")](**command)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
