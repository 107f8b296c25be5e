"""From an invitation to a first answered letter, in as few presses as it takes: an administrator makes a link, a
volunteer joins by it and answers with approved language, her lead releases it, and it leaves. Steps are told, not time;
from each the next one is in sight."""

from playwright.sync_api import Locator, Page, expect

from .house import House
from .people import People

SUBJECT = "May I vote before the day?"
# Three minutes hold thirty presses at leisure, with the reading and typing between them.
MOST_PRESSES = 18


class Hands:
    """What somebody does with the pointer and the keys, counted. Typing a line of text is one."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def press(self, what: Locator) -> None:
        expect(what).to_be_visible()
        what.click()
        self.done.append(f"press {what}")

    def type(self, where: Locator, words: str) -> None:
        where.fill(words)
        self.done.append(f"type {words}")

    def key(self, page: Page, key: str) -> None:
        page.keyboard.press(key)
        self.done.append(f"key {key}")


def test_from_a_link_to_a_first_answer(house: House, people: People) -> None:
    house.write(
        SUBJECT, "I work on that Tuesday. Can I vote early in Ohio?", name="Ingrid Sole", address="ingrid@example.com"
    )
    hands = Hands()
    link = invited(people, hands)
    wren = joined(people, hands, link)
    answered(wren, hands)
    released(people, hands)
    expect(wren.locator("#log .msg.ours")).to_contain_text("released by Theo Marsh")
    lead = people.come("theo.marsh")
    lead.goto("/mailbox/?q=ingrid")
    expect(lead.locator("#caught tbody tr").filter(has_text=f"Re: {SUBJECT}")).to_have_count(1, timeout=60_000)
    assert len(hands.done) <= MOST_PRESSES, "\n".join(hands.done)


def invited(people: People, hands: Hands) -> str:
    """Role, team, for how many and until when: all on one page, most of it as it should be already."""
    marguerite = people.come("marguerite.sole")
    hands.press(marguerite.locator("#rail").get_by_role("link", name="People who work here"))
    hands.press(marguerite.get_by_role("link", name="Invite"))
    expect(marguerite.get_by_label("Role")).to_have_value("volunteer")
    hands.press(marguerite.get_by_label("Voter help"))
    expect(marguerite.get_by_label("How many people may use it")).to_have_value("1")
    expect(marguerite.get_by_label("Works for")).to_have_value("7")
    expect(marguerite.get_by_label("Their replies wait for a lead")).to_be_checked()
    hands.press(marguerite.get_by_role("button", name="Make the link"))
    return marguerite.get_by_label("Link").input_value()


def joined(people: People, hands: Hands, link: str) -> Page:
    """She is in as soon as she has said who she is, and before her letters."""
    wren = people.come()
    wren.goto(link)
    expect(wren.get_by_text("Voter help")).to_be_visible()
    hands.type(wren.get_by_label("Your name"), "Wilma Tallis")
    hands.type(wren.get_by_label("Email address"), "wilma.tallis@example.com")
    hands.type(wren.get_by_label("Password"), "eleven larks above barley")
    hands.press(wren.get_by_role("button", name="Start"))
    expect(wren.locator("#list")).to_be_visible()
    return wren


def answered(wren: Page, hands: Hands) -> None:
    """Her first letter, answered from approved language."""
    hands.press(wren.locator("#rail").get_by_role("link", name="Voter help"))
    hands.press(wren.locator("#rows > li", has_text=SUBJECT).locator("a.row"))
    expect(wren.locator("#log")).to_contain_text("Can I vote early in Ohio?")
    hands.press(wren.get_by_role("button", name="Insert approved language"))
    hands.type(wren.locator("#answers-q"), "ballot")
    hands.press(wren.locator("#answers-found li").first.get_by_role("button", name="Insert"))
    expect(wren.locator("#composer-chips .tag")).to_have_count(1)
    expect(wren.locator("[data-draft-status]")).to_have_text("Saved")
    hands.press(wren.get_by_role("button", name="Ask for release", exact=False).first)
    expect(wren.get_by_text("Waiting for a lead’s release").first).to_be_visible()


def released(people: People, hands: Hands) -> None:
    """Her lead reads it beside the letter, and lets it go."""
    theo = people.come("theo.marsh")
    hands.press(theo.locator("#rail").get_by_role("link", name="Waiting for approval"))
    hands.press(theo.locator("#waiting > li", has_text=SUBJECT).get_by_role("link"))
    theo.wait_for_url("**/letters/release/*/*")
    hands.key(theo, "Control+Enter")
    expect(theo.get_by_text("Released: Wilma’s reply leaves")).to_be_visible()
