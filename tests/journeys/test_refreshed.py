"""What a live update draws anew takes nothing away from whoever looks: an opened frame stays open, and the undo of what
was sent is there though the page was drawn anew before the server had answered."""

import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, Route, expect

from .house import House
from .people import People

SUBJECT = "A letter in colours"


@pytest.fixture
def coloured(house: House, people: People) -> Page:
    """June with a letter open that has more to show than its words."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Cora Lind <cora@example.com>", "help@adair.example.org", SUBJECT
    mail["Message-ID"] = "<colours@writers.example.com>"
    mail.set_content("Where do I vote?\n\n-- \nCora Lind\nThird floor")
    mail.add_alternative("<p style='color: teal'>Where do I vote, <b>in teal</b>?</p>", subtype="html")
    house.deliver(mail.as_bytes(), sender="cora@example.com")
    june = people.come("june.oduya")
    june.goto("/?view=queue:voter-help")
    june.locator("#rows > li", has_text=SUBJECT).locator("a.row").click()
    expect(june.locator("#tt")).to_have_text(SUBJECT)
    return june


def test_what_is_open_stays_open_and_the_undo_is_there(people: People, coloured: Page) -> None:
    june = coloured
    june.get_by_role("button", name="More about this letter").first.click()
    june.get_by_role("menuitem", name="Show as sent").click()
    words = june.frame_locator(".as-sent iframe").get_by_text("in teal")
    expect(words).to_be_visible()
    dana = people.come("dana.kessler")
    dana.goto(june.url)
    dana.locator("#head").get_by_role("button", name="Take it").click()
    expect(june.locator("#log")).to_contain_text("took it")
    expect(words).to_be_visible()

    # The answer to the sending comes after the update that it caused.
    drawn = june.locator("#composer").element_handle()

    def late(route: Route) -> None:
        answer = route.fetch()
        june.wait_for_function("drawn => !drawn.isConnected", arg=drawn)
        route.fulfill(response=answer)

    june.context.route(re.compile(r"/letters/reply/[0-9a-f-]{36}/$"), lambda route: (
        late(route) if route.request.method == "POST" else route.continue_()
    ))  # fmt: skip
    june.locator("#reply-text").fill("Dear Cora, at the school on Elm Street.")
    # What is not saved yet holds the update back until the answer is there: the other order.
    expect(june.locator("#composer [data-draft-status]").first).to_have_text("Saved")
    june.get_by_role("button", name="Send and close").click()
    expect(june.locator("#toasts")).to_contain_text("Sent to Cora Lind")
    june.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(june.locator("#reply-text")).to_have_value("Dear Cora, at the school on Elm Street.")
