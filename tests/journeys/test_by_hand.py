"""What one person does on their own: writes to somebody unasked, calls a colleague into a note, releases many replies
at once, follows a link out of a letter."""

import re
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from .house import House
from .people import People

BY_TWO = "Approved words twice"


def open_person(page: Page, name: str) -> None:
    page.goto(f"/people/?q={name}")
    page.locator("main a.lk-row").first.click()
    expect(page.locator("h1")).to_have_text(name)


def test_a_letter_nobody_asked_for_and_its_answer(house: House, people: People) -> None:
    house.write("A question long answered", "Thank you.", name="Odette Marchand", address="odette@example.com")
    theo = people.come("theo.marsh")
    row = theo.locator("#rows > li", has_text="A question long answered")
    theo.goto("/?view=all")
    row.locator("a.row").click()
    theo.get_by_role("button", name="Done").click()
    open_person(theo, "Odette Marchand")
    expect(theo.locator("#conversations")).to_contain_text("A question long answered")
    theo.get_by_role("link", name="Write").click()
    expect(theo.get_by_role("heading", name="Write to Odette Marchand")).to_be_visible()
    theo.get_by_label("What it is about").fill("Your ride to the polls")
    theo.get_by_role("button", name="Begin the letter").click()
    expect(theo.locator("#log")).to_contain_text("You began this conversation")
    theo.locator("#reply-text").fill("Dear Odette,\n\nA van comes at nine.")
    expect(theo.locator("[data-draft-status]")).to_have_text("Saved")
    theo.get_by_role("button", name=re.compile("^Send and close")).click()
    expect(theo.locator("#log")).to_contain_text("A van comes at nine.")
    expect(theo.locator("#log").get_by_role("button", name="Undo").first).to_be_visible()
    # A second letter goes on in the same conversation, once it is open again.
    open_person(theo, "Odette Marchand")
    expect(theo.get_by_role("list").filter(has_text="Your ride to the polls").first).to_be_visible()
    assert house.ledger()["balances"] is True


def test_a_colleague_and_the_team_are_called_with_the_keyboard_alone(house: House, people: People) -> None:
    house.write("Names after the at sign", "Who knows?", name="Ida Quill", address="ida.quill@example.com")
    june = people.come("june.oduya")
    june.goto("/?view=all")
    june.locator("#rows > li", has_text="Names after the at sign").locator("a.row").click()
    expect(june.locator("#tt")).to_have_text("Names after the at sign")
    june.keyboard.press("n")
    field = june.get_by_role("dialog").get_by_label("Note to the team")
    expect(field).to_be_focused()
    june.keyboard.type("Who knows, @th")
    listed = june.get_by_role("listbox", name="People and teams")
    expect(listed.get_by_role("option", selected=True)).to_contain_text("@Theo Marsh")
    expect(field).to_have_attribute("aria-controls", "mentions")
    expect(field).to_have_attribute("aria-activedescendant", "mention-0")
    june.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    expect(field).to_be_focused()
    june.keyboard.press("e")
    expect(listed).to_be_visible()
    june.keyboard.press("Enter")
    expect(field).to_have_value("Who knows, @Theo Marsh ")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    june.keyboard.type("or @vo")
    expect(listed.get_by_role("option", selected=True)).to_contain_text("@Voter help")
    june.keyboard.press("Tab")
    expect(field).to_have_value("Who knows, @Theo Marsh or @Voter help ")
    june.get_by_role("button", name="Post the note").click()
    expect(june.locator("#log mark")).to_have_text(["@Theo Marsh", "@Voter help"])
    theo = people.come("theo.marsh")
    theo.goto("/?view=mentions")
    expect(theo.locator("#rows > li", has_text="Names after the at sign")).to_be_visible()


def test_all_as_approved_leave_by_one_key_and_come_back_by_one(house: House, people: People) -> None:
    nour, theo = people.come("nour.hadley"), people.come("theo.marsh")
    for n in range(2):
        house.write(f"{BY_TWO} {n}", "Where do I vote?", name=f"Ann Pair {n}", address=f"pair{n}@example.com")
        nour.goto("/?view=all")
        nour.locator("#rows > li", has_text=f"{BY_TWO} {n}").locator("a.row").click()
        nour.get_by_role("button", name="Take it").click()
        expect(nour.locator("#head")).to_contain_text("Nour")
        nour.get_by_role("button", name="Insert approved language").click()
        nour.locator("#answers-q").fill("ballot")
        nour.locator("#answers-found li").first.get_by_role("button", name="Insert").click()
        expect(nour.locator("#reply-text")).not_to_have_value("")
        nour.get_by_role("button", name=re.compile("^Ask for release")).click()
        expect(nour.get_by_text("Waiting for a lead’s release").first).to_be_visible()
    theo.goto("/letters/release/?order=approved")
    expect(theo.locator("#waiting")).to_contain_text(f"{BY_TWO} 1")
    theo.keyboard.press("Shift+Enter")
    dialog = theo.get_by_role("dialog")
    n = dialog.locator(".many li").count()
    assert n >= 2
    expect(dialog.get_by_role("heading")).to_have_text(f"Release {n} replies as approved?")
    dialog.get_by_role("button", name=f"Release {n} replies").click()
    expect(theo.locator(".toast")).to_contain_text(f"{n} replies were released: they leave")
    expect(theo.locator("body")).not_to_contain_text(BY_TWO)
    theo.keyboard.press("z")
    expect(theo.locator("#waiting")).to_contain_text(f"{BY_TWO} 1")


def test_a_link_in_a_letter_opens_in_a_tab_of_its_own(house: House, people: People) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "Hal Link <hal@example.com>",
        "help@adair.example.org",
        "A linked letter",
    )
    mail["Message-ID"] = "<linked@writers.example.com>"
    mail.set_content("See the page.")
    mail.add_alternative(f'<p><a href="{house.url}/ask/" title="https://bank.example">Look at the page</a></p>', "html")
    house.deliver(mail.as_bytes(), sender="hal@example.com")
    theo = people.come("theo.marsh")
    theo.goto("/?view=all")
    theo.locator("#rows > li", has_text="A linked letter").locator("a.row").click()
    shown = theo.locator("[hx-get$='/shown/']").first
    expect(shown).to_be_attached()
    # The frame's own document, which has the frame's sandbox; no script runs in it, so nothing of Playwright's either.
    theo.goto((shown.get_attribute("hx-get") or "").replace("/shown/", "/html/"))
    with theo.context.expect_page() as opened:
        theo.mouse.click(60, 28)
    page = opened.value
    expect(page.get_by_role("heading", name="Ask us anything")).to_be_visible()
    assert page.evaluate("[window.opener, document.referrer, window.origin]") == [None, "", house.url]
    # Looking into the frame is tried by script, which the frame refuses and says so.
    people.faults[:] = [fault for fault in people.faults if "Blocked script execution" not in fault]


def test_going_back_and_sending_again_is_one_letter(house: House, people: People) -> None:
    page = people.come()
    page.goto("/ask/")
    page.get_by_label("Your question").fill("Is the observatory an early voting place?")
    page.get_by_label("Your state").select_option("OH")
    page.get_by_label("Email address").fill("again@example.com")
    for _ in range(2):
        page.get_by_role("button", name="Send my question").click()
        expect(page.get_by_role("heading", name="Your question is here")).to_be_visible()
        page.go_back()
        expect(page.get_by_label("Your question")).to_have_value("Is the observatory an early voting place?")
    theo = people.come("theo.marsh")
    theo.goto("/?view=queue:voter-help")
    expect(theo.locator("#rows > li", has_text="observatory")).to_have_count(1)
