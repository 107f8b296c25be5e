"""The court order: what was said on the telephone is withdrawn, and everyone who was told is told what is right, once;
whom no mail reaches is called."""

import re

from playwright.sync_api import Page, expect

from .house import House
from .people import People
from .test_accessible import faults

WORDS = "What to bring with me"
TOLD = {"Orla Finch": "Which card counts", "Hugh Marrow": "Papers at the door"}


def opened(page: Page, subject: str) -> None:
    page.goto("/?view=queue:voter-help")
    page.locator("#rows > li", has_text=subject).locator("a.row").click()
    expect(page.locator("#tt")).to_have_text(subject)


def told_on_the_telephone(page: Page) -> None:
    """They called, and were told the words."""
    page.get_by_role("button", name="Call them, or note that they called").click()
    page.get_by_placeholder("What do they ask?").fill(WORDS)
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator("#say")).to_contain_text(f"What fits “{WORDS}”")
    page.get_by_role("radio", name=WORDS).first.check()
    page.get_by_label("They called").check()
    page.get_by_label("Spoke with them").check()
    assert faults(page) == []
    page.get_by_role("button", name="Note it").click()
    expect(page.locator("#log .note").filter(has_text=WORDS)).to_contain_text("Spoke with them")


def test_who_was_told_on_the_telephone_is_told_what_is_right(house: House, people: People) -> None:
    theo, marguerite = people.come("theo.marsh"), people.come("marguerite.sole")
    for name, subject in TOLD.items():
        address = f"{name.split()[0].lower()}@callers.example.com"
        house.write(subject, "What do I have to bring, a card or the letter?", name=name, address=address)
        opened(theo, subject)
        told_on_the_telephone(theo)

    marguerite.goto("/answers/?q=What+to+bring")
    marguerite.get_by_role("link", name=WORDS, exact=True).first.click()
    article = marguerite.url.partition("?")[0]
    marguerite.goto(f"{article}?do=withdraw")
    marguerite.get_by_label("Why").fill("The court has ordered it.")
    marguerite.get_by_role("button", name="Withdraw", exact=True).click()
    marguerite.goto(f"{article}answered/")
    for name in TOLD:
        expect(marguerite.get_by_role("row", name=name)).to_contain_text("call")

    marguerite.goto(f"{article}correct/")
    marguerite.get_by_label("Subject").fill("What we said about papers was wrong")
    marguerite.get_by_label("In English").fill("Bring the letter. What we said was wrong.")
    marguerite.get_by_role("button", name="Save as a draft").click()
    marguerite.get_by_label("Note").fill("Counsel is on the telephone with me.")
    marguerite.get_by_role("button", name=re.compile("Approve and send")).click()
    for subject in TOLD.values():
        opened(theo, subject)
        expect(theo.locator("#log .msg.ours").filter(has_text="Bring the letter.")).to_have_count(1)


def test_a_call_of_the_list_is_taken_noted_and_gone(house: House, people: People) -> None:
    june, theo = people.come("june.oduya", width=390, height=844), people.come("theo.marsh")
    theo.goto("/calls/")
    june.goto("/calls/")
    june.get_by_role("button", name="Make the next call").click()
    expect(june.get_by_role("main")).to_contain_text("•••-•••-")  # she dials it without seeing it
    name = june.get_by_role("heading", level=1).inner_text()
    assert june.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(june) == []
    row = theo.get_by_role("row", name=name)
    expect(row).to_contain_text("June Oduya is calling")  # by itself, without reloading
    june.get_by_role("button", name="Note it").click()
    expect(june.get_by_role("alert").first).to_contain_text("One thing to put right")
    june.get_by_label("Spoke with them").focus()
    june.keyboard.press("Space")
    june.get_by_role("button", name="Note it").click()
    expect(june).to_have_url(re.compile(r"/calls/$"))
    expect(row).to_have_count(0)
