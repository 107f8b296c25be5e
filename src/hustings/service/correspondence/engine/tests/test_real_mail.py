"""Real mail of the shared folders: every file is read, the expected outcomes that come with them are met, and two other
parsers agree with ours where they agree with each other."""

import email
import re
from collections import Counter
from email.message import Message
from pathlib import Path

import pytest
from flufl.bounce import all_failures

from hustings.service.correspondence.engine.html_text import html_to_text
from hustings.service.correspondence.engine.inspect import inspect_bytes
from hustings.service.correspondence.engine.kinds import kind_of
from hustings.service.correspondence.engine.mailbox import messages
from hustings.service.correspondence.engine.parse import ParsedMessage, parse
from hustings.service.correspondence.engine.reply import split_reply

from .mails import real_messages

# Not mail: a message without any header line, and an empty shell of one.
QUARANTINED = {"msg_18.txt", "msg_19.txt"}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_every_file_is_understood(shared_data: Path) -> None:
    quarantined, empty = set(), set()
    for file in real_messages(shared_data):
        found = inspect_bytes(file.read_bytes(), file.name)
        if found["kind"] == "quarantined":
            quarantined.add(file.name)
        elif not found["full_text"] and not found["attachments"]:
            empty.add(file.name)
        assert bool(found["text"]) == bool(found["full_text"].strip()), file.name
    assert quarantined == QUARANTINED
    assert empty <= {"msg_08.txt", "msg_09.txt", "msg_12.txt", "msg_12a.txt", "msg_24.txt"} | PICTURES_ONLY


PICTURES_ONLY = {
    "00139.b2a205ac25d7d907cdfb3f865dbae1ae.txt",
    "00329.af4af411fb1268d1461b29fa2d2145a3.txt",
}


def library_words(message: Message) -> list[str]:
    """Words of the shown plain text as the standard library reads it (messages of one plain part)."""
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("ascii", "ignore").replace("\0", "").split()


def test_plain_messages_read_as_the_standard_library_reads_them(shared_data: Path) -> None:
    checked = 0
    for file in real_messages(shared_data):
        raw = file.read_bytes()
        message = email.message_from_bytes(raw)
        found = parse(raw)
        if message.is_multipart() or message.get_content_type() != "text/plain" or found.html or found.attachments:
            continue
        if message.get_content_charset() in ("iso-2022-jp", "utf-16") or b"flowed" in raw.lower() or b"\x1b$" in raw:
            continue
        if sum(byte > 127 for byte in raw) * 100 > len(raw):  # East Asian without a label: ASCII is compared here
            continue
        ours = found.full_text.encode("ascii", "ignore").decode().split()
        assert ours == library_words(message), file.name
        checked += 1
    assert checked > 700


def test_files_are_those_the_standard_library_finds(shared_data: Path) -> None:
    for file in real_messages(shared_data):
        raw = file.read_bytes()
        message = email.message_from_bytes(raw)
        named = [
            part.get_payload(decode=True)
            for part in _outer_parts(message)
            if part.get_content_disposition() == "attachment" and not part.is_multipart()
        ]
        ours = [a.content for a in parse(raw).attachments]
        for content in named:
            if isinstance(content, bytes):
                assert any(content.strip() == one.strip() for one in ours) or len(ours) >= len(named), file.name


def _outer_parts(message: Message) -> list[Message]:
    if message.get_content_maintype() == "message":
        return []
    payload = message.get_payload()
    if isinstance(payload, list):
        return [leaf for part in payload if isinstance(part, Message) for leaf in _outer_parts(part)]
    return [message]


# ------------------------------------------------------------------------------------------------------- replies

HTML_REPLIES = [
    "gmail",
    "hotmail",
    "mail_ru",
    "ms_outlook_2003",
    "ms_outlook_2007",
    "ms_outlook_2010",
    "thunderbird",
    "windows_mail",
    "yandex_ru",
]


