"""Rules and approvals, by hand: written, tried, turned on, seen at work; asked for, decided."""

import re

from playwright.sync_api import Page, expect

from .house import House
from .people import People
from .test_accessible import faults

LONG = 60_000


def open_editor(page: Page) -> None:
    page.goto("/settings/rules/")
    page.get_by_role("link", name="New rule").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New rule")


def test_a_rule_is_written_tried_and_turned_on(people: People, house: House) -> None:
    """A lead writes it, looks at what it would have done, turns it on; the next letter is tagged by it."""
    theo = people.come("theo.marsh")
    open_editor(theo)
    theo.get_by_label("Name").fill("Lanterns to the night desk")
    expect(theo.get_by_label("About", exact=True)).to_have_value("inquiry")
    condition = theo.get_by_role("group", name="Condition 1").first
    condition.get_by_label("Field").select_option(label="Subject")
    condition.get_by_label("What is asked of it").select_option(label="contains")
    condition.get_by_label("Value").fill("lantern")
    act = theo.get_by_role("group", name="Act 1")
    act.get_by_label("What it does").select_option(label="Tag it")
    act.get_by_label("Put on").fill("night")
    theo.get_by_role("button", name="Do something else too").click()
    act = theo.get_by_role("group", name="Act 2")
    act.get_by_label("What it does").select_option(label="Tell a person or a team")
    act.get_by_label("Whom").select_option(label="The rule's owner")
    act.get_by_label("What to say").fill("A lantern has come")
    theo.get_by_role("button", name="Do something else too").click()
    act = theo.get_by_role("group", name="Act 3")
    act.get_by_label("What it does").select_option(label="Make: Task")
    act.get_by_label("What is to be done").fill("Photograph: {{ subject }}")
    act.get_by_label("Due on").fill("+2")
    expect(theo.get_by_label("Name")).to_have_value("Lanterns to the night desk")
    house.write("A lantern in my window", "I put one up.", name="Ruth Lantern", address="ruth.lantern@example.com")
    expect_dry_run(theo)
    assert faults(theo) == []
    theo.get_by_role("button", name="Keep and turn on").click()
    expect(theo.get_by_text("is kept and on")).to_be_visible()
    row = theo.locator(".ru", has_text="Lanterns to the night desk")
    expect(row).to_contain_text("Subject contains lantern")
    expect(row).to_contain_text("tag it night")
    house.write("The second lantern", "And another.", name="Omar Lantern", address="omar.lantern@example.com")
    expect(theo.locator(".toast", has_text="A lantern has come")).to_be_visible(timeout=LONG)
    theo.get_by_role("link", name=re.compile("Notices")).first.click()
    expect(theo.locator("#notices")).to_contain_text("The second lantern")
    theo.goto("/settings/rules/")
    row.get_by_role("button", name="More for Lanterns").click()
    theo.get_by_role("menuitem", name="Log").click()
    expect(theo.locator(".ru-log")).to_contain_text("tag it night")
    expect(theo.locator(".ru-log")).not_to_contain_text("A lantern in my window")  # it was there before the rule
    assert faults(theo) == []
    theo.get_by_role("link", name="The second lantern").click()
    expect(theo.locator("#main")).to_contain_text("night")
    expect(theo.locator("#tasks-panel")).to_contain_text("Photograph: The second lantern")


def expect_dry_run(page: Page) -> None:
    """The letter may still be on its way in: tried again until it is there."""
    for _try in range(20):
        page.get_by_role("button", name="Dry run on last week").click()
        expect(page.locator("#tried")).to_be_visible()
        if page.locator("#tried", has_text="A lantern in my window").count():
            break
        page.wait_for_timeout(1000)
    expect(page.locator("#tried")).to_contain_text("nothing was changed and nobody was told")
    expect(page.locator("#tried").get_by_role("row", name="A lantern in my window")).to_contain_text("tag it night")


def test_a_rule_is_written_without_script(people: People) -> None:
    theo = people.come("theo.marsh", java_script_enabled=False)
    open_editor(theo)
    theo.get_by_label("Name").fill("By hand alone")
    theo.get_by_role("group", name="Act 1").get_by_label("What it does").select_option(label="Close it")
    theo.get_by_role("group", name="Condition 1").first.get_by_label("Field").select_option(label="Priority")
    theo.get_by_role("button", name="Show what belongs to my choices").click()
    theo.get_by_role("group", name="Condition 1").first.get_by_label("Value").select_option(label="Low")
    theo.get_by_role("button", name="Keep", exact=True).click()
    row = theo.locator(".ru", has_text="By hand alone")
    expect(row).to_contain_text("Priority is Low")
    expect(row).to_contain_text("Off")


def test_an_approval_is_asked_for_and_given(people: People, house: House) -> None:
    """An administrator says who approves, a volunteer asks on a conversation, a lead decides while they look on."""
    marguerite = people.come("marguerite.sole")
    marguerite.goto("/settings/rules/approvals/")
    marguerite.get_by_role("link", name="New approval").first.click()
    marguerite.get_by_label("Name", exact=True).fill("Goes to the press")
    marguerite.get_by_label("Of what").select_option(label="Conversations")
    marguerite.get_by_label("What the step is called").fill("A lead reads it")
    marguerite.get_by_label("Correspondence lead").check()
    marguerite.get_by_role("button", name="Keep").click()
    expect(marguerite.get_by_role("row", name="Goes to the press")).to_contain_text("Correspondence lead")

    house.write("A quote for the paper", "Use it if you like.", name="Wes Quoted", address="wes.quoted@example.com")
    june = people.come("june.oduya")
    june.goto("/?view=all&q=quote+for+the+paper")
    expect(june.locator("#rows a.row", has_text="A quote for the paper").first).to_be_visible(timeout=LONG)
    june.locator("#rows a.row", has_text="A quote for the paper").first.click()
    theo = people.come("theo.marsh")
    theo.goto("/settings/rules/waiting/")
    june.get_by_role("button", name="Ask for: Goes to the press").click()
    expect(june.get_by_text("is asked for")).to_be_visible()
    expect(theo.get_by_role("link", name="A quote for the paper")).to_be_visible(timeout=LONG)
    theo.get_by_role("link", name="A quote for the paper").click()
    theo.get_by_role("button", name="Refuse").click()
    expect(theo.get_by_role("alert").first).to_contain_text("Say why not")
    assert faults(theo) == []
    theo.get_by_label("A word about it").fill("It reads well")
    theo.get_by_role("button", name="Approve").click()
    expect(theo.get_by_text("Approved").first).to_be_visible()
    expect(june.locator(".toast", has_text="Approved: Goes to the press")).to_be_visible(timeout=LONG)
    june.goto("/settings/rules/waiting/")
    june.get_by_role("link", name="A quote for the paper").click()
    expect(june.locator("#main")).to_contain_text("Theo Marsh approved: It reads well")
    assert faults(june) == []
