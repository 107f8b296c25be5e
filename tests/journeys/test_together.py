"""Two who work at one moment: never the same letter, each sees the other write, and no answer goes out over another."""

import re

from playwright.sync_api import Page, expect

from .house import House
from .people import People


def key_of(page: Page) -> str:
    page.wait_for_url(re.compile(r"/i/[0-9a-f-]{36}/"))
    return page.url.split("/i/")[1].split("/")[0]


def write_some(house: House, mark: str, count: int) -> None:
    for number in range(count):
        house.write(
            f"{mark} {number}",
            "Where do I vote? I moved in spring and nobody told me.",
            name=f"Writer {number}",
            address=f"{mark.lower()}{number}@example.com",
        )


def test_two_who_take_the_next_at_once_never_get_the_same(house: House, people: People) -> None:
    write_some(house, "Taken", 6)
    dewitt, mirabel = people.come("dewitt.claymore"), people.come("mirabel.fontenot")
    for page in (dewitt, mirabel):
        page.goto("/?view=queue:voter-help")
        expect(page.locator("#rows > li", has_text="Taken 5")).to_be_visible()
    taken = []
    for _ in range(3):
        for page in (dewitt, mirabel):  # sent off, not waited for: both requests are on their way together
            page.evaluate("window.asked = 'asked'")
            page.evaluate("document.querySelector('form[action=\"/desk/next/\"]').requestSubmit()")
        for page in (dewitt, mirabel):
            page.wait_for_function("window.asked === undefined")
            taken.append(key_of(page))
            page.goto("/?view=queue:voter-help")
    assert len(taken) == len(set(taken)) == 6


def test_one_sees_the_other_write_and_is_stopped_by_their_answer(house: House, people: People) -> None:
    write_some(house, "Crossing", 1)
    june, dana = people.come("june.oduya"), people.come("dana.kessler")
    june.goto("/?view=queue:voter-help")
    june.locator("#rows > li", has_text="Crossing 0").locator("a.row").click()
    expect(june.locator("#tt")).to_have_text("Crossing 0")
    dana.goto(june.url)
    expect(dana.locator("#here")).to_contain_text("June Oduya")

    june.locator("#reply-text").press_sequentially("Dear Writer, bring your new address with you.")
    amber = dana.locator("#here .here", has_text="June Oduya")
    expect(amber).to_contain_text("is writing a reply too")
    expect(june.locator("[data-draft-status]")).to_have_text("Saved")

    dana.locator("#reply-text").fill("Dear Writer, call the county office first.")
    dana.locator("#reply-text").press("Control+Enter")
    expect(dana.locator("#toasts")).to_contain_text("Sent to")
    expect(june.locator("#composer-news")).to_contain_text("Dana Kessler has answered.")

    june.locator("#reply-text").press("Control+Enter")
    expect(june.locator("#refusal")).to_contain_text("Not sent.")
    expect(june.locator("#refusal")).to_contain_text("call the county office first.")
    expect(june.locator("#reply-text")).to_have_value("Dear Writer, bring your new address with you.")
    june.reload()
    expect(june.locator("#reply-text")).to_have_value("Dear Writer, bring your new address with you.")
