"""Everything by keys: signing in, through the list, an answer, the palette; and many rows at once."""

from playwright.sync_api import expect

from .house import PASSWORD, House
from .people import People


def test_from_signing_in_to_an_answer_without_a_mouse(house: House, people: People) -> None:
    for number in range(2):
        house.write(
            f"By keys alone {number}", "Is the hall open at seven?", name="Ivo Lund", address="ivo.lund@example.com"
        )
    page = people.come()
    page.goto("/")
    page.wait_for_url("**/sign-in/**")
    for _ in range(20):
        if page.get_by_label("Email address").evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("june.oduya@adair.example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#list")).to_be_visible()

    page.goto("/?view=queue:voter-help&q=keys")
    rows = page.locator("#rows a.row")
    expect(rows).to_have_count(2)
    for key, at in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(rows.nth(at)).to_be_focused()
    subject = rows.first.locator(".sub").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#tt")).to_have_text(subject)
    page.keyboard.press("r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type("Dear Ivo, yes, from seven.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Sent to Ivo Lund")

    # Taken back by a key: the words are a draft again.
    expect(page.locator("#reply-text")).to_have_value("")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Taken back: it is a draft again")
    expect(page.locator("#reply-text")).to_have_value("Dear Ivo, yes, from seven.")


def test_the_palette_goes_to_a_person_and_the_keys_explain_themselves(house: House, people: People) -> None:
    house.write("About the palette", "Hello to all of you there.", name="Quilla Marsden", address="quilla@example.com")
    page = people.come("theo.marsh")
    page.goto("/?view=queue:voter-help")
    expect(page.locator("#rows > li", has_text="Quilla Marsden")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("quilla")
    person = page.locator("#palette [role=option][data-href^='/people/']", has_text="Quilla Marsden")
    expect(person).to_be_visible()
    for _ in range(page.locator("#palette [role=option]").count()):
        if person.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*/")
    expect(page.get_by_role("heading", name="Quilla Marsden")).to_be_visible()
    page.keyboard.press("?")
    keys = page.locator("#keys")
    expect(keys).to_be_visible()
    expect(keys).to_contain_text("Take the next one")
    expect(keys).to_contain_text("Undo")


def test_three_rows_are_closed_at_once_and_come_back(house: House, people: People) -> None:
    for number in range(3):
        house.write(
            f"Only a greeting {number}",
            "Good luck to the Governor.",
            name="Otto Ray",
            address=f"otto{number}@example.com",
        )
    page = people.come("pearl.stockbridge")
    page.goto("/?view=queue:voter-help&q=greeting")
    rows = page.locator("#rows > li", has_text="Only a greeting")
    expect(rows).to_have_count(3)
    page.keyboard.press("j")
    for _ in range(3):
        page.keyboard.press("x")
        page.keyboard.press("j")
    expect(page.locator("[data-chosen]")).to_have_text("3 chosen")
    page.get_by_role("button", name="More for the chosen").click()
    page.get_by_role("menuitem", name="Read, none needed").click()
    expect(page.locator("#toasts")).to_contain_text("3 done")
    expect(rows).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Undone for 3 inquiries")
    expect(rows).to_have_count(3)
