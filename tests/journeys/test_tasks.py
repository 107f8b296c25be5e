"""A lead gives a task on a letter; the volunteer hears of it, does it and takes that back; a team's is taken by one."""

import re

from playwright.sync_api import expect

from .house import House
from .people import People
from .test_accessible import faults

SUBJECT = "The drop box at the library"
TASK = "Ask the library for its hours"


def test_given_on_a_letter_and_done_from_it(house: House, people: People) -> None:
    theo, june = people.come("theo.marsh"), people.come("june.oduya", width=390, height=844)
    house.write(SUBJECT, "When is the box open?", name="Lena Ortega", address="lena@boxes.example.com")
    theo.goto("/?view=queue:voter-help")
    theo.locator("#rows > li", has_text=SUBJECT).locator("a.row").click()
    expect(theo.locator("#tt")).to_have_text(SUBJECT)
    letter = theo.url
    theo.locator("#tasks-panel").get_by_role("link", name="Give a task").click()
    expect(theo.get_by_role("main")).to_contain_text(SUBJECT)
    theo.get_by_role("button", name="Give it").click()
    expect(theo.get_by_role("alert").first).to_contain_text("Say what is to be done.")
    theo.get_by_label("What is to be done?").fill(TASK)
    theo.get_by_label("For whom?").select_option(label="June Oduya")
    assert faults(theo) == []
    theo.get_by_role("button", name="Give it").click()
    expect(theo.get_by_role("heading", level=1)).to_have_text(TASK)
    assert faults(theo) == []

    june.goto("/tasks/")
    row = june.get_by_role("row", name=re.compile(TASK))
    expect(row).to_contain_text(SUBJECT)
    assert june.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(june) == []
    theo.goto(letter)
    panel = theo.locator("#tasks-panel")
    expect(panel).to_contain_text(TASK)
    row.get_by_role("button", name="Done").click()
    expect(june.get_by_role("row", name=re.compile(TASK))).to_have_count(0)
    expect(panel.locator(".over")).to_contain_text(TASK)  # by itself, without reloading
    june.get_by_role("button", name="Undo").click()
    expect(june.get_by_role("row", name=re.compile(TASK))).to_have_count(1)
    expect(panel.locator(".over")).to_have_count(0)
    panel.get_by_role("button", name="It is done").click()
    expect(panel.locator(".over")).to_contain_text(TASK)
    expect(june.get_by_role("row", name=re.compile(TASK))).to_have_count(0)


def test_a_teams_is_taken_by_one(house: House, people: People) -> None:
    theo, june = people.come("theo.marsh"), people.come("june.oduya")
    title = "Count the window posters"
    june.goto("/tasks/")
    theo.goto("/tasks/new/")
    theo.get_by_label("What is to be done?").fill(title)
    theo.get_by_label("For whom?").select_option(label="Voter help")
    theo.get_by_role("button", name="Give it").click()
    expect(theo.get_by_role("heading", level=1)).to_have_text(title)
    row = june.get_by_role("row", name=re.compile(title))
    expect(row).to_contain_text("nobody yet")  # by itself, without reloading
    row.get_by_role("button", name="Take").click()
    expect(june.get_by_role("row", name=re.compile(title))).to_contain_text("June Oduya")
    expect(theo.get_by_role("main")).to_contain_text("June Oduya")
