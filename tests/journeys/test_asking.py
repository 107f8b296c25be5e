"""The public form: without script, with errors, pressed twice, on a phone."""

from playwright.sync_api import Page, expect

from .house import House
from .people import People


def fill(page: Page, question: str, email: str = "lottie@example.com") -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your state").select_option("OH")
    page.get_by_label("Email address").fill(email)


def test_a_question_without_script_on_a_phone(house: House, people: People) -> None:
    page = people.come(width=390, height=844, java_script_enabled=False)
    page.goto("/ask/")
    page.get_by_role("button", name="Send my question").click()
    expect(page.get_by_role("link", name="Write your question")).to_have_attribute("href", "#id_question")
    fill(page, "May I bring my marimba to the polling place?")
    page.get_by_role("button", name="Send my question").click()
    expect(page.get_by_role("heading", name="Your question is here")).to_be_visible()

    theo = people.come("theo.marsh")
    theo.goto("/?view=queue:voter-help")
    row = theo.locator("#rows > li", has_text="marimba")
    expect(row).to_have_count(1)
    row.locator("a.row").click()
    expect(theo.locator("#log")).to_contain_text("by the web form")
    expect(theo.locator("#log")).to_contain_text("May I bring my marimba to the polling place?")


def test_errors_are_summed_up_and_what_was_written_stays(house: House, people: People) -> None:
    page = people.come(width=390, height=844)
    page.goto("/ask/")
    fill(page, "Where do I send my ballot back to?", email="lottie at example")
    page.get_by_role("button", name="Send my question").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Your question")).to_have_value("Where do I send my ballot back to?")
    summary.get_by_role("link", name="Enter an email address with an @").click()
    expect(page.get_by_label("Email address")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pressed_twice_it_is_one_letter(house: House, people: People) -> None:
    page = people.come()
    page.goto("/ask/")
    fill(page, "Is the zeppelin museum an early voting place?")
    page.get_by_role("button", name="Send my question").dblclick()
    expect(page.get_by_role("heading", name="Your question is here")).to_be_visible()

    theo = people.come("theo.marsh")
    theo.goto("/?view=queue:voter-help")
    expect(theo.locator("#rows > li", has_text="zeppelin")).to_have_count(1)
    assert house.ledger()["balances"] is True
