"""The letters of the sample: repeatable, whole, in the right shares, from everywhere."""

import email
import hashlib
import mailbox
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage

import pytest

from hustings.project.demo.generator import Letter, letters, write_letters
from hustings.project.demo.generator.mail import mbox_entry
from hustings.project.demo.generator.moments import DEFAULT_END
from hustings.project.demo.generator.places import STATES, place_of

COUNT, SEED = 2000, 1
EXAMPLE = re.compile(r"@(?:[\w-]+\.)*example\.(?:org|com|net)$")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@pytest.fixture(scope="module")
def sample() -> list[Letter]:
    return list(letters(count=COUNT, seed=SEED))


@pytest.fixture(scope="module")
def inquiries(sample: list[Letter]) -> list[Letter]:
    return [letter for letter in sample if letter.kind == "inquiry"]


@pytest.fixture(scope="module")
def messages(sample: list[Letter]) -> list[tuple[Letter, EmailMessage]]:
    return [(letter, email.message_from_bytes(letter.raw, policy=policy.default)) for letter in sample]


def digest(tmp_path, name: str, **settings) -> str:
    out = tmp_path / name
    write_letters(out, **settings)
    return hashlib.sha256(out.read_bytes()).hexdigest()


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path):
    first = digest(tmp_path, "a", count=500, seed=7)
    assert digest(tmp_path, "b", count=500, seed=7) == first
    assert digest(tmp_path, "c", count=500, seed=8) != first
    assert digest(tmp_path, "d", count=500, seed=7, end=DEFAULT_END + timedelta(days=7)) != first


@pytest.mark.parametrize("count", [0, 1, 2, 7, 399, 400])
def test_any_number_can_be_asked_for(count: int):
    assert [letter.number for letter in letters(count=count, seed=3)] == list(range(count))


def test_what_cannot_be_made_is_refused():
    with pytest.raises(ValueError, match="less than none"):
        letters(count=-1, seed=1)
    with pytest.raises(ValueError, match="time zone"):
        letters(count=1, seed=1, end=datetime(2028, 10, 20))  # noqa: DTZ001 (a date without a zone is the point)


def test_every_message_of_the_file_is_read_back(tmp_path, sample):
    out = tmp_path / "letters.mbox"
    write_letters(out, count=COUNT, seed=SEED)
    read = mailbox.mbox(out, create=False)
    assert [message["Message-ID"] for message in read] == [letter.message_id for letter in sample]
    read.close()


def test_lines_that_begin_with_from_are_escaped_and_come_back():
    raw = b"Subject: x\n\nFrom here on\n>From there\nFrom\n"
    entry = mbox_entry(raw, "a@example.org", DEFAULT_END)
    assert entry == (
        b"From a@example.org Fri Oct 20 12:00:00 2028\nSubject: x\n\n>From here on\n>>From there\nFrom\n\n"
    )
    body = entry.partition(b"\n")[2][:-1]
    assert re.sub(rb"^>(>*From )", rb"\1", body, flags=re.M) == raw


def test_the_standard_library_finds_nothing_wrong(messages):
    for letter, message in messages:
        parts = [message, *message.walk()]
        assert [defect for part in parts for defect in part.defects] == []
        assert message["Message-ID"] == letter.message_id
        assert str(message["Subject"]) == letter.subject
        assert message["Received"]
        assert abs(message["Date"].datetime - letter.received_at) < timedelta(minutes=2)


def test_the_text_of_a_letter_is_in_its_message(messages):
    def words(text: str) -> list[str]:
        return text.split()

    for letter, message in messages:
        if letter.kind != "inquiry":
            continue
        body = message.get_body(("plain",))
        assert body is not None
        assert words(body.get_content())[: len(words(letter.text))] == words(letter.text)


def test_kinds_come_in_their_shares(sample):
    kinds = Counter(letter.kind for letter in sample)
    assert len(sample) == COUNT
    assert set(kinds) == {"inquiry", "auto_reply", "bounce", "list", "junk", "duplicate"}
    assert 0.90 <= kinds["inquiry"] / COUNT <= 0.95
    assert all(10 <= kinds[kind] <= 70 for kind in kinds if kind != "inquiry")


def test_twelve_hundred_people_write_in_two_languages(inquiries):
    assert len({letter.person for letter in inquiries}) == 1200
    spanish = sum(letter.language == "es" for letter in inquiries) / len(inquiries)
    assert 0.07 <= spanish <= 0.12


def test_every_state_writes_and_places_agree(inquiries):
    assert {letter.state for letter in inquiries} == set(STATES)
    assert len(STATES) == 51
    for letter in inquiries:
        place = place_of(letter.zip)
        assert (place.city, place.state) == (letter.city, letter.state)