@pytest.mark.parametrize("client", HTML_REPLIES)
def test_html_replies_of_mail_programs(shared_data: Path, client: str) -> None:
    html = (shared_data / "mail_talon/fixtures/html_replies" / f"{client}.html").read_text(encoding="utf-8")
    found = split_reply(html_to_text(html), html)
    assert squeezed(found.new_words) == "Hi.Iamfine.Thanks,Alex"
    assert "Hello! How are you?" in found.quoted


def test_standard_replies_of_mail_programs(shared_data: Path) -> None:
    folder = shared_data / "mail_talon/fixtures/standard_replies"
    files = sorted(folder.glob("*.eml"))
    for file in files:
        gold = folder / f"{file.stem}_reply_text"
        expected = gold.read_text() if gold.exists() else "Hello"
        message = parse(file.read_bytes())
        found = split_reply(message.full_text, message.html)
        assert found.new_words == "Hello", file.name
        assert squeezed(found.new_words + found.signature) == squeezed(expected), file.name
    assert len(files) == 12


def test_replies_that_share_a_block_with_their_quote(shared_data: Path) -> None:
    fixtures = shared_data / "mail_talon/fixtures"
    source = (fixtures / "OLK_SRC_BODY_SECTION.html").read_text()
    assert split_reply(html_to_text(source), source).new_words == "Reply"
    ruled = (fixtures / "reply-separated-by-hr.html").read_text()
    # The set leaves out the name above the rule, because it stands in the block of the quote; it is the writer's.
    assert split_reply(html_to_text(ruled), ruled).new_words == "Hi\nthere\n\nBob"
    shared = parse((fixtures / "reply-quotations-share-block.eml").read_bytes())
    found = split_reply(shared.full_text, shared.html)
    assert found.new_words.startswith("Hi Katharine")
    assert found.new_words.endswith("Joe XXX")
    assert "From" not in found.new_words


@pytest.mark.parametrize("name", ["camel_case", "jeff", "johndoeexamplecom", "long", "short_url", "sparse"])
def test_gold_signatures(shared_data: Path, name: str) -> None:
    folder = shared_data / "mail_talon/fixtures/signature/emails/stripped"
    body, gold, sender = ((folder / f"{name}_{what}").read_text().strip() for what in ("body", "signature", "sender"))
    found = split_reply(body, sender=sender)
    assert found.signature == gold
    assert squeezed(found.new_words) == squeezed(body.removesuffix(gold))


REPLIES = {
    "correct_sig": ("this is an email with a correct -- signature.", "-- \nrick"),
    "email_BlackBerry": ("Here is another email", "Sent from my BlackBerry"),
    "email_iPhone": ("Here is another email", "Sent from my iPhone"),
    "email_multi_word_sent_from_my_mobile_device": (
        "Here is another email",
        "Sent from my Verizon Wireless BlackBerry",
    ),
    "email_sent_from_my_not_signature": (
        "Here is another email\n\nSent from my desk, is much easier then my mobile phone.",
        "",
    ),
    "email_sig_delimiter_in_middle_of_line": (
        "Hi there!\n\nStuff happened.\n\nAnd here is a fix -- this is not a signature.\n\nkthxbai",
        "",
    ),
    "email_1_4": ("Awesome! I haven't had another problem with it.", ""),
    "email_1_6": ("I get proper rendering as well.", "Sent from a magnificent torch of pixels"),
    "email_1_7": (":+1:", ""),
    "email_1_8": ("I will reply under this one\n\nand under this.", "--\nHey there, this is my signature"),
    "email_2_1": ("Outlook with a reply", ""),
    "email_2_2": ("Outlook with a reply directly above line", ""),
    "email_2_3": ("Outlook with a reply directly above line", ""),
    "email_one_is_not_on": (
        "Thank, this is really helpful.\n\nOne outstanding question I had:\n\nLocally (on development), when I run...",
        "",
    ),
}


@pytest.mark.parametrize("name", REPLIES)
def test_plain_replies(shared_data: Path, name: str) -> None:
    found = split_reply((shared_data / "mail_reply_parser/emails" / f"{name}.txt").read_text(encoding="utf-8"))
    assert (found.new_words, found.signature) == REPLIES[name]


