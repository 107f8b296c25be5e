"""`hustings mail`, killed while mail is handed to it, while it reads a mailbox elsewhere, and while it sends."""

import contextlib
import random
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Iterator

from hustings.foundation.channels.tests.imap_server import ImapServer
from hustings.project.bench.loopback import free_port
from hustings.project.bench.receiving import Receiver

from .house import Fork, House
from .letters import letter, letters
from .series import Series, say


class Postfix(threading.Thread):
    """Hands letters over by LMTP, one after the other, each again and again until it was answered 250."""

    def __init__(self, port: int, lot: Iterator[tuple[str, bytes]]) -> None:
        super().__init__(daemon=True)
        self.accepted: set[str] = set()
        self.cut_short = 0  # hand-overs that got no answer
        self.over = threading.Event()
        self._port, self._lot = port, lot
        self._next = next(lot)

    def run(self) -> None:
        while not self.over.is_set():
            with contextlib.suppress(OSError, smtplib.SMTPException), self._line() as line:
                while not self.over.is_set():
                    self._hand_over(line)
            time.sleep(0.002)

    def _line(self) -> smtplib.LMTP:
        return smtplib.LMTP("127.0.0.1", self._port, local_hostname="localhost", timeout=10)

    def _hand_over(self, line: smtplib.LMTP) -> None:
        message_id, raw = self._next
        try:
            line.sendmail("a@b.example", ["help@c.example"], raw)
        except (OSError, smtplib.SMTPException):
            self.cut_short += 1
            raise
        self.accepted.add(message_id)
        self._next = next(self._lot)
        time.sleep(0.004)


def endless(name: str, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    number = 0
    while True:
        yield from letters(f"{name}{number}.", 20, chance).items()
        number += 1


def test_listeners_and_readers_of_mailboxes(house: House, chance: random.Random, kills: int) -> None:
    port = free_port()
    clients = [Postfix(port, endless(f"client{n}.", random.Random(chance.random()))) for n in range(2)]
    elsewhere: set[str] = set()
    with ImapServer("u", "a long password") as server:
        server.server.handle_error = lambda *_: None  # its reader was killed: that is what we do here
        house.finish("read_from", port=server.port)
        for client in clients:
            client.start()

        def between() -> None:
            if series.killed % 4 == 0:
                elsewhere.add(f"<imap{series.killed}@b.example>")
                server.add(letter(f"imap{series.killed}", chance))

        series = Series(house, chance, lambda: house.fork("mail", address=f"127.0.0.1:{port}"))
        met = lambda: series.at["storing"] > 0 and any(client.cut_short for client in clients)  # noqa: E731
        series.run(kills, between=between, met=met)
        for client in clients:
            client.over.set()
        house.finish("fetch_all")
    for client in clients:
        client.join()
    house.finish("work_off")
    accepted = clients[0].accepted | clients[1].accepted
    told = house.check(accepted | elsewhere)
    cut_short = sum(client.cut_short for client in clients)
    say(series, f"{len(accepted)} accepted, {cut_short} cut short", told["ledger"]["messages"])
    assert series.at["storing"] > (kills / 4 if kills >= 100 else 0)
    assert series.at["fetching"] > 0 or kills < 100  # a short series may never meet the moment of a fetch
    assert cut_short > (kills / 4 if kills >= 100 else 0)
    assert told["ledger"]["messages"]["duplicates"] <= cut_short
    assert Counter(dict(told["deliveries"]).keys() & elsewhere) == Counter(elsewhere)


def test_senders(house: House, chance: random.Random, kills: int, receiver: Receiver) -> None:
    """Each letter leaves at most once; what nobody can know is uncertain, and counted."""

    def start() -> Fork:
        return house.fork("mail", address="127.0.0.1:0", smtp=receiver.url)

    def between() -> None:
        if series.killed % 5 == 0:
            house.finish("queue", prefix=f"send{series.killed}.", count=15)

    house.finish("queue", prefix="first.", count=30)
    series = Series(house, chance, start, at_once=2)
    series.run(kills, between=between, met=lambda: series.at["sending"] >= 5)
    house.finish("send_all", smtp=receiver.url)
    told, taken = house.told(), receiver.taken()
    states = dict(told["outgoing"])
    counted = Counter(states.values())
    unknown = [message_id for message_id, state in states.items() if state == "uncertain"]
    arrived = sum(1 for message_id in unknown if message_id in taken)
    say(series, dict(counted), f"of the uncertain {arrived} had arrived")
    assert set(taken.values()) == {1}
    assert counted.keys() <= {"sent", "uncertain"}
    assert taken.keys() <= states.keys()
    assert {message_id for message_id, state in states.items() if state == "sent"} <= taken.keys()
    assert told["ledger"]["outbox"]["uncertain"] == counted["uncertain"] <= series.in_the_midst
    assert series.at["sending"] > (kills / 4 if kills >= 100 else 0)
    assert counted["uncertain"] > 0
