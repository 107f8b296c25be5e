"""Many who ask the same are answered at once: a lead chooses them and drafts, an administrator approves, the letters
arrive, one to each, and what a writer answers comes back to their conversation."""

import re
from email.utils import parseaddr

from playwright.sync_api import Page, expect

from .house import House
from .people import People

WORD = "Wapakoneta"  # what these letters alone say
WRITERS = (("Noor Haddad", "noor"), ("Zoë O’Neill", "zoe"), ("BOB", "bob"), ("Noor Haddad", "noor"))


def chosen(page: Page) -> None:
    """All letters that say the word, ticked."""
    page.goto(f"/?view=all&q={WORD}")
    expect(page.locator("#rows > li")).to_have_count(len(WRITERS))
    for box in page.locator("#rows > li .row-x").all():
        box.check()


def test_many_are_answered_once_each(house: House, people: People) -> None:
    for number, (name, address) in enumerate(WRITERS):
        house.write(
            f"Voting early in {WORD} {number}",
            f"Hello, where can I vote early in {WORD}? Thank you.",
            name=name,
            address=f"{address}@{WORD.lower()}.example",
        )
    theo, marguerite = people.come("theo.marsh"), people.come("marguerite.sole")
    theo.goto("/?view=all")
    theo.wait_for_timeout(100)
    for _turn in range(30):
        theo.goto(f"/?view=all&q={WORD}")
        if theo.locator("#rows > li").count() == len(WRITERS):
            break
        theo.wait_for_timeout(500)
    chosen(theo)
    theo.get_by_role("button", name="Answer all…").click()
    theo.wait_for_url("**/bulk/*/words/")
    expect(theo.get_by_label("The answer")).not_to_have_value("")
    theo.get_by_label("What colleagues see it under").fill(f"Early voting, {WORD}")
    theo.get_by_role("button", name="Keep and check every letter").click()

    # Each letter is checked; four letters of three people, ten of them to look at.
    expect(theo.get_by_text("3 people get a letter.")).to_be_visible(timeout=60_000)
    expect(theo.locator(".bk .msg")).to_have_count(3)
    expect(theo.locator(".bk .msg", has_text="BOB")).to_contain_text("Dear BOB,")
    theo.get_by_role("button", name="Ask for approval").click()
    expect(theo.get_by_text("It waits for another person’s approval.").first).to_be_visible()
    expect(theo.get_by_role("button", name=re.compile("Approve and send"))).to_have_count(0)

    marguerite.goto("/bulk/")
    marguerite.get_by_role("link", name=f"Early voting, {WORD}").first.click()
    marguerite.get_by_role("button", name="Approve and send to 3 people").click()

    # They leave, and the page follows.
    sent = marguerite.locator(".bk .stats > div").filter(has=marguerite.locator("dt", has_text=re.compile("^Sent$")))
    expect(sent.locator("dd")).to_have_text("3", timeout=60_000)
    expect(marguerite.locator(".bk tbody tr", has_text="Answered along")).to_have_count(1)
    marguerite.goto(f"/mailbox/?q={WORD.lower()}.example")
    answers = marguerite.locator("#caught tbody tr").filter(has_not_text="We have your letter")
    expect(answers).to_have_count(3)

    # What one of them answers comes back to the conversation.
    answers.filter(has_text="bob@").get_by_role("link").first.click()
    marguerite.locator("summary", has_text="Headers").click()
    names = marguerite.locator("details dt").all_inner_texts()
    headers = dict(zip(names, marguerite.locator("details dd").all_inner_texts(), strict=True))
    house.write(
        "Another subject",
        "And on Sunday too?",
        name="BOB",
        address=f"bob@{WORD.lower()}.example",
        to=parseaddr(headers["Reply-To"])[1],
    )
    theo.goto(f"/?view=all&q={WORD}")
    theo.locator("#rows > li", has_text="BOB").locator("a.row").click()
    expect(theo.locator("#log")).to_contain_text("And on Sunday too?", timeout=60_000)
    expect(theo.locator("#log .msg.ours")).to_contain_text("Dear BOB,")
    assert house.ledger()["balances"] is True
