"""An administrator's link makes an account that sees its team's queues and no other; ended, it is out at once."""

from playwright.sync_api import expect

from .house import House
from .people import People


def test_someone_joins_by_link_and_is_out_when_access_ends(house: House, people: People) -> None:
    house.write(
        "For the donors' desk",
        "My donation receipt, please.",
        name="Ulla Prior",
        address="ulla@example.com",
        to="donate@adair.example.org",
    )
    house.write("For voter help", "Where is my polling place?", name="Ugo Prior", address="ugo@example.com")
    marguerite = people.come("marguerite.sole")
    marguerite.goto("/settings/users/invite/")
    marguerite.get_by_label("Donations").check()
    marguerite.get_by_role("button", name="Make the link").click()
    link = marguerite.get_by_label("Link").input_value()
    assert link.startswith(f"{house.url}/join/")

    wren = people.come()
    wren.goto(link)
    wren.get_by_label("Your name").fill("Wren Tallis")
    wren.get_by_label("Email address").fill("wren.tallis@example.com")
    wren.get_by_label("Password").fill("seven geese over water")
    wren.locator("form button[type=submit]").click()
    expect(wren.locator("#list")).to_be_visible()

    rail = wren.locator("#rail")
    expect(rail.get_by_role("link", name="Donations")).to_be_visible()
    expect(rail.get_by_role("link", name="Voter help")).to_have_count(0)
    wren.goto("/?view=all")
    expect(wren.locator("#rows > li", has_text="For the donors' desk")).to_have_count(1)
    expect(wren.locator("#rows > li", has_text="For voter help")).to_have_count(0)
    expect(wren.locator("#rows .row").first).to_be_visible()
    # An address that somebody sent shows nothing more.
    marguerite.goto("/?view=all&q=Ugo")
    marguerite.locator("#rows > li", has_text="For voter help").locator("a.row").click()
    marguerite.wait_for_url("**/i/**")
    assert wren.request.get(marguerite.url).status == 404
    # The link was for one.
    assert people.come().request.get(link).status == 410

    wren.locator("#rows > li", has_text="For the donors' desk").locator("a.row").click()
    wren.wait_for_url("**/i/**")
    letter = wren.url
    wren.locator("#reply-text").press_sequentially("Dear Ulla, your receipt is on its way.")
    expect(wren.locator("[data-draft-status]")).to_have_text("Saved")
    wren.locator("#head").get_by_role("button", name="Take it").click()
    wren.evaluate("localStorage.setItem(`draft:${document.body.dataset.liveTopics.match(/user:(\\S+)/)[1]}:x`, 'kept')")
    marguerite.goto("/settings/users/?q=Wren")
    marguerite.get_by_role("button", name="More for Wren Tallis").click()
    marguerite.get_by_role("menuitem", name="End access now").click()
    expect(marguerite.get_by_text("Access ended")).to_be_visible()
    # The tab that stood open: nothing was pressed in it.
    wren.wait_for_url("**/sign-in/**")
    expect(wren.get_by_label("Password")).to_be_visible()
    # Nothing of what was written stays in the browser; colleagues have it, and the letter is nobody's.
    wren.wait_for_function("!Object.keys(localStorage).some(key => key.startsWith('draft:'))")
    marguerite.goto(letter)
    expect(marguerite.locator("#thread")).to_contain_text("ended the access of Wren Tallis: it is back in the queue")
    expect(marguerite.locator("#composer-news")).to_contain_text("Wren Tallis has a draft here")
    marguerite.get_by_role("button", name="See the draft").click()
    marguerite.get_by_role("button", name="Go on with it").click()
    expect(marguerite.locator("#reply-text")).to_have_value("Dear Ulla, your receipt is on its way.")
