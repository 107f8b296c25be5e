"""Roles and fields by keyboard; what is saved holds on the volunteer's next page; looking as somebody else."""

import re

from playwright.sync_api import Page, expect

from .house import House
from .people import People

GRID = "/settings/roles/?record=person"


def cell(page: Page, row: str, role: str) -> str:
    return f'tr[data-row="{row}"] a[data-role="{role}"]'


def open_a_person(page: Page) -> str:
    """By a letter: then the list of people shows them to a volunteer."""
    page.goto("/?view=all")
    page.locator("#rows a.row").first.click()
    page.wait_for_url("**/i/**")
    page.goto(page.locator("a[href^='/people/0']").first.get_attribute("href") or "")
    name = page.get_by_role("heading", level=1).inner_text()
    page.goto("/people/")
    page.get_by_role("main").get_by_role("link", name=name).click()
    page.wait_for_url(re.compile("/people/0"))
    return page.url


def test_a_cell_is_changed_by_keyboard_and_holds_on_the_next_page(house: House, people: People) -> None:
    volunteer = people.come("june.oduya")
    address = open_a_person(volunteer)
    expect(volunteer.get_by_text("Language", exact=True).first).to_be_visible()
    page = people.come("marguerite.sole")
    page.goto(GRID)
    page.locator(cell(page, "name", "volunteer")).focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(cell(page, "language", "volunteer"))).to_be_focused()
    page.keyboard.press("1")
    expect(page.get_by_text("1 change, not saved")).to_be_visible()
    expect(page.locator(cell(page, "language", "volunteer"))).to_have_text("hidden")
    # A whole column, and put back.
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("2")
    expect(page.locator(cell(page, "city", "volunteer"))).to_have_text("•••")
    page.get_by_role("button", name="Put all back").click()
    expect(page.locator("[data-changes]")).to_be_hidden()
    page.locator(cell(page, "language", "volunteer")).focus()
    page.keyboard.press("1")
    page.get_by_role("button", name="Save 1 change").click()
    expect(page.get_by_text("1 change holds now.")).to_be_visible()
    volunteer.goto(address)
    expect(volunteer.get_by_text("Language", exact=True)).to_have_count(0)
    # Back to how it came: Enter opens the choice.
    page.locator(cell(page, "language", "volunteer")).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("^Edit")).press("Enter")
    page.get_by_role("button", name="Save 1 change").click()
    expect(page.get_by_text("1 change holds now.")).to_be_visible()


def test_what_widens_something_sensitive_says_so_before_it_is_saved(house: House, people: People) -> None:
    page = people.come("marguerite.sole")
    page.goto(GRID)
    page.locator(cell(page, "phone", "volunteer")).focus()
    page.keyboard.press("3")
    expect(page.get_by_text(re.compile(r"\d+ people could read or edit: Phone"))).to_be_visible()
    expect(page.locator(".seen")).to_be_visible()


def test_looking_as_a_volunteer_changes_nothing(house: House, people: People) -> None:
    page = people.come("marguerite.sole")
    page.goto("/settings/look/")
    page.locator("select[name=role]").select_option("volunteer")
    page.get_by_role("button", name="Look as this role").click()
    expect(page.get_by_text("You look as Correspondence volunteer.")).to_be_visible()
    page.goto("/?view=unassigned")
    expect(page.get_by_text("You look as Correspondence volunteer.")).to_be_visible()
    expect(page.get_by_role("link", name="Roles and fields")).to_have_count(0)
    page.locator("#rows a.row").first.click()
    expect(page.locator("#thread")).to_be_visible()
    page.goto("/settings/")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="You only look")).to_be_visible()
    page.get_by_role("button", name="Stop looking").first.click()
    expect(page.get_by_text("You see with your own eyes again.")).to_be_visible()
    expect(page.get_by_text("You look as")).to_have_count(0)
