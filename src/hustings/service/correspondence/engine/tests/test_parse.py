"""What is understood of single messages, rule by rule."""

import base64
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hustings.service.correspondence.engine.parse import Address, normal_id, parse

from .mails import mail, parts

PNG = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n"


def test_a_plain_letter() -> None:
    found = parse(
        mail(
            "Where do I vote?\n",
            "From: Ann Lee <Ann@Example.org>",
            "To: Help <help@adair.org>, b@c.org",
            "Cc: d@e.org",
            "Subject: Polling place",
            "Date: Mon, 1 Jan 2024 08:00:00 -0500",
            "Message-ID: <1@x>",
            "In-Reply-To: <0@x>",
            "References: <a@x> <0@x>",
        )
    )
    assert found.from_ == Address("Ann Lee", "Ann@Example.org")
    assert found.to == (Address("Help", "help@adair.org"), Address("", "b@c.org"))
    assert found.cc == (Address("", "d@e.org"),)
    assert found.subject == "Polling place"
    assert found.sent_at == datetime(2024, 1, 1, 13, tzinfo=UTC)
    assert (found.message_id, found.in_reply_to, found.references) == ("<1@x>", ("<0@x>",), ("<a@x>", "<0@x>"))
    assert (found.full_text, found.html, found.attachments, found.problem) == ("Where do I vote?\n", "", (), "")


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("ann@x.org", "", "ann@x.org"),
        ("<ann@x.org>", "", "ann@x.org"),
        ('"Lee, Ann" <ann@x.org>', "Lee, Ann", "ann@x.org"),
        ("ann@x.org (Ann Lee)", "Ann Lee", "ann@x.org"),
        ("=?utf-8?q?Lee=2C_Ann?= <ann@x.org>", "Lee, Ann", "ann@x.org"),
        ('"=?iso-8859-1?Q?Ren=E9?=" <r@x.org>', "René", "r@x.org"),
        ("Ann Lee ann@x.org", "Ann Lee", "ann@x.org"),
        ("Ann \\ Lee <ann@x.org>", "Ann \\ Lee", "ann@x.org"),
        ("<@relay.org,@two.org:ann@x.org>", "", "ann@x.org"),
        ("Ann <ann>", "Ann", "ann"),
        ("Ann Lee <ann@x.org>, Bo <bo@x.org>", "Ann Lee", "ann@x.org"),
        ("Team: ann@x.org, bo@x.org;", "", "ann@x.org"),
        ("Ann Lee [mailto:ann@x.org]", "Ann Lee", "ann@x.org"),
        ("'Ann Lee' <ann@x.org>", "Ann Lee", "ann@x.org"),
        ("undisclosed-recipients:;", "", ""),
        ("Ann Lee", "Ann Lee", ""),
    ],
)
def test_senders(value: str, name: str, address: str) -> None:
    assert parse(mail("x", f"From: {value}", "Subject: s")).from_ == Address(name, address)


