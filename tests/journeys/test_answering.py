"""The main job, end to end: real mail comes in, a new volunteer answers it from approved language, a lead releases it,
takes it back, releases it again; it leaves with the right headers, and what they answer comes back to it."""

import re
from email.utils import parseaddr
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .house import House
from .people import People

REAL = (
    "mail_django_mailbox/message_with_rfc822_attachment.eml",
    "mail_django_mailbox/message_with_long_text_lines.eml",
    "mail_talon/fixtures/standard_replies/apple_mail_2.eml",
)
SUBJECT = "Email with RFC 822 attachment"


@pytest.fixture
def real_mail(shared_data: Path) -> list[bytes]:
    return [(shared_data / name).read_bytes() for name in REAL]


def row(page: Page, words: str):
    return page.locator("#rows > li", has_text=words)


def caught(lead: Page, subject: str) -> dict[str, str]:
    """The headers of the newest caught mail with this subject, and its words under ""."""
    lead.get_by_role("link", name=subject, exact=True).first.click()
    lead.locator("summary", has_text="Headers").click()
    names, values = lead.locator("details dt").all_inner_texts(), lead.locator("details dd").all_inner_texts()
    assert len(names) == len(set(names)), names
    return {**dict(zip(names, values, strict=True)), "": lead.locator(".letter").inner_text()}


def test_a_letter_is_answered_and_its_reply_comes_back(house: House, people: People, real_mail: list[bytes]) -> None:
    nour, theo = people.come("nour.hadley"), people.come("theo.marsh")
    nour.goto("/?view=queue:voter-help")
    expect(row(nour, SUBJECT)).to_have_count(0)

    # It comes in while she looks: nothing is reloaded.
    nour.evaluate("window.sameWindow = true")
    for raw in real_mail:
        house.deliver(raw)
    expect(row(nour, SUBJECT)).to_be_visible()
    assert nour.evaluate("window.sameWindow")

    row(nour, SUBJECT).locator("a.row").click()
    expect(nour.locator("#tt")).to_have_text(SUBJECT)
    expect(nour.locator("#log")).to_contain_text("I am sending you an email message as")
    nour.get_by_role("button", name="Take it").click()
    expect(nour.locator("#head")).to_contain_text("Nour")

    # From approved language, with words of her own.
    nour.get_by_role("button", name="Insert approved language").click()
    nour.locator("#answers-q").fill("ballot")
    nour.locator("#answers-found li").first.get_by_role("button", name="Insert").click()
    expect(nour.locator("#composer-chips .tag")).to_have_count(1)
    text = nour.locator("#reply-text")
    expect(text).not_to_have_value("")
    approved = text.input_value()
    assert "{{" not in approved
    text.press("Control+End")
    text.press_sequentially("\n\nWith kind regards,\nNour")
    expect(nour.locator("[data-draft-status]")).to_have_text("Saved")
    theo.goto("/letters/release/")
    nour.keyboard.press("Control+Enter")
    expect(nour.get_by_text("Waiting for a lead’s release").first).to_be_visible()

    # The lead sees it come, side by side with the letter, and releases it by a key; takes it back by another.
    expect(theo.locator("#waiting > li", has_text=SUBJECT)).to_be_visible()
    theo.locator("#waiting > li", has_text=SUBJECT).get_by_role("link").click()
    theo.wait_for_url("**/letters/release/*/*")
    expect(theo.locator("#as-written")).to_contain_text("With kind regards,")
    expect(theo.locator(".rs-l")).to_contain_text("I am sending you an email message as")
    theo.keyboard.press("Control+Enter")
    expect(theo.get_by_text("Released: Nour’s reply leaves")).to_be_visible()
    theo.keyboard.press("z")
    expect(theo.get_by_text("Taken back: it waits for release again")).to_be_visible()
    theo.goto("/letters/release/")
    theo.locator("#waiting > li", has_text=SUBJECT).get_by_role("link").click()
    theo.wait_for_url("**/letters/release/*/*")
    theo.keyboard.press("Control+Enter")
    expect(theo.get_by_text("Released: Nour’s reply leaves")).to_be_visible()

    # Eight seconds later it leaves, once.
    theo.goto("/mailbox/?q=adamcoddington")
    expect(theo.locator("#caught tbody tr")).to_have_count(1, timeout=60_000)
    headers = caught(theo, f"Re: {SUBJECT}")
    original = re.search(rb"(?im)^message-id:\s*(<[^>]+>)", real_mail[0])
    assert original is not None
    theirs = original.group(1).decode()
    assert parseaddr(headers["From"]) == ("Nour at Adair for America", "help@adair.example.org")
    assert parseaddr(headers["To"])[1] == "test@adamcoddington.net"
    assert headers["In-Reply-To"] == theirs
    assert theirs in headers["References"].split()
    ours = headers["Message-ID"]
    assert re.fullmatch(r"<[^<>@\s]+@adair\.example\.org>", ours)
    assert headers["Content-Type"].startswith("multipart/alternative")
    signed = parseaddr(headers["Reply-To"])[1]
    assert re.fullmatch(r"[^@]+\+[^@]+@adair\.example\.org", signed)
    assert approved.split("\n")[0] in headers[""]
    assert "With kind regards," in headers[""]
    expect(nour.locator("#log .msg.ours")).to_contain_text("released by Theo Marsh")

    # Their answers come back to the same conversation: by the signed address, then by what it answers alone. Each
    # opens it again, before her eyes.
    expect(nour.get_by_role("button", name="Reopen")).to_be_visible()
    house.write(
        "Another subject",
        "Thank you, that was quick.",
        name="Adam Coddington",
        address="adam@elsewhere.example",
        to=signed,
    )
    expect(nour.locator("#log")).to_contain_text("Thank you, that was quick.")
    expect(nour.get_by_role("button", name="Done")).to_be_visible()
    house.write(
        "A third subject",
        "One more thing: may my neighbour come too?",
        name="Adam Coddington",
        address="test@adamcoddington.net",
        In_Reply_To=ours,
    )
    expect(nour.locator("#log")).to_contain_text("may my neighbour come too?")
    expect(nour.locator("#log .msg:not(.ours)")).to_have_count(3)
    assert house.ledger()["balances"] is True
