"""A possible threat: volunteers never see it; the security lead is called, reads it and prints it, and that is kept."""

import re

from playwright.sync_api import expect

from .house import House
from .people import People

WORDS = "I know where the Governor sleeps. I will kill him on Sunday."

# Whatever is put into the page for however short a time.
WATCH = """() => {
  window.seen = [];
  const look = () => window.seen.push(document.body.innerText.includes("Governor sleeps"));
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
}"""


def test_a_threat_is_sealed_before_a_volunteer_sees_it(house: House, people: People) -> None:
    pearl, theo = people.come("pearl.stockbridge"), people.come("theo.marsh")
    pearl.goto("/?view=queue:voter-help")
    theo.goto("/letters/sealed/")
    pearl.evaluate(WATCH)
    house.write("Read this well", WORDS, name="Nobody Known", address="nobody.known@example.com")
    held = theo.locator("#sealed tbody tr", has_text="Nobody Known")
    expect(held).to_be_visible()

    # What comes after it does appear before the volunteer: the list was fetched anew, without the threat.
    house.write("After the threat", "Where do I vote?", name="Kay Holm", address="kay.holm@example.com")
    expect(pearl.locator("#rows > li", has_text="After the threat")).to_be_visible()
    assert not any(pearl.evaluate("window.seen"))
    for address in ("/?view=all&q=Governor+sleeps", "/?view=all&q=Nobody", "/people/?q=Nobody"):
        pearl.goto(address)
        expect(pearl.locator("main")).to_be_visible()
        assert "Read this well" not in pearl.content()
        assert "Nobody Known" not in pearl.content()
    assert pearl.request.get("/letters/sealed/").status in (403, 404)

    held.get_by_role("link").click()
    theo.wait_for_url(re.compile(r"/letters/sealed/[0-9a-f-]{36}/"))
    assert pearl.request.get(theo.url).status in (403, 404)
    expect(theo.locator("main")).to_contain_text(WORDS)
    expect(theo.locator("main")).to_contain_text("nobody.known@example.com")
    theo.get_by_role("link", name="Page to print").click()
    expect(theo.locator("main")).to_contain_text("Ready to print.")
    expect(theo.locator("pre.raw", has_text="Message-ID").first).to_be_visible()
    touched = theo.get_by_role("table", name="Who touched it")
    expect(touched).to_contain_text("Theo Marsh")
    assert "Pearl" not in touched.inner_text()
    # No word goes out to whom it came from.
    theo.goto("/mailbox/?q=nobody.known")
    expect(theo.get_by_text("Nothing like that was caught")).to_be_visible()