def test_a_raw_sender_in_the_charset_of_the_letter() -> None:
    raw = "From: Иван <i@x.org>\r\nSubject: Привет\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\nтекст".encode(
        "koi8-r"
    )
    found = parse(raw)
    assert (found.from_.name, found.subject, found.full_text) == ("Иван", "Привет", "текст")


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ("=?utf-8?q?caf=C3=A9?= today", "café today"),
        ("=?UTF-8?B?Y2Fmw6k=?=", "café"),
        ("=?UTF-8?B?w6ljYWbD?=", "écaf�"),
        ("=?utf-8?b?w6k=?= =?utf-8?b?w6k=?=", "éé"),
        ("=?utf-8?b?4oI=?=\r\n =?utf-8?b?rA==?=", "€"),
        ("=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "日本語"),
        ("=?unknown-8bit?q?caf=C3=A9?=", "café"),
        ("=?utf-8*en?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?two words?=", "two words"),
        ("=?utf-8?q?what?_yes?=", "what? yes"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("a\r\n folded\r\n\tsubject", "a folded subject"),
        ("=?nonsense", "=?nonsense"),
    ],
)
def test_subjects(value: str, subject: str) -> None:
    assert parse(mail("x", "From: a@b.org", f"Subject: {value}")).subject == subject


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("Mon, 1 Jan 2024 00:00:00 +0000", "2024-01-01T00:00:00+00:00"),
        ("1 Jan 24 00:00 EST", "2024-01-01T05:00:00+00:00"),
        ("Mon, 1 Jan 2024 00:00:00 -0000", "2024-01-01T00:00:00+00:00"),
        ("Mon, 01 Jan 2024 00:00:00 GMT (comment)", "2024-01-01T00:00:00+00:00"),
        ("Mon Jan 1 00:00:00 2024", "2024-01-01T00:00:00+00:00"),
        ("Thu, 1 Jan 1970 00:00:00 +0000", None),
        ("Mon, 1 Jan 2924 00:00:00 +0000", None),
        ("Mon, 45 Jan 2024 00:00:00 +0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(value: str, iso: str | None) -> None:
    sent = parse(mail("x", "From: a@b.org", f"Date: {value}")).sent_at
    assert (sent.isoformat() if sent else None) == iso


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("café".encode(), "utf-8", "café"),
        ("café".encode("latin-1"), "iso-8859-1", "café"),
        ("café".encode(), "iso-8859-1", "café"),  # a wrong label over UTF-8
        ("café".encode("latin-1"), "utf-8", "café"),
        ("café".encode("latin-1"), "us-ascii", "café"),
        ("café".encode("latin-1"), "x-unknown", "café"),
        ("“café”".encode("cp1252"), "iso-8859-1", "“café”"),
        ("привет мир".encode("koi8-r"), "koi8-r", "привет мир"),
        ("日本語".encode("iso2022_jp"), "ISO-2022-JP", "日本語"),
        ("你好".encode("gb18030"), "gb2312", "你好"),
        ("안녕".encode("cp949"), "ks_c_5601-1987", "안녕"),
        ("Hi!".encode("utf-7"), "utf-7", "Hi!"),
        ("é!".encode("utf-16"), "utf-16", "é!"),
        ("é!".encode("utf-16-le"), "utf-16", "é!"),
        (b"plain", "utf-16", "plain"),
        (b"nul\0 here", "utf-8", "nul here"),
        (b"+2AA-", "utf-7", "\ufffd"),  # a lone surrogate cannot be stored
        (b"one\rtwo\r\nthree", "utf-8", "one\ntwo\nthree"),
    ],
)
def test_charsets(data: bytes, charset: str, text: str) -> None:
    assert parse(mail(data, content_type=f'text/plain; charset="{charset}"')).full_text == text


def test_format_flowed_is_unwrapped() -> None:
    body = "One \nsentence.\n> quoted \n> words\n-- \nsig\n"
    found = parse(mail(body, content_type="text/plain; format=flowed"))
    assert found.full_text == "One sentence.\n> quoted words\n-- \nsig\n"


def test_damaged_transfer_encodings() -> None:
    assert (
        parse(mail("a=3Db =zz c=\n", encoding="quoted-printable", content_type="text/plain")).full_text == "a=b =zz c"
    )
    assert parse(mail("aGVsbG8gd29ybG", encoding="base64", content_type="text/plain")).full_text == "hello worl"
    assert parse(mail("aGVs*bG8=\n_____\nfooter", encoding="base64", content_type="text/plain")).full_text == "hello"


def test_alternatives_and_a_file() -> None:
    found = parse(
        mail(
            "--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\nContent-Type: text/plain\n\nplain\n"
            "--i\nContent-Type: text/html\n\n<p>rich</p>\n--i--\n--o\nContent-Type: text/plain; name=a.txt\n"
            "Content-Disposition: attachment\n\nfile\n--o--\n",
            content_type="multipart/mixed; boundary=o",
        )
    )
    assert (found.full_text, found.html.strip()) == ("plain", "<p>rich</p>")
    assert [(a.name, a.type, a.size, a.content) for a in found.attachments] == [("a.txt", "text/plain", 4, b"file")]


