"""A passkey is added and signs in by itself; a role that asks for a second factor shows nothing else first."""

import hashlib
import hmac
import struct
import time
from base64 import b32decode

from playwright.sync_api import Page, expect

from .house import House
from .people import People
from .test_accessible import faults

PASSWORD = "seven geese over water"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def newcomer(house: House, people: People, name: str, role: str) -> Page:
    """Someone new, come by a link for this role, on the first page they see."""
    marguerite = people.come("marguerite.sole")
    marguerite.goto("/settings/users/invite/")
    marguerite.get_by_label("Role").select_option(role)
    marguerite.get_by_label("Voter help").check()
    marguerite.get_by_role("button", name="Make the link").click()
    link = marguerite.get_by_label("Link").input_value()
    page = people.come()
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email address").fill(address_of(name))
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    page.wait_for_url(lambda url: "/join/" not in url)
    return page


def address_of(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.com"


def code_of(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    mac = hmac.new(b32decode(secret.replace(" ", "")), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    (value,) = struct.unpack(">I", mac[mac[-1] & 15 :][:4])
    return f"{(value & 0x7FFFFFFF) % 1_000_000:06}"


def leave(page: Page) -> None:
    """The browser forgets its session and that it was known; no page of it asks for anything meanwhile."""
    page.goto("about:blank")
    page.context.clear_cookies()


def test_a_passkey_is_added_and_signs_in_by_itself(house: House, people: People) -> None:
    page = newcomer(house, people, "Piers Longacre", "volunteer")
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    made = line.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto("/settings/sign-in/")
    assert faults(page) == []
    page.get_by_role("link", name="Add a passkey").click()
    assert faults(page) == []
    page.get_by_label("What you call it").fill("Kitchen laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them").click()
    assert download.value.suggested_filename == "hustings-recovery-codes.txt"
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("row", name="Kitchen laptop")).to_be_visible()
    assert len(line.send("WebAuthn.getCredentials", {"authenticatorId": made["authenticatorId"]})["credentials"]) == 1

    leave(page)
    page.goto("/settings/sign-in/")
    page.wait_for_url("**/sign-in/?next=**")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/settings/sign-in/")
    expect(page.get_by_role("row", name="this one")).to_be_visible()

    # The password alone is no longer enough; with the key it is.
    leave(page)
    page.goto("/sign-in/")
    page.get_by_label("Email address").fill(address_of("Piers Longacre"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("#rail")).to_be_attached()

    # Without the key nothing opens, and the page says so.
    line.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": made["authenticatorId"]})
    leave(page)
    page.goto("/sign-in/")
    empty = line.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was shown.")).to_be_visible()
    line.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": empty["authenticatorId"]})


def test_a_role_asks_for_a_second_factor_first(house: House, people: People) -> None:
    page = newcomer(house, people, "Imogen Hale", "counsel")
    expect(page.get_by_role("heading", name="One thing first: a second factor")).to_be_visible()
    expect(page.locator("#rail")).to_have_count(0)
    assert faults(page) == []
    page.goto("/people/")
    expect(page.get_by_role("heading", name="One thing first: a second factor")).to_be_visible()
    assert page.request.get("/api/v1/records/").status == 403
    page.get_by_role("link", name="Use an authenticator app").click()
    assert faults(page) == []
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_text("That is not the code the app shows now.").first).to_be_visible()
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Add the app").click()
    codes = page.locator(".codes li").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("#rail")).to_be_attached()

    leave(page)
    page.goto("/people/")
    page.get_by_label("Email address").fill(address_of("Imogen Hale"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("That is not the code of now.").first).to_be_visible()
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/people/")
