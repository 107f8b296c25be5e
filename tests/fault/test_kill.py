"""More than 200 processes are killed by kill -9 at random moments under load, by a seed that is printed. After each
series the ledger balances, nothing is lost and nothing is there twice."""

import contextlib
import os
import random
import signal
import smtplib
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from aiosmtpd.controller import Controller

from .conftest import House

pytestmark = [pytest.mark.fault, pytest.mark.slow]
SEED = int(os.environ.get("HUSTINGS_FAULT_SEED", "20281107"))
KILLS = {"readers": 80, "files": 60, "workers": 8, "listeners": 40, "senders": 40, "databases": 8}


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    print(f"seed {SEED}")  # noqa: T201 (shown where the test fails)
    return random.Random(f"{SEED} {request.node.name}")


def letter(name: str, chance: random.Random, answers: str = "") -> bytes:
    words = " ".join(
        chance.choices("where when how do we vote early this year in our county please and thanks".split(), k=60)
    )
    refers = f"In-Reply-To: <{answers}@b.example>\r\n" if answers else ""
    return (
        f"From: Writer {chance.randrange(9)} <w{chance.randrange(40)}@b.example>\r\nTo: help@c.example\r\n"
        f"Subject: About {name}\r\nDate: Thu, 01 Oct 2026 12:00:00 +0000\r\nMessage-ID: <{name}@b.example>\r\n{refers}"
        f"\r\nDear campaign, {words}.\r\n"
    ).encode()


def letters(prefix: str, count: int, chance: random.Random) -> dict[str, bytes]:
    """By their ids; one in three answers another of the same lot, which may come later."""
    return {
        f"<{prefix}{n}@b.example>": letter(
            f"{prefix}{n}", chance, f"{prefix}{chance.randrange(count)}" if chance.random() < 0.35 else ""
        )
        for n in range(count)
    }


def in_folder(folder: Path, lot: dict[str, bytes]) -> str:
    folder.mkdir()
    for number, raw in enumerate(lot.values()):
        (folder / f"{number:04}.eml").write_bytes(raw)
    return str(folder)


def as_mbox(path: Path, lot: list[bytes]) -> str:
    line = b"From a@b.example Thu Oct  1 12:00:00 2026\n"
    path.write_bytes(b"".join(line + raw.replace(b"\r\n", b"\n") + b"\n" for raw in lot))
    return str(path)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_readers_of_what_was_delivered(house: House, chance: random.Random, tmp_path: Path) -> None:
    house.start_zygote()
    handed: set[str] = set()
    killed = 0
    while killed < KILLS["readers"]:
        lot = letters(f"read{killed}.", 24, chance)
        lot |= {f"<again{killed}@b.example>": letter(f"again{killed}", chance)}
        folder = in_folder(tmp_path / str(killed), lot)
        house.finish("store", path=folder)
        handed |= lot.keys()
        for _ in range(8):
            pair = [house.fork("take_in"), house.fork("take_in")]
            time.sleep(chance.uniform(0.0, 0.12))
            for pid in pair:
                killed += house.kill(pid) == -signal.SIGKILL
    house.finish("take_in")
    house.check(handed)


def test_intake_of_a_file(house: House, chance: random.Random, tmp_path: Path) -> None:
    house.start_zygote()
    lot = letters("file.", 1500, chance)
    twice = chance.sample(list(lot.values()), 50)
    path = as_mbox(tmp_path / "letters.mbox", [*lot.values(), *twice])
    killed = goes = 0
    while killed < KILLS["files"]:
        goes += 1
        pid = house.fork("take_file", path=path, piece=6000, workers=False)
        time.sleep(chance.uniform(0.02, 0.25))
        ended = house.kill(pid)
        killed += ended == -signal.SIGKILL
        if ended == 0:  # all was taken in: the rest of the kills meets another file
            more = letters(f"file{goes}.", 1500, chance)
            lot |= more
            path = as_mbox(tmp_path / f"letters{goes}.mbox", list(more.values()))
    house.finish("take_file", path=path, piece=6000, workers=False)
    house.check(set(lot))


