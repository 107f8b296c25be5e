"""Pages of access: who may, what a wrong try says, and that tries are limited."""

from datetime import timedelta

import pytest

from hustings.foundation.access import actions
from hustings.foundation.access.actions import tries
from hustings.foundation.access.models import Invitation, Role, Team, User
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.ui.queries import campaign

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_sign_in_and_out(client, cast):
    answer = client.post("/sign-in/", {"email": "June@adair.example.org", "password": PASSWORD, "next": "/settings/"})
    assert (answer.status_code, answer["Location"]) == (302, "/settings/")
    assert client.get("/settings/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/settings/").status_code == 302


def test_a_wrong_password_and_an_unknown_address_say_the_same(client, cast):
    known = client.post("/sign-in/", {"email": "june@adair.example.org", "password": "not this one"})
    unknown = client.post("/sign-in/", {"email": "nobody@adair.example.org", "password": "not this one"})
    assert known.status_code == unknown.status_code == 422
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_after_five_tries_even_the_right_password_waits(client, cast):
    for _ in range(tries.FREE):
        client.post("/sign-in/", {"email": "june@adair.example.org", "password": "not this one"})
    answer = client.post("/sign-in/", {"email": "june@adair.example.org", "password": PASSWORD})
    assert answer.status_code == 429
    assert "_auth_user_id" not in client.session


def test_onward_never_leads_elsewhere(client, cast):
    given = {"email": "june@adair.example.org", "password": PASSWORD, "next": "//evil.example.com/"}
    assert client.post("/sign-in/", given)["Location"] == "/"


def test_a_one_click_link_exists_in_the_sample_alone(client, cast, settings):
    path = actions.make_sign_in_link(user=cast["volunteer"], now=read_clock())
    assert client.get(path).status_code == 404
    settings.DEMO = True
    assert client.get(path)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(cast["volunteer"].pk)
    assert client.get("/sign-in/unknown-token/").status_code == 404


def test_joining_by_a_link(client, cast, teams):
    _, token = actions.invite(
        actor=cast["administrator"],
        role=Role.VOLUNTEER,
        teams=[teams["Voter help"]],
        expires_at=read_clock() + timedelta(days=1),
        now=read_clock(),
    )
    page = client.get(f"/join/{token}/")
    assert page.status_code == 200
    assert "Marguerite Sample" in page.content.decode()
    weak = client.post(f"/join/{token}/", {"name": "Nour", "email": "nour@example.org", "password": "short"})
    assert (weak.status_code, list(weak.context["form"].errors)) == (422, ["password"])
    done = client.post(f"/join/{token}/", {"name": "Nour", "email": "nour@example.org", "password": PASSWORD})
    assert done["Location"] == "/"
    assert client.get(f"/join/{token}/").status_code == 410


@pytest.mark.parametrize("who", ["lead", "volunteer"])
@pytest.mark.parametrize("path", ["/settings/users/invite/", "/settings/teams/", "/settings/users/{uid}/"])
def test_administration_is_the_administrators(client, cast, who, path):
    client.force_login(cast[who])
    address = path.format(uid=cast["volunteer"].uid)
    given = {"roles": ["administrator"], "role": "administrator", "name": "x", "colour": 1}
    for answer in (client.get(address), client.post(address, given)):
        assert answer.status_code == 403
    assert (Invitation.objects.count(), Team.objects.count()) == (0, 2)
    assert User.objects.get(pk=cast["volunteer"].pk).roles == ["volunteer"]


def test_an_administrator_invites_changes_and_ends(client, cast, teams):
    client.force_login(cast["administrator"])
    invited = {"role": "volunteer", "most_uses": 40, "days": "7", "teams": [teams["Voter help"].pk]}
    page = client.post("/settings/users/invite/", invited)
    assert "/join/" in page.context["link"]
    changed = {"name": "June Oduya", "roles": ["lead"], "teams": [teams["Press desk"].pk], "is_crisis_trained": "on"}
    assert client.post(f"/settings/users/{cast['volunteer'].uid}/", changed)["Location"] == "/settings/users/"
    june = User.objects.get(pk=cast["volunteer"].pk)
    assert (june.name, june.roles, june.is_crisis_trained, june.needs_release) == ("June Oduya", ["lead"], True, False)
    client.post(f"/settings/users/{june.uid}/end/")
    assert not User.objects.get(pk=june.pk).is_active
    assert client.get("/settings/users/").status_code == 200


def test_preferences_are_ones_own(client, cast):
    client.force_login(cast["volunteer"])
    client.post("/settings/", {"name": "June", "time_zone": "America/Chicago", "language": "es"})
    june = User.objects.get(pk=cast["volunteer"].pk)
    assert (june.time_zone, june.language, june.single_keys) == ("America/Chicago", "es", False)


def test_the_campaign_is_described_by_an_administrator_alone(client, cast):
    given = {
        "name": "Adair for America",
        "paid_for_by": "Adair for America",
        "hue": 168,
        "help_phone": "(555) 555-0100",
    }
    client.force_login(cast["lead"])
    assert client.post("/settings/campaign/", given).status_code == 403
    assert campaign().name != "Adair for America"
    client.force_login(cast["administrator"])
    assert client.post("/settings/campaign/", given | {"hue": 999}).status_code == 422
    assert client.post("/settings/campaign/", given)["Location"] == "/settings/campaign/"
    assert campaign().name == "Adair for America"
    assert "Adair for America" in client.get("/settings/campaign/").content.decode()
