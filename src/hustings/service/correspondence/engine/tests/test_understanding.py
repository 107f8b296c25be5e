"""Language, facts about the writer, and the whole answer of ``inspect``."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.service.correspondence.engine.extract import WriterFacts, writer_facts
from hustings.service.correspondence.engine.inspect import inspect_bytes, inspect_file
from hustings.service.correspondence.engine.language import language_of
from hustings.service.correspondence.engine.parse import parse

from .mails import mail, patient

NAMELESS = parse(mail("x", "From: a@x.org"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Where do I vote? I live in Ohio and the office is closed.", ("en", True)),
        ("Hola, ¿dónde puedo votar en mi condado? No sé qué hacer.", ("es", True)),
        ("Bonjour, je suis un citoyen et je voudrais vous poser une question.", ("fr", True)),
        ("Ich habe eine Frage und ich kann das Büro nicht finden.", ("de", True)),
        ("投票はどこですか", ("ja", True)),
        ("我在哪里投票", ("zh", True)),
        ("투표는 어디서 하나요", ("ko", True)),
        ("ok", ("en", False)),
        ("12345 !!", ("", False)),
        ("", ("", False)),
    ],
)
def test_languages(text: str, found: tuple[str, bool]) -> None:
    assert language_of(text) == found


def test_the_facts_of_a_letter() -> None:
    letter = parse(mail("x", 'From: "Doe, John" <j@x.org>'))
    found = writer_facts(letter, "Call me at (419) 555-0123.", "Sincerely,\nJohn Doe\n12 Main St\nToledo, OH 43604")
    assert found == WriterFacts(
        name="John Doe",
        phones=("+14195550123",),
        street="12 Main St",
        city="Toledo",
        state="OH",
        zip="43604",
        evidence={
            "phones": "(419) 555-0123",
            "zip": "Toledo, OH 43604",
            "street": "12 Main St",
            "name": "From: Doe, John",
        },
    )


@pytest.mark.parametrize(
    ("text", "state", "zip_code", "city"),
    [
        ("I live in Ohio.", "OH", "", ""),
        ("I am a voter in New Mexico.", "NM", "", ""),
        ("Vivo en Texas.", "TX", "", ""),
        ("Winston-Salem, North Carolina 27101", "NC", "27101", "Winston-Salem"),
        ("New York, NY 10001-1234", "NY", "10001", "New York"),
        ("my zip code is 43604", "", "43604", ""),
        ("We won Ohio and Georgia.", "", "", ""),
        ("The bill has 12345 pages.", "", "", ""),
        ("It cost me 43604 dollars OK 12", "", "", ""),
    ],
)
def test_places(text: str, state: str, zip_code: str, city: str) -> None:
    found = writer_facts(NAMELESS, text)
    assert (found.state, found.zip, found.city) == (state, zip_code, city)


@pytest.mark.parametrize(
    "text", ["order number 4195550123", "Fax: 419-555-0123", "1234567890", "000-000-0000", "2024-01-01 10:00"]
)
def test_no_phone_number(text: str) -> None:
    assert writer_facts(NAMELESS, text).phones == ()


@pytest.mark.parametrize(
    ("words", "signature", "name"),
    [
        ("Hi", "Sincerely,\nJane Q. Doe", "Jane Q. Doe"),
        ("My name is Ann Lee and I vote.", "", "Ann Lee"),
        ("Me llamo Ana Ruiz.", "", "Ana Ruiz"),
        ("Help.\n\nThanks,\nBo", "", "Bo"),
        ("Help me Please", "", ""),
        ("Hi", "Sent from my iPhone", ""),
    ],
)
def test_names(words: str, signature: str, name: str) -> None:
    assert writer_facts(NAMELESS, words, signature).name == name


FIELDS = [
    "file",
    "message_id",
    "from",
    "to",
    "cc",
    "subject",
    "sent_at",
    "text",
    "full_text",
    "html_present",
    "quoted",
    "signature",
    "language",
    "kind",
    "reason",
    "bounced",
    "attachments",
    "notes",
]


def test_the_answer_of_inspect() -> None:
    raw = mail(
        "Where do I vote on Tuesday?\n\nSent from my iPhone\n\nOn 1/2/2024 10:00 AM, Help wrote:\n> Come and vote\n",
        "From: Ann <ann@x.org>",
        "To: Help <help@adair.org>",
        "Subject: Re: Vote",
        "Date: Mon, 1 Jan 2024 08:00:00 -0500",
        "Message-ID: <1@x>",
    )
    found = inspect_bytes(raw, "a.eml")
    assert list(found) == FIELDS
    assert found["from"] == {"name": "Ann", "address": "ann@x.org"}
    assert found["to"] == [{"name": "Help", "address": "help@adair.org"}]
    assert found["sent_at"] == "2024-01-01T13:00:00Z"
    assert found["text"] == "Where do I vote on Tuesday?"
    assert found["signature"] == "Sent from my iPhone"
    assert found["quoted"] == "On 1/2/2024 10:00 AM, Help wrote:\n> Come and vote"
    assert (found["kind"], found["language"], found["html_present"]) == ("inquiry", "en", False)
    assert json.loads(json.dumps(found)) == found


def test_a_file_that_cannot_be_read_is_an_answer(tmp_path: Path) -> None:
    found = inspect_file(tmp_path / "absent.eml")
    assert list(found) == FIELDS
    assert found["kind"] == "quarantined"
    assert found["reason"] == "the file cannot be read (FileNotFoundError: No such file or directory)"
    assert inspect_file(tmp_path)["kind"] == "quarantined"
    assert inspect_file("a\0b")["kind"] == "quarantined"


@patient
@given(st.binary(max_size=600))
def test_any_bytes_are_inspected(raw: bytes) -> None:
    found = inspect_bytes(raw, "x")
    json.dumps(found, ensure_ascii=False).encode()
    assert "\0" not in found["full_text"] + found["subject"] + found["text"] + found["from"]["name"]


def test_a_state_named_before_is_passed_over() -> None:
    """The state that the writer lives in may be named first in another sense, far above."""
    letter = b"From: a@b.org\n\n" + b"Ohio is on the news every night. " + b"x " * 80 + b"And I live in Ohio.\n"
    parsed = parse(letter)
    assert writer_facts(parsed, parsed.full_text).state == "OH"
