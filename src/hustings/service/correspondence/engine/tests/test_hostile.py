"""Mail made to break or to hang its reader: it ends, soon, in an answer.

The times are generous for slow and shared machines; what they catch is time in the square of the size.
"""

import base64
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.service.correspondence.engine.html_text import html_to_text
from hustings.service.correspondence.engine.inspect import inspect_bytes
from hustings.service.correspondence.engine.kinds import kind_of
from hustings.service.correspondence.engine.parse import parse
from hustings.service.correspondence.engine.reply import split_reply
from hustings.service.correspondence.engine.sanitise import safe_html

from .mails import mail, parts, patient, real_messages

HEAD = b"From: a@b.org\r\nSubject: s\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def nested(depth: int) -> bytes:
    return HEAD + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth)
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a million encoded words": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 1_000_000 + b"\r\n\r\nhi",
    "a million open encoded words": lambda: b"Subject: " + b"=?utf-8?q?" * 1_000_000 + b"\r\n\r\nhi",
    "100,000 headers": lambda: b"".join(b"X-H%d: v\r\n" % n for n in range(100_000)) + b"\r\nhi",
    "lines that are no headers": lambda: HEAD + b"nonsense\r\n" * 200_000 + b"\r\nhi",
    "one header of 5 MB": lambda: HEAD + b"X-A: " + b"a" * 5_000_000 + b"\r\n\r\nhi",
    "a header folded a million times": lambda: HEAD + b"X-A: " + b"a\r\n " * 1_000_000 + b"\r\n\r\nhi",
    "quotes that never close": lambda: b"To: " + b'"\\' * 1_000_000 + b"\r\n\r\nhi",
    "brackets that never close": lambda: b"To: " + b"(<" * 500_000 + b"\r\n\r\nhi",
    "a million parameters": lambda: b"Content-Type: text/plain" + b"; a*0=b" * 1_000_000 + b"\r\n\r\nhi",
    "a million parts": lambda: MIXED + b"--b\r\n\r\nx\r\n" * 100_000,
    "nesting without end": lambda: nested(5_000) + b"\r\nhi",
    "nesting over many lines": lambda: nested(50) + b"\r\n" + b"x\r\n" * 500_000,
    "messages in messages": lambda: (HEAD + b"Content-Type: message/rfc822\r\n\r\n") * 5_000 + b"hi",
    "files in the text without end": lambda: HEAD + b"\r\n" + b"begin 644 a\n" * 200_000,
    "one flowed paragraph": lambda: HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> a \n" * 500_000,
    "binary": lambda: bytes(range(256)) * 50_000,
    "nothing but NUL": lambda: b"\0" * 10_000_000,
    "escapes": lambda: HEAD + b"\r\n" + b"\x1b$" * 1_000_000,
    "a bounce without end": lambda: b"From: mailer-daemon@x.org\r\n\r\n" + b"<a@b.org>:\nunable to deliver\n" * 200_000,
    "HTML nested without end": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div><blockquote>" * 200_000,
    "HTML of brackets": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<" * 2_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_in_an_answer(name: str) -> None:
    raw = HOSTILE[name]()
    with at_most(15):
        found = inspect_bytes(raw, name)
    assert found["kind"] in ("inquiry", "quarantined", "bounce")


@pytest.mark.slow
def test_fifty_megabytes() -> None:
    pdf = base64.encodebytes(bytes(36_000_000))
    raw = (
        MIXED
        + b"--b\r\n\r\nsee this\r\n--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + pdf
    )
    with at_most(10):
        found = parse(raw + b"\r\n--b--\r\n")
    assert (found.full_text, [a.size for a in found.attachments]) == ("see this", [36_000_000])
    with at_most(20):
        assert parse(mail(b"hello world\r\n" * 4_000_000)).full_text.startswith("hello world\nhello")


def test_ten_thousand_recipients() -> None:
    to = ", ".join(f'"Lee, Ann {n}" <ann{n}@example.org>' for n in range(10_000))
    with at_most(5):
        found = parse(mail("hi", "From: a@b.org", f"To: {to}"))
    assert (len(found.to), found.to[9_999]) == (10_000, ("Lee, Ann 9999", "ann9999@example.org"))


@pytest.mark.parametrize(
    "text",
    [
        "> a\nb\n" * 50_000,
        "On 2020 10:10 x\n" * 30_000,
        "From: x\n\n" * 50_000,
        "On " * 160_000 + " wrote:",
        "- - - -" * 70_000,
        "a" + "\n \t" * 160_000 + "b",
        "Sent from " * 50_000,
        "-- \n" * 100_000,
    ],
    ids=range(8),
)
def test_any_reply_is_taken_apart_soon(text: str) -> None:
    with at_most(5):
        assert split_reply(text, text, sender="Ann Lee").new_words


@pytest.mark.parametrize(
    "piece", ["<div>", "<pre>", "<li ", '<a class="', "<img src=x>", "<b><i>", "<table><tr><td>", "<!--", "&amp;"]
)
def test_any_html_is_read_soon(piece: str) -> None:
    with at_most(10):
        html_to_text(piece * 100_000, marked=True)
        safe_html(piece * 40_000, {})


def judged(raw: bytes) -> None:
    found = parse(raw)
    kind_of(found, "")
    split_reply(found.full_text, found.html, sender=found.from_.name)
    safe_html(found.html, {})
    for text in (found.full_text, found.html, found.subject, found.from_.name, found.message_id):
        text.encode()  # no lone surrogate
        assert "\0" not in text


LEAVES = st.sampled_from(
    [
        "Content-Type: text/plain\n\nhi",
        "Content-Type: text/html\n\n<p>hi",
        "\nhi",
        "no colon\n\nhi",
        "Content-Type: message/rfc822\n\nSubject: s\n\nb",
        "Content-Type: multipart/alternative; boundary=x\n\n--x\n\nq",
        "--cut--",
        "Content-Transfer-Encoding: base64\n\n!!",
        "Content-Type: text/plain; charset=utf-7\n\n+2AA-",
        "Content-Type: /;;\n\n",
        "",
    ]
)


@patient
@given(
    leaves=st.lists(LEAVES, max_size=5),
    kind=st.sampled_from(["mixed", "alternative", "report", "digest", "x"]),
    end=st.booleans(),
)
def test_any_parts_are_taken_apart(leaves: list[str], kind: str, end: bool) -> None:
    judged(parts(*leaves, kind=kind, end=end))


@patient
@given(st.binary(max_size=400))
def test_any_bytes_are_judged(raw: bytes) -> None:
    judged(raw)
    judged(HEAD + raw)


def test_damaged_real_messages_are_judged(shared_data: Path) -> None:
    """Real messages cut, doubled and overwritten at seeded places."""
    chance = random.Random(2)
    files = real_messages(shared_data)
    for _ in range(200):
        raw = bytearray(chance.choice(files).read_bytes()[:30_000])
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(raw) + 1)
            size = chance.choice([1, 1, 2, 5, 40, 400])
            change = chance.choice(
                [
                    b"",
                    b"\0",
                    b"\r",
                    b"\n\n",
                    b"--",
                    b"=?",
                    bytes([chance.randrange(256)]) * size,
                    bytes(raw[at : at + size]) * 2,
                ]
            )
            raw[at : at + size] = change
        judged(bytes(raw))
