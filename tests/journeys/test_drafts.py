"""What is typed is not lost: by a closed tab, by a second tab, by a line that is down."""

from playwright.sync_api import BrowserContext, Page, expect

from .house import House
from .people import People


def open_letter(house: House, people: People, subject: str) -> tuple[BrowserContext, Page]:
    house.write(
        subject, "May I vote early at the library?", name="Ada Pell", address=f"{subject[:5].lower()}@example.com"
    )
    page = people.come("yesenia.lerma")
    page.goto("/?view=queue:voter-help")
    page.locator("#rows > li", has_text=subject).locator("a.row").click()
    expect(page.locator("#tt")).to_have_text(subject)
    page.wait_for_url("**/i/**")
    return page.context, page


def test_a_draft_survives_its_closed_tab(house: House, people: People) -> None:
    context, page = open_letter(house, people, "Saved then closed")
    address = page.url
    page.locator("#reply-text").press_sequentially("Dear Ada, the library opens")
    expect(page.locator("[data-draft-status]")).to_have_text("Saved")
    page.locator("#reply-text").press_sequentially(" on Tuesday.")
    page.close(run_before_unload=True)  # before the last words could be saved by themselves

    again = context.new_page()
    again.goto(address)
    expect(again.locator("#reply-text")).to_have_value("Dear Ada, the library opens on Tuesday.")
    # And from another machine.
    elsewhere = people.come("yesenia.lerma")
    elsewhere.goto(address)
    expect(elsewhere.locator("#reply-text")).to_have_value("Dear Ada, the library opens on Tuesday.")


def test_two_tabs_of_one_draft_overwrite_nothing(house: House, people: People) -> None:
    context, first = open_letter(house, people, "Two tabs of one")
    second = context.new_page()
    second.goto(first.url)
    first.locator("#reply-text").press_sequentially("From the first tab.")
    expect(first.locator("[data-draft-status]")).to_have_text("Saved")
    second.locator("#reply-text").press_sequentially("From the second tab.")
    expect(second.locator("[data-draft-status]")).to_contain_text("Not saved: somebody else saved a newer draft.")
    expect(second.locator("#reply-text")).to_have_value("From the second tab.")
    elsewhere = people.come("yesenia.lerma")
    elsewhere.goto(first.url)
    expect(elsewhere.locator("#reply-text")).to_have_value("From the first tab.")


def test_what_is_typed_without_a_line_is_saved_when_it_is_back(house: House, people: People) -> None:
    context, page = open_letter(house, people, "Without a line")
    people.offline.add(context)
    context.set_offline(True)
    page.locator("#reply-text").press_sequentially("Dear Ada, yes.")
    expect(page.locator("[data-draft-status]")).to_have_text("Not saved, kept here")
    context.set_offline(False)
    expect(page.locator("[data-draft-status]")).to_have_text("Saved")
    elsewhere = people.come("yesenia.lerma")
    elsewhere.goto(page.url)
    expect(elsewhere.locator("#reply-text")).to_have_value("Dear Ada, yes.")
