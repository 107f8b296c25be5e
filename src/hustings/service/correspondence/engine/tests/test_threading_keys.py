"""Message keys and signed reply addresses."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.service.correspondence.engine.parse import parse
from hustings.service.correspondence.engine.threading_keys import (
    inquiry_of,
    message_key,
    parent_keys,
    reply_address,
)

from .mails import mail, patient

SECRET = b"0123456789abcdef0123456789abcdef"
UID = UUID("018f0000-0000-7000-8000-000000000001")


def test_a_reply_address_comes_back() -> None:
    address = reply_address("help@adair.org", UID, SECRET)
    local, _, domain = address.partition("@")
    assert (local[:7], len(local), domain) == ("help+r.", 49, "adair.org")
    assert local == local.lower()
    assert inquiry_of(address, SECRET) == UID
    assert inquiry_of(f"<{address.upper()}>", SECRET) == UID
    assert reply_address("help@adair.org", str(UID), SECRET) == address


@patient
@given(uid=st.uuids(), at=st.integers(0, 41), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_token_is_nothing(uid: UUID, at: int, letter: str) -> None:
    address = reply_address("help@adair.org", uid, SECRET)
    start = len("help+r.")
    changed = address[: start + at] + letter + address[start + at + 1 :]
    # The last letter of base32 carries bits beyond the token: only those may differ.
    assert inquiry_of(changed, SECRET) is None or changed == address or at == 41
    assert inquiry_of(address, SECRET[::-1]) is None
    assert inquiry_of(address.replace("help", "press"), SECRET) is None
    assert inquiry_of(address.replace("adair.org", "evil.org"), SECRET) is None


@patient
@given(st.text())
def test_any_address_is_read(address: str) -> None:
    assert inquiry_of(address, SECRET) is None


def test_mailboxes_and_secrets_that_do_not_do() -> None:
    with pytest.raises(ValueError, match="needs a mailbox"):
        reply_address("help", UID, SECRET)
    with pytest.raises(ValueError, match="at least 16 bytes"):
        reply_address("help@adair.org", UID, b"short")


def test_message_keys() -> None:
    one = parse(mail("a", "From: a@x.org", "Message-ID: <1@x>"))
    same = parse(mail("b", "From: b@x.org", "Message-ID:   <1@x>  "))
    none = parse(mail("a", "From: a@x.org"))
    assert len(message_key(one)) == 16
    assert message_key(one) == message_key(same)
    assert message_key(none) != message_key(one)
    assert message_key(none) == message_key(parse(mail("a", "From: a@x.org")))
    assert message_key(none) != message_key(parse(mail("b", "From: a@x.org")))


def test_parents_the_nearest_first() -> None:
    answer = parse(mail("a", "Message-ID: <3@x>", "In-Reply-To: <2@x>", "References: <1@x> <2@x> <3@x>"))
    keys = [message_key(parse(mail("", f"Message-ID: <{n}@x>"))) for n in (2, 1)]
    assert list(parent_keys(answer)) == keys
