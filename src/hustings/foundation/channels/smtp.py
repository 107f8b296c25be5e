"""Handing a message to a mail server, with the three answers told apart: taken, refused, never reached.

HUSTINGS_SMTP_URL: smtp://user:password@host:587 (STARTTLS where offered), smtps://host:465, caught:// for the sample
campaign's local mailbox (actions.caught), or empty: nothing leaves until it is set.
"""

import smtplib
import ssl
from types import TracebackType
from typing import Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT = 60


class Unreached(Exception):
    """No server took the conversation as far as DATA: it is safe to try again."""


class Refused(Exception):
    """The server answered no. `permanent` for 5xx."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {words}")
        self.permanent = 500 <= code < 600


class Transport(Protocol):
    """A line to a server, opened once and used for many. Anything but Refused and Unreached raised by `send` means
    that nobody knows whether the message was taken."""

    def open(self) -> None: ...
    def send(self, envelope_from: str, envelope_to: str, content: bytes) -> str: ...
    def __enter__(self) -> "Transport": ...
    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class Smtp:
    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> "Smtp":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._drop()

    def open(self) -> None:
        if self._line is not None:
            return
        url = self._url
        if not url.hostname:
            raise Unreached("no mail server is set (HUSTINGS_SMTP_URL)")
        try:
            if url.scheme == "smtps":
                context = ssl.create_default_context()
                line: smtplib.SMTP = smtplib.SMTP_SSL(url.hostname, url.port or 465, timeout=TIMEOUT, context=context)
            else:
                line = smtplib.SMTP(url.hostname, url.port or 25, timeout=TIMEOUT)
                line.ehlo()
                if line.has_extn("starttls"):
                    line.starttls(context=ssl.create_default_context())
                    line.ehlo()
            if url.username:
                line.login(unquote(url.username), unquote(url.password or ""))
        except (OSError, smtplib.SMTPException) as problem:
            raise Unreached(f"{type(problem).__name__}: {problem}") from problem
        self._line = line

    def send(self, envelope_from: str, envelope_to: str, content: bytes) -> str:
        self.open()
        line = self._line
        assert line is not None
        try:
            self._answer(line.mail(envelope_from, ["body=8bitmime"] if line.has_extn("8bitmime") else []))
            self._answer(line.rcpt(envelope_to))
        except (OSError, smtplib.SMTPServerDisconnected) as problem:
            self._drop()
            raise Unreached(f"{type(problem).__name__}: {problem}") from problem
        try:
            code, words = line.data(content)
        except smtplib.SMTPDataError as refusal:  # DATA itself was refused: the content never went
            self._reset()
            raise Refused(refusal.smtp_code, _text(refusal.smtp_error)) from refusal
        except Exception:
            self._drop()
            raise
        self._answer((code, words))
        return f"{code} {_text(words)}"

    def _answer(self, answer: tuple[int, bytes]) -> None:
        code, words = answer
        if code == 421:
            self._drop()
            raise Refused(code, _text(words))
        if code // 100 != 2:
            self._reset()
            raise Refused(code, _text(words))

    def _reset(self) -> None:
        try:
            if self._line is not None:
                self._line.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            try:
                line.quit()
            except (OSError, smtplib.SMTPException):
                line.close()


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
