"""The letter that is sent, read back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hustings.service.correspondence.engine.letter import (
    File,
    UnfitHeader,
    compose,
    quote_of,
    references_for,
    reply_subject,
    text_to_html,
)
from hustings.service.correspondence.engine.parse import Address, parse

from .mails import mail

NOW = datetime(2024, 6, 3, 10, 15, tzinfo=UTC)


def letter(**changes: Any) -> bytes:
    given: dict[str, Any] = {
        "from_": Address("Adair for América", "help@adair.org"),
        "to": [Address("Ann Lee", "ann@x.org")],
        "subject": "Re: Your polling place",
        "text": "Dear Ann,\n\nsee https://adair.org/vote?a=1&b=2.\n",
        "message_id": "<m1@adair.org>",
        "date": NOW,
    }
    return compose(**{**given, **changes})


def test_it_is_what_was_meant() -> None:
    raw = letter(
        reply_to="help+r.abc@adair.org",
        in_reply_to="<q@x.org>",
        references=["<a@x.org>", "<q@x.org>"],
        files=[File("café.pdf", "application/pdf", b"%PDF")],
    )
    found = parse(raw)
    assert found.from_ == Address("Adair for América", "help@adair.org")
    assert found.to == (Address("Ann Lee", "ann@x.org"),)
    assert found.reply_to == (Address("", "help+r.abc@adair.org"),)
    assert found.subject == "Re: Your polling place"
    assert found.sent_at == NOW
    assert found.message_id == "<m1@adair.org>"
    assert (found.in_reply_to, found.references) == (("<q@x.org>",), ("<a@x.org>", "<q@x.org>"))
    assert found.full_text == "Dear Ann,\n\nsee https://adair.org/vote?a=1&b=2.\n"
    assert '<a href="https://adair.org/vote?a=1&amp;b=2">' in found.html
    assert [(f.name, f.type, f.content) for f in found.attachments] == [("café.pdf", "application/pdf", b"%PDF")]
    assert "auto-submitted" not in found.headers
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_the_same_letter_has_the_same_headers() -> None:
    assert parse(letter()).headers["message-id"] == parse(letter()).headers["message-id"]


def test_only_an_acknowledgement_says_that_a_machine_sent_it() -> None:
    assert parse(letter(acknowledgement=True)).header("auto-submitted") == "auto-replied"
    assert parse(letter(acknowledgement=True)).header("x-auto-response-suppress") == "All"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("Subject", {"subject": "a\r\nBcc: x@y.org"}),
        ("From", {"from_": Address("a\nb", "help@adair.org")}),
        ("From", {"from_": Address("a", "not an address")}),
        ("To", {"to": [Address("", "a@x.org\r\nBcc: b@x.org")]}),
        ("To", {"to": []}),
        ("Cc", {"cc": [Address("", "a b@x.org")]}),
        ("Reply-To", {"reply_to": "x"}),
        ("Message-ID", {"message_id": "<a@b>\r\nX: y"}),
        ("Message-ID", {"message_id": ""}),
        ("In-Reply-To", {"in_reply_to": "a\nb"}),
        ("attachment name", {"files": [File("a\r\nb", "text/plain", b"")]}),
        ("Date", {"date": datetime(2024, 1, 1)}),  # noqa: DTZ001 - refused for just that
    ],
)
def test_a_header_that_must_not_be_sent_is_named(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(UnfitHeader) as refused:
        letter(**changes)
    assert refused.value.field == field


def test_malformed_references_are_left_out_and_long_chains_trimmed() -> None:
    ids = [f"<{n}@x.org>" for n in range(50)]
    found = parse(letter(references=[*ids, "<a\r\nb@x>", "é"], in_reply_to="<49@x.org>")).references
    assert found == (ids[0], *ids[31:])


def test_long_and_foreign_subjects_come_back_whole() -> None:
    subject = "Ré: " + "una pregunta muy larga sobre el voto en Ohio " * 8
    assert parse(letter(subject=subject.strip())).subject == subject.strip()


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Vote", "Re: Vote"),
        ("RE: re: Vote", "Re: Vote"),
        ("Re[2]: Vote", "Re: Vote"),
        ("", "Re: your letter"),
        ("AW: Hallo", "Re: Hallo"),
    ],
)
def test_subjects_of_replies(subject: str, answer: str) -> None:
    assert reply_subject(subject) == answer


def test_the_letter_answered_is_quoted_and_threaded() -> None:
    asked = parse(
        mail(
            "Where?\n> before\n\nAnn",
            "From: Ann <a@x.org>",
            "Message-ID: <q@x>",
            "References: <p@x>",
            "Date: Mon, 3 Jun 2024 10:15:00 +0000",
        )
    )
    assert quote_of(asked) == "On 03 Jun 2024 at 10:15 UTC, Ann wrote:\n> Where?\n>> before\n>\n> Ann"
    assert references_for(asked) == ("<p@x>", "<q@x>")


def test_html_is_escaped_and_quotes_are_quotes() -> None:
    html = text_to_html('a <script> & "b"\nc\n\n> said\n\nwrite to ann@x.org.')
    assert "<p>a &lt;script&gt; &amp; &quot;b&quot;<br>\nc</p>" in html
    assert '<blockquote type="cite">said</blockquote>' in html
    assert '<a href="mailto:ann@x.org">ann@x.org</a>.' in html