def test_the_workers_of_a_file(house: House, chance: random.Random, tmp_path: Path) -> None:
    """The one who started them goes on by itself."""
    house.start_zygote()
    lot = letters("work.", 6000, chance)
    path = as_mbox(tmp_path / "letters.mbox", list(lot.values()))
    pid = house.fork("take_file", path=path, piece=20_000, workers=True)
    parent, killed = psutil.Process(pid), 0
    with contextlib.suppress(psutil.NoSuchProcess):
        while killed < KILLS["workers"] and parent.status() != psutil.STATUS_ZOMBIE:
            time.sleep(chance.uniform(0.2, 1.2))
            working = [child for child in parent.children() if child.cpu_times().user > 0.3]
            if working:
                chance.choice(working).kill()
                killed += 1
    assert house.reap(pid) == 0
    assert killed > 0
    house.check(set(lot))


def test_the_listener_that_mail_is_handed_to(house: House, chance: random.Random) -> None:
    house.start_zygote()
    port = free_port()
    accepted: set[str] = set()
    killed = 0
    while killed < KILLS["listeners"]:
        lot = letters(f"list{killed}.", 30, chance)
        pid = house.fork("listen", address=f"127.0.0.1:{port}")
        timer = threading.Timer(chance.uniform(0.03, 0.2), lambda pid=pid: os.kill(pid, signal.SIGKILL))
        timer.start()
        accepted |= set(_handed_over(port, lot))
        timer.join()
        killed += house.reap(pid) == -signal.SIGKILL
    house.finish("take_in")
    assert accepted
    house.check(accepted)


def _handed_over(port: int, lot: dict[str, bytes]) -> Iterator[str]:
    """The ids of those that were answered 250, until the listener is gone."""
    for _ in range(200):
        with contextlib.suppress(OSError):
            with smtplib.LMTP("127.0.0.1", port, timeout=10) as line:
                for message_id, raw in lot.items():
                    line.sendmail("a@b.example", ["help@c.example"], raw)
                    yield message_id
            return
        time.sleep(0.002)


class Taken:
    """A mail server that counts what it took, and takes its time."""

    def __init__(self, chance: random.Random) -> None:
        self.ids: Counter[str] = Counter()
        self._chance = chance

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 (its name)
        content = envelope.content.decode()  # type: ignore[attr-defined]
        self.ids[content.partition("Message-ID: ")[2].partition("\r\n")[0]] += 1
        time.sleep(self._chance.uniform(0, 0.004))
        return "250 OK"


def test_senders(house: House, chance: random.Random) -> None:
    """At most once each; what nobody can know is uncertain, and counted."""
    taken = Taken(chance)
    server = Controller(taken, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        house.start_zygote(smtp=f"smtp://127.0.0.1:{server.port}")
        killed = 0
        while killed < KILLS["senders"]:
            house.finish("queue", prefix=f"send{killed}.", count=15)
            for _ in range(4):
                pid = house.fork("send", until_done=False)
                time.sleep(chance.uniform(0.005, 0.12))
                killed += house.kill(pid) == -signal.SIGKILL
        house.finish("send", until_done=True)
        states = dict(house.told()["outgoing"])
    finally:
        server.stop()
    assert set(taken.ids.values()) == {1}
    assert set(states.values()) <= {"sent", "uncertain"}
    sent = {message_id for message_id, state in states.items() if state == "sent"}
    assert sent <= taken.ids.keys()
    assert taken.ids.keys() <= states.keys()


def test_the_database_itself(house: House, chance: random.Random, tmp_path: Path) -> None:
    house.start_zygote()
    handed: set[str] = set()
    for number in range(KILLS["databases"]):
        lot, filed = letters(f"base{number}.", 40, chance), letters(f"basefile{number}.", 300, chance)
        house.finish("store", path=in_folder(tmp_path / str(number), lot))
        path = as_mbox(tmp_path / f"{number}.mbox", list(filed.values()))
        work = [house.fork("take_in"), house.fork("take_file", path=path, piece=6000, workers=False)]
        time.sleep(chance.uniform(0.05, 0.6))
        assert house.server.pid is not None
        os.kill(house.server.pid, signal.SIGKILL)
        for pid in work:
            house.kill(pid)
        house.server.stop()  # it is dead; this lets go of its folder
        house.server.start()
        house.finish("take_file", path=path, piece=6000, workers=False)
        handed |= lot.keys() | filed.keys()
    house.finish("take_in")
    house.check(handed)