def test_html_alone_becomes_text() -> None:
    html = "<style>x{}</style><p>Dear <b>Senator</b>,</p><ul><li>one<li>two</ul><blockquote>said</blockquote>a&amp;b"
    found = parse(mail(html, content_type="text/html"))
    assert found.full_text == "Dear Senator,\n\n- one\n- two\n\n> said\n\na&b"
    assert found.html == html


def test_a_stub_of_plain_text_gives_way_to_the_html() -> None:
    long = "The polling place moved and nobody told us about it. " * 4
    found = parse(
        parts(
            "Content-Type: text/plain\n\nYour mail program does not support HTML.",
            f"Content-Type: text/html\n\n<p>{long}</p>",
            kind="alternative",
        )
    )
    assert found.full_text == long.strip()


def test_text_parts_are_shown_in_order() -> None:
    found = parse(parts("Content-Type: text/plain\n\nfirst", PNG + "\niVBORw==", "Content-Type: text/plain\n\nsecond"))
    assert found.full_text == "first\n\nsecond"
    assert [a.name for a in found.attachments] == ["attachment-1.png"]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a.pdf", "a.pdf"),
        ("attachment; filename*=utf-8''caf%C3%A9.pdf", "café.pdf"),
        ('attachment; filename*0="one "; filename*1="two.pdf"', "one two.pdf"),
        ("attachment; filename*0*=utf-8''caf%C3; filename*1*=%A9.pdf", "café.pdf"),
        ('attachment; filename="=?utf-8?q?caf=C3=A9.pdf?="', "café.pdf"),
        ('attachment; filename="C:\\\\docs\\\\a.pdf"', "a.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment (comment); filename=a.pdf", "a.pdf"),
    ],
)
def test_file_names(header: str, name: str) -> None:
    found = parse(
        parts("Content-Type: text/plain\n\nhi", f"Content-Type: application/pdf\nContent-Disposition: {header}\n\nx")
    )
    assert [a.name for a in found.attachments] == [name]


def test_a_forwarded_message_is_kept_under_its_subject() -> None:
    inner = "From: Bo <bo@x.org>\nSubject: Old news\n\nWhat he wrote"
    found = parse(parts("Content-Type: text/plain\n\nsee below", f"Content-Type: message/rfc822\n\n{inner}"))
    (file,) = found.attachments
    assert found.full_text == "see below"
    assert (file.name, file.type) == ("Old news.eml", "message/rfc822")
    assert "From: Bo <bo@x.org>" in file.text
    assert file.text.endswith("What he wrote")


def test_a_forward_without_a_word_shows_what_was_forwarded() -> None:
    found = parse(parts("Content-Type: message/rfc822\n\nSubject: Old news\n\nWhat he wrote"))
    assert found.full_text.endswith("Subject: Old news\n\nWhat he wrote")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (parts("Content-Type: text/plain\n\nno end", end=False), "no end"),
        (mail("no boundary named", content_type="multipart/mixed"), "no boundary named"),
        (mail("its boundary is missing", content_type="multipart/mixed; boundary=zz"), "its boundary is missing"),
        (mail("--x\nContent-Type: text/plain\n\nfound\n--x--\n", content_type="multipart/mixed"), "found"),
        (mail("hi", content_type="text"), "hi"),
        (mail("hi", content_type="text/plain; charset=utf-8; charset=latin-1; ;;="), "hi"),
        (mail("hi", content_type="text/plain (c); charset = utf-8 (d)"), "hi"),
        (b"From: a@b.org\rSubject: s\r\rbare\rreturns", "bare\nreturns"),
        (b"From me@x Mon Jan  1 00:00:00 2024\nFrom: a@b.org\nSubject: s\n\nmbox line", "mbox line"),
        (b"From: a@b.org\nSubject: s\nno empty line before the body", "no empty line before the body"),
        (b"From: a@b.org\nthis line is damage\nSubject: s\n\nbody", "body"),
        (b"\xef\xbb\xbfFrom: a@b.org\nSubject: s\n\nbody", "body"),
        (b"From: a@b.org\nSubject: s", ""),
        (parts("no header line\nbut text"), "no header line\nbut text"),
    ],
)
def test_damaged_messages(raw: bytes, text: str) -> None:
    found = parse(raw)
    assert (found.full_text.strip(), found.problem) == (text, "")
    assert found.from_.address in ("a@b.org", "ann@example.org")


