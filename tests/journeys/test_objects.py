"""A record type of the campaign's own, from nothing to a board: built, asked for on a phone without script, moved by
keys, acted on by a rule. Through the pages alone."""

from playwright.sync_api import Page, expect

from .house import House
from .people import People
from .test_accessible import faults


def add_field(page: Page, label: str, holds: str, *ticks: str, choices: str = "", more: bool = True) -> None:
    page.get_by_label("Name", exact=True).fill(label)
    page.get_by_label("What it holds").select_option(label=holds)
    if choices:
        page.get_by_label("Choices").fill(choices)
    for tick in ticks:
        page.get_by_label(tick).check()
    page.get_by_role("button", name="Add it and go on with another" if more else "Add it", exact=True).click()


def build(page: Page) -> None:
    page.goto("/records/setup/")
    page.get_by_role("link", name="New record type").click()
    page.get_by_label("What one of them is called").fill("Yard sign request")
    page.get_by_label("What several are called").fill("Yard sign requests")
    page.get_by_label("Stages").fill("New\nPacked\nDelivered")
    page.get_by_label("Whose they are").select_option(label="Volunteers")
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("link", name="New field").click()
    add_field(page, "Name", "Text, one line", "Must be filled in", "On the public form", "Indexed")
    add_field(page, "Where it goes", "Place: street, city, state, ZIP", "Must be filled in", "On the public form")
    add_field(page, "Size", "One of several choices", "On the public form", choices="Small\nLarge")
    add_field(page, "Staff note", "Text, several lines", more=False)
    expect(page.get_by_role("row", name="Staff note")).to_be_visible()
    page.get_by_role("link", name="Stages and form").click()
    page.get_by_label("Anyone may send one by a public form").check()
    page.get_by_label("What the form says first").fill("Tell us where it can be seen from the road.")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("link", name="/records/form/yard-sign-request/")).to_be_visible()


def write_rule(page: Page) -> None:
    """When one is made and it is large, then it is packed at once."""
    page.goto("/settings/rules/new/")
    page.get_by_label("Name").fill("Large signs are packed at once")
    page.get_by_label("About", exact=True).select_option(label="Yard sign requests")
    condition = page.get_by_role("group", name="Condition 1").first
    condition.get_by_label("Field").select_option(label="Size")
    condition.get_by_label("What is asked of it").select_option(label="is")
    condition.get_by_label("Value").select_option(label="Large")
    act = page.get_by_role("group", name="Act 1")
    act.get_by_label("What it does").select_option(label="Set “Stage”")
    act.get_by_label("becomes").select_option(label="Packed")
    page.get_by_role("button", name="Keep and turn on").click()
    expect(page.get_by_text("is kept and on")).to_be_visible()


def ask_for(page: Page, name: str, size: str) -> None:
    page.goto("/records/form/yard-sign-request/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Street and number").fill("12 Elm Street")
    page.get_by_label("ZIP code").fill("43215")
    page.get_by_label(size).check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="It is here")).to_be_visible()


