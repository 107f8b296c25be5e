"""Two colleagues in one record's feed: a call with @, the post that appears by itself, following and muting."""

from playwright.sync_api import Page, expect

from .house import House
from .people import People
from .test_accessible import faults
from .test_together import key_of


def feed_of_a_letter(house: House, page: Page, mark: str) -> str:
    """A letter comes; the address of its feed, which both may see."""
    house.write(
        mark,
        "My sister cannot reach the booth by the stairs.",
        name="Ines Aldana",
        address=f"{mark.lower()}@example.com",
    )
    page.goto("/?view=queue:voter-help")
    page.locator("#rows > li", has_text=mark).locator("a.row").click()
    expect(page.locator("#tt")).to_have_text(mark)
    return f"/feed/inquiry/{key_of(page)}/"


def post(page: Page, words: str) -> None:
    page.locator("#feed > form textarea").fill(words)
    page.locator("#feed > form textarea").press("Control+Enter")
    expect(page.locator("#posts")).to_contain_text(words)


def test_a_call_a_comment_and_quiet(house: House, people: People) -> None:
    june, dana = people.come("june.oduya"), people.come("dana.kessler")
    here = feed_of_a_letter(house, june, "Staircase")
    june.goto(here)
    dana.goto(here)
    expect(dana.locator("#posts")).to_contain_text("Nothing here yet")

    # The name comes from the list that opens after @, without the mouse.
    words = june.locator("#feed > form textarea")
    words.press_sequentially("Who knows the building? @Dana")
    expect(june.locator("#mentions [role=option]").first).to_contain_text("@Dana Kessler")
    words.press("Enter")
    expect(words).to_have_value("Who knows the building? @Dana Kessler ")
    words.press("Control+Enter")
    expect(june.locator("#posts .fp mark")).to_have_text("@Dana Kessler")
    expect(words).to_have_value("")

    # It appears for Dana by itself; her comment appears for June.
    expect(dana.locator("#posts .fp")).to_contain_text("Who knows the building?")
    dana.locator("#posts summary", has_text="Comment").click()
    dana.locator("#posts details textarea").fill("There is a ramp at the back.")
    dana.locator("#posts details button", has_text="Comment").click()
    expect(june.locator("#posts .fp-c")).to_contain_text("There is a ramp at the back.")

    wrong = []
    for address in (
        here,
        june.locator("#posts .fp-at a").first.get_attribute("href"),
        "/feed/",
        "/feed/search/?q=ramp",
    ):
        june.goto(address or "")
        for width, scheme in ((1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")):
            june.set_viewport_size({"width": width, "height": 900})
            june.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            wrong += [f"{address} {scheme} {width}: {fault}" for fault in faults(june)]
            if not june.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                wrong.append(f"{address}: wider than {width}")
    assert wrong == []
    june.set_viewport_size({"width": 1440, "height": 900})
    june.goto(here)

    # Muted, she hears of it only by name; following, of everything.
    dana.locator("#follow button", has_text="Mute").click()
    expect(dana.locator("#follow")).to_contain_text("Muted")
    dana.goto("/feed/")
    dana.locator("form[action='/feed/read/'] button").click()
    expect(dana.locator("#posts .fp").first).to_contain_text("Who knows the building?")
    post(june, "Thank you, I tell her.")
    dana.goto("/feed/?view=unread")
    expect(dana.locator("#posts")).to_contain_text("All read")
    dana.goto(here)
    dana.locator("#follow button", has_text="Follow").click()
    expect(dana.locator("#follow")).to_contain_text("Following")
    dana.goto("/feed/?view=unread")
    expect(dana.locator("#posts")).to_contain_text("All read")  # she had it before her while she followed it
    post(june, "She is glad.")
    expect(dana.locator("#posts")).to_contain_text("She is glad.")
    dana.goto("/feed/")
    expect(dana.locator("#rail-main a[href='/feed/'] b")).to_have_text("1")


def test_a_colleague_who_may_not_see_it_is_named_before_posting(house: House, people: People) -> None:
    june, lila = people.come("june.oduya"), people.come("lila.tran")
    here = feed_of_a_letter(house, june, "Elevator")
    assert lila.request.get(here).status == 404
    june.goto(here)
    words = june.locator("#feed > form textarea")
    words.press_sequentially("@Lila Tran, is this a story?")
    said = "Lila Tran may not see this record and will not be told."
    expect(june.locator("#feed > form .fw-warn")).to_contain_text(said)
    words.press("Control+Enter")
    expect(june.locator("#feed > form .fw-warn")).to_contain_text(said)
    expect(words).to_have_value("@Lila Tran, is this a story?")
    expect(june.locator("#posts")).to_contain_text("Nothing here yet")
    june.locator("#feed > form button", has_text="Post, they are not told").click()
    expect(june.locator("#posts .fp")).to_contain_text("is this a story?")
    lila.goto("/feed/")
    expect(lila.locator("#posts")).to_contain_text("Nothing in your feed yet")