def test_one_damaged_part_does_not_cost_the_others() -> None:
    found = parse(
        parts("Content-Type: text/plain\n\nhello", PNG + "\n*!*not base64*", "Content-Type: text/plain\n\nbye")
    )
    assert found.full_text == "hello\n\nbye"


def test_uuencoded_files_in_the_text() -> None:
    found = parse(mail("see\n\nbegin 644 a.txt\n#86)C\n`\nend\nthanks\n"))
    assert [(a.name, a.content) for a in found.attachments] == [("a.txt", b"abc")]
    assert found.full_text == "see\n\nthanks\n"


def test_signed_and_encrypted_letters() -> None:
    signed = parse(
        parts("Content-Type: text/plain\n\nhi", "Content-Type: application/pgp-signature\n\nxx", kind="signed")
    )
    assert (signed.full_text, [a.type for a in signed.attachments]) == ("hi", ["application/pgp-signature"])
    sealed = parse(
        parts("Content-Type: application/pgp-encrypted\n\nVersion: 1", "Content-Type: application/octet-stream\n\nx")
    )
    assert sealed.notes == ("the letter is encrypted and cannot be read here",)


def test_the_content_hash_is_the_same_over_two_paths() -> None:
    letter = mail("body\n", "From: a@b.org", "Subject: s", "Message-ID: <1@x>")
    other = (
        b"Received: from x by y\r\nX-Spam-Status: No\r\nDelivered-To: h@x\r\n"
        + letter.replace(b"\r\n", b"\n")
        + b"\n\n"
    )
    assert parse(letter).content_hash == parse(other).content_hash
    assert parse(letter).content_hash != parse(letter.replace(b"body", b"other")).content_hash
    assert parse(letter).content_hash != parse(letter.replace(b"Subject: s", b"Subject: t")).content_hash


def test_what_cannot_be_read_says_why() -> None:
    assert parse(b"").problem == "it is empty"
    assert parse(b"just text without any header").problem == "it has no mail headers"
    assert parse(bytes(range(256)) * 4).problem != ""


def winmail(content: bytes) -> bytes:
    packed = base64.encodebytes(content).decode()
    return parts(
        f'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n{packed}'
    )


def test_winmail_is_kept_closed_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tnefparse", None)
    found = parse(winmail(b"x"))
    assert [a.name for a in found.attachments] == ["winmail.dat"]
    assert found.notes == ("winmail.dat was kept closed: the extra 'tnef' (tnefparse) is not installed",)


def test_winmail_is_opened_with_the_extra(shared_data: Path) -> None:
    pytest.importorskip("tnefparse", reason="the extra 'tnef' is not installed")
    found = parse(winmail((shared_data / "mail_tnef/two-files.tnef").read_bytes()))
    assert [(a.name, a.size) for a in found.attachments] == [("winmail.dat", 3481), ("AUTHORS", 244), ("README", 893)]
    assert "THE BILL OF RIGHTS" in parse(winmail((shared_data / "mail_tnef/body.tnef").read_bytes())).full_text
    for file in (shared_data / "mail_tnef").glob("*.tnef"):
        assert parse(winmail(file.read_bytes())).attachments[0].name == "winmail.dat"


def test_ids_are_compared_without_their_brackets() -> None:
    assert normal_id(" <A b@x> ") == "Ab@x"
    assert normal_id("") == ""