def test_a_yard_sign_from_nothing_to_the_board(house: House, people: People) -> None:
    marguerite = people.come("marguerite.sole")
    build(marguerite)
    write_rule(marguerite)

    ruth = people.come(width=390, height=844, java_script_enabled=False)
    ruth.goto("/records/form/yard-sign-request/")
    expect(ruth.get_by_text("Staff note")).to_have_count(0)
    ruth.get_by_role("button", name="Send").click()
    expect(ruth.get_by_role("link", name="Name is missing")).to_have_attribute("href", "#id_name")
    ask_for(ruth, "Ruth Abernathy", "Small")
    ruth.go_back()
    ruth.get_by_role("button", name="Send").click()
    expect(ruth.get_by_role("heading", name="It is here")).to_be_visible()
    assert ruth.context.cookies() == []

    marguerite.locator("#rail").get_by_role("link", name="Yard sign requests").click()
    expect(marguerite.get_by_role("status").filter(has_text="One record")).to_be_visible()
    expect(marguerite.get_by_role("row", name="Ruth Abernathy")).to_contain_text("Columbus, OH 43215")
    marguerite.get_by_role("link", name="Board").click()
    lane = marguerite.get_by_role("region", name="New")
    expect(lane.get_by_role("link", name="Ruth Abernathy")).to_be_visible()
    marguerite.wait_for_load_state()  # a card is there before the script that moves it
    lane.get_by_role("button", name="Move Ruth Abernathy").press("Enter")
    with marguerite.expect_response(lambda answer: answer.request.method == "GET" and answer.url.endswith("/board/")):
        marguerite.get_by_role("menuitem", name="Packed").press("Enter")  # and the board comes anew
    expect(marguerite.get_by_role("region", name="Packed").get_by_role("link", name="Ruth Abernathy")).to_be_visible()
    marguerite.wait_for_load_state()

    card = marguerite.locator("li", has=marguerite.get_by_role("link", name="Ruth Abernathy"))
    packed, delivered = (marguerite.get_by_role("region", name=name) for name in ("Packed", "Delivered"))
    # By dragging, and taken back; by the keyboard, which keeps the card in hand; and what the server refuses goes back.
    card.drag_to(delivered)
    expect(delivered.locator("li", has_text="Ruth Abernathy")).to_be_visible()
    expect(marguerite.locator("#toasts")).to_contain_text("Moved to Delivered")
    marguerite.keyboard.press("z")
    expect(packed.locator("li", has_text="Ruth Abernathy")).to_be_visible()
    expect(card).to_have_count(1)
    marguerite.get_by_role("link", name="Ruth Abernathy").focus()
    marguerite.keyboard.press("Shift+ArrowLeft")
    expect(lane.get_by_role("link", name="Ruth Abernathy")).to_be_focused()
    expect(marguerite.locator("#toasts")).to_contain_text("Moved to New")
    marguerite.context.route(
        "**/stage/packed/", lambda route: route.fulfill(status=409, body="Not now.", content_type="text/plain")
    )
    marguerite.keyboard.press("Shift+ArrowRight")
    expect(marguerite.locator("#toasts")).to_contain_text("Not now.")
    expect(lane.get_by_role("link", name="Ruth Abernathy")).to_be_visible()
    marguerite.context.unroute("**/stage/packed/")
    marguerite.keyboard.press("Shift+ArrowRight")
    expect(packed.get_by_role("link", name="Ruth Abernathy")).to_be_focused()
    expect(marguerite.locator("#toasts")).to_contain_text("Moved to Packed")
    marguerite.reload()
    expect(packed.get_by_role("link", name="Ruth Abernathy")).to_be_visible()

    marguerite.get_by_role("button", name="Take the next").click()
    expect(marguerite.get_by_role("heading", name="Ruth Abernathy")).to_be_visible()
    marguerite.get_by_role("link", name="Edit").click()
    marguerite.get_by_label("Staff note").fill("By the oak.")
    marguerite.get_by_role("button", name="Keep").click()
    expect(marguerite.locator(".record-facts")).to_contain_text("By the oak.")

    # The rule does its work.
    ask_for(ruth, "Omar Haddad", "Large")
    marguerite.goto("/records/yard-sign-request/board/")
    packed = marguerite.get_by_role("region", name="Packed")
    expect(packed.get_by_role("link", name="Omar Haddad")).to_be_visible(timeout=60_000)

    # Who was given no grant on them sees none of it.
    june = people.come("june.oduya")
    assert june.goto("/records/yard-sign-request/").status == 404
    for page in ("/records/setup/", "/records/setup/fields/x_yard_sign_request/", "/records/yard-sign-request/",
                 "/records/yard-sign-request/board/", "/records/yard-sign-request/new/",
                 "/records/yard-sign-request/import/", "/records/form/yard-sign-request/"):  # fmt: skip
        marguerite.goto(page)
        assert faults(marguerite) == [], page
