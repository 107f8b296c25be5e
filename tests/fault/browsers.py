"""People with browsers before a web server that is killed: what it answered them, and what it did not."""

import http.client
import itertools
import random
import re
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlencode

_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
GIVES_UP = 0.2  # of those who got no answer; the others press the button again


class CutShort(Exception):
    """The request went out and no answer came."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str

    @property
    def fields(self) -> dict[str, str]:
        return dict(_HIDDEN.findall(self.text))


class Browser(threading.Thread):
    """One person. `address` is where they sit (the public form counts by it)."""

    def __init__(self, port: int, chance: random.Random, *, session: str = "") -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.cut_short = 0
        self.odd: list[str] = []  # answers that nobody expected
        self.address = "127.0.0.1"
        self._port, self._chance, self._session = port, chance, session

    def ask(self, path: str, **form: str) -> Answer:
        """The answer, however often the server must be found first. Raises CutShort."""
        while True:
            line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20, source_address=(self.address, 0))
            try:
                line.connect()
            except OSError:
                time.sleep(0.003)
                continue
            try:
                return self._ask(line, path, form)
            except (OSError, http.client.HTTPException) as error:
                self.cut_short += 1
                raise CutShort from error
            finally:
                line.close()

    def _ask(self, line: http.client.HTTPConnection, path: str, form: dict[str, str]) -> Answer:
        secret = "0123456789abcdef0123456789abcdef"
        headers = {"Cookie": f"sessionid={self._session}; csrftoken={secret}", "X-CSRFToken": secret}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request("POST" if form else "GET", path, urlencode(form) if form else None, headers)
        answer = line.getresponse()
        return Answer(answer.status, answer.headers.get("Location", ""), answer.read().decode())

    def insist(self, path: str, **form: str) -> Answer | None:
        """Again until there is an answer, or until patience ends: then None."""
        while True:
            try:
                return self.ask(path, **form)
            except CutShort:
                if form and self._chance.random() < GIVES_UP:
                    return None

    def run(self) -> None:
        while not self.over.is_set():
            self.turn()

    def turn(self) -> None:
        raise NotImplementedError


class Writer(Browser):
    """Asks question after question by the public form, each from a network of its own."""

    numbers = itertools.count(256)

    def __init__(self, port: int, chance: random.Random) -> None:
        super().__init__(port, chance)
        self.thanked: set[str] = set()  # addresses of those who were shown the thanks

    def turn(self) -> None:
        number = next(self.numbers)
        writer = f"w{number}@b.example"
        self.address = f"127.1.{number // 250}.{number % 250 + 1}"
        page = self.insist("/ask/")
        assert page is not None
        token = page.fields["token"]
        answer = self.insist(
            "/ask/", token=token, question=f"Where do I vote in {number}?", state="OH", answer_by="email",
            email=writer, name=f"Writer {number}",
        )  # fmt: skip
        if answer is None:
            return
        if (answer.status, answer.location) != (302, "/ask/thanks/"):
            self.odd.append(f"{answer.status} {answer.location} to a question")
            return
        thanks = self.insist(answer.location)
        assert thanks is not None
        if thanks.status == 200:
            self.thanked.add(writer)


class Agent(Browser):
    """Takes the next letter and answers it."""

    def __init__(self, port: int, chance: random.Random, *, session: str, email: str) -> None:
        super().__init__(port, chance, session=session)
        self.email = email
        self.given: set[str] = set()  # inquiries that the desk said are theirs
        self.tried: set[str] = set()  # replies that were sent, whatever was answered
        self.sent: set[str] = set()  # and those of which the desk said so

    def turn(self) -> None:
        taken = self.insist("/desk/next/", go="1")
        if taken is None:
            return
        found = re.match(r"/i/([0-9a-f-]{36})/", taken.location)
        if not found:
            self.odd.append(f"{taken.status} {taken.location} to taking the next")
            time.sleep(0.05)
            return
        self.given.add(found[1])
        composer = self.insist(f"/letters/reply/{found[1]}/")
        assert composer is not None
        fields = composer.fields
        if "token" not in fields:
            self.odd.append(f"{composer.status} instead of a composer")
            return
        self.tried.add(fields["token"])
        words = "Your polling place is set by your county. Look it up the evening before."
        answer = self.insist(f"/letters/reply/{found[1]}/", **{**fields, "text": words, "then": "close"})
        if answer is None:
            return
        if answer.status == 200:
            self.sent.add(fields["token"])
        else:
            self.odd.append(f"{answer.status} to a reply: {answer.text[:300]}")