def test_longer_plain_replies(shared_data: Path) -> None:
    folder = shared_data / "mail_reply_parser/emails"
    found = {file.stem: split_reply(file.read_text(encoding="utf-8")) for file in folder.glob("*.txt")}
    assert found["email_1_1"].signature.startswith("-Abhishek Kona")
    assert found["email_1_1"].new_words.endswith("I am currently using the Java HTTP API.")
    assert found["email_1_2"].new_words.startswith("Hi,\n")
    assert "You can list the keys for the bucket" in found["email_1_2"].new_words
    assert "would do it." in found["email_1_2"].new_words
    assert "On Tue, 2011-03-01" in found["email_1_2"].quoted
    assert found["email_1_3"].new_words.startswith("Oh thanks.\n\nHaving the function would be great.")
    assert "Hi folks" in found["email_1_3"].quoted
    assert found["email_1_5"].new_words.startswith("One: Here's what I've got.")
    assert found["email_1_5"].quoted == found["email_1_5"].signature == ""
    assert found["email_bullets"].new_words.endswith("- and another")
    assert "*Joe Smith" in found["email_bullets"].signature
    assert found["greedy_on"].new_words.startswith("On your remote host you can run:")
    assert found["greedy_on"].new_words.endswith("fails, the tunnel is not working.")
    assert found["pathological"].new_words.endswith("get back to a computer.")
    assert len(found) == 22


# --------------------------------------------------------------------------------------------------------- kinds


def test_every_address_that_flufl_finds_is_found(shared_data: Path) -> None:
    files = sorted((shared_data / "bounce_flufl/data").glob("*.txt"))
    missed = []
    for file in files:
        raw = file.read_bytes()
        delayed, gone = all_failures(email.message_from_bytes(raw))
        expected = {(a.decode(), True) for a in gone} | {(a.decode(), False) for a in delayed - gone}
        found = kind_of(parse(raw))
        if {(b.address, b.permanent) for b in found.bounced} != expected or (expected and found.kind != "bounce"):
            missed.append(file.name)
    assert missed == []
    assert len(files) > 100


def kinds_in(folder: Path) -> Counter[str]:
    return Counter(kind_of(parse(file.read_bytes())).kind for file in folder.glob("*.txt"))


def test_no_letter_of_a_person_is_junk(shared_data: Path) -> None:
    ham = kinds_in(shared_data / "mail_spamassassin_a/easy-ham-1")
    assert (ham["junk"], ham["quarantined"], ham["auto_reply"]) == (0, 0, 0)
    assert ham["list"] > 500
    for folder in ("mail_django_mailbox", "mail_django_helpdesk", "mail_cpython"):
        for file in (shared_data / folder).iterdir():
            assert kind_of(parse(file.read_bytes())).kind != "junk", file.name


def test_hard_junk_is_told(shared_data: Path) -> None:
    spam = kinds_in(shared_data / "mail_spamassassin_a/spam-1")
    assert spam["junk"] >= 40
    assert spam["quarantined"] == 0


# ----------------------------------------------------------------------------------------------- whole messages


def read(data: Path, name: str) -> ParsedMessage:
    return parse((data / name).read_bytes())


def test_a_few_messages_as_a_mail_reader_shows_them(shared_data: Path) -> None:
    long = read(shared_data, "mail_django_helpdesk/blank-body-with-attachment.eml")
    assert [(a.name, a.type, a.size) for a in long.attachments] == [("baf", "text/plain", 24)]
    report = read(shared_data, "mail_cpython/msg_16.txt")
    assert [a.type for a in report.attachments] == ["message/delivery-status", "message/rfc822"]
    digest = read(shared_data, "mail_cpython/msg_02.txt")
    assert len([a for a in digest.attachments if a.type == "message/rfc822"]) == 5
    undecodable = read(shared_data, "mail_django_helpdesk/utf-nondecodable.eml")
    assert undecodable.full_text
    forwarded = read(shared_data, "mail_django_mailbox/message_with_rfc822_attachment.eml")
    assert any(a.type == "message/rfc822" and a.text for a in forwarded.attachments)


def test_a_folder_is_read_as_a_mailbox(shared_data: Path) -> None:
    assert len(list(messages(shared_data / "mail_django_mailbox"))) == 20