def test_letters_arrive_in_order_over_thirteen_weeks_and_grow(sample):
    arrived = [letter.received_at for letter in sample if letter.kind != "duplicate"]
    assert arrived == sorted(arrived)
    assert DEFAULT_END - timedelta(weeks=13) <= arrived[0]
    assert arrived[-1] <= DEFAULT_END
    first_weeks = sum(at < DEFAULT_END - timedelta(weeks=9) for at in arrived)
    last_weeks = sum(at >= DEFAULT_END - timedelta(weeks=4) for at in arrived)
    assert last_weeks > 2 * first_weeks
    night = sum(at.astimezone(UTC).hour in (6, 7, 8) for at in arrived)
    assert night < len(arrived) * 0.04


def test_message_ids_are_unique_but_for_duplicates(sample):
    once = [letter for letter in sample if letter.kind != "duplicate"]
    assert len({letter.message_id for letter in once}) == len(once)
    by_number = {letter.number: letter for letter in sample}
    for letter in sample:
        if letter.kind == "duplicate":
            assert letter.raw == by_number[letter.duplicate_of].raw


def test_threads_lead_only_to_the_writers_own_earlier_letters(sample):
    by_id = {letter.message_id: letter for letter in sample if letter.kind != "duplicate"}
    threaded = [letter for letter in by_id.values() if letter.in_reply_to]
    assert len(threaded) > 300
    for letter in threaded:
        message = email.message_from_bytes(letter.raw, policy=policy.default)
        chain = message["References"].split()
        assert chain[-1] == letter.in_reply_to
        assert chain[0] == letter.thread
        for earlier in chain:
            assert by_id[earlier].person == letter.person
            assert by_id[earlier].number < letter.number


def test_no_two_letters_are_the_same(inquiries):
    bodies = [letter.raw.partition(b"\n\n")[2] for letter in inquiries]
    assert len(set(bodies)) == len(bodies)


def test_few_letters_are_nearly_the_same(inquiries):
    """Two letters that share most of their runs of four words are near-duplicates."""
    seen: dict[tuple[str, ...], list[int]] = {}
    runs = []
    for at, letter in enumerate(inquiries):
        words = re.findall(r"\w+", letter.text.lower())
        mine = {tuple(words[i : i + 4]) for i in range(len(words) - 3)}
        runs.append(mine)
        for run in mine:
            seen.setdefault(run, []).append(at)
    near = 0
    for at, mine in enumerate(runs):
        if len(mine) < 12:
            continue
        shared = Counter(other for run in mine for other in seen[run] if other != at)
        near += any(count / len(mine | runs[other]) > 0.6 for other, count in shared.most_common(3))
    assert near < len(inquiries) * 0.03


def test_all_addresses_are_examples_and_telephones_are_nobodys(messages):
    for _letter, message in messages:
        texts = [part.get_content() for part in message.walk() if part.get_content_type() == "text/plain"]
        shown = "\n".join([*(str(message[name]) for name in ("From", "To", "Subject", "Return-Path")), *texts])
        for address in ADDRESS.findall(shown):
            assert EXAMPLE.search(address), address
        for number in re.findall(r"\d{3}-\d{4}", shown):
            assert number.startswith("555-01"), number


def test_the_truth_is_in_no_header(sample):
    for letter in sample:
        head = letter.raw.partition(b"\n\n")[0].lower()
        assert letter.person.lower().encode() not in head or not letter.person
        assert b"matter" not in re.findall(rb"^([\w-]+):", head, re.M)
        assert not re.search(rb"^x-(?:topic|person|kind|truth)", head, re.M)


def test_the_hard_letters_are_there(inquiries):
    care = Counter(letter.care for letter in inquiries if not letter.in_reply_to)
    assert care["threat"] == 2
    assert care["crisis"] == 2
    assert care["child"] >= 3
    assert care["angry"] >= 3


def test_some_mail_has_html_attachments_and_an_older_charset(inquiries):
    heads = [letter.raw.decode("latin-1").lower() for letter in inquiries]
    assert sum("text/html" in head for head in heads) > 100
    assert sum("content-disposition: attachment" in head for head in heads) > 20
    assert sum("charset=iso-8859-1" in head or "charset=windows-1252" in head for head in heads) >= 5
    assert sum("content-transfer-encoding: base64" in head for head in heads) >= 10


def test_no_slot_or_bracket_is_left_in_a_letter(sample):
    for letter in sample:
        assert not re.search(r"[{}\[\]|]|::| // |<\w+> ", letter.text.replace("[192.0.2.9]", "").replace(" | ", " ")), (
            letter.text
        )
