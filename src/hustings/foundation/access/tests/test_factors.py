"""Second factors: added, shown, removed, asked for by a role; and each refusal changes nothing."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from hustings.foundation.access.actions import factors
from hustings.foundation.access.models import AuditEntry, Session, User
from hustings.foundation.core.clock import now as read_clock

from .conftest import NOW, PASSWORD
from .keys import SoftKey

pytestmark = pytest.mark.django_db


def code_of(secret: str, moment) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(moment.timestamp()) // 30))


def sign_in(client: Client, email: str = "june@adair.example.org", password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"email": email, "password": password, **more})


@pytest.fixture
def laptop():
    return Client(headers={"host": "localhost"}, HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/140.0")


@pytest.fixture
def june(cast):
    return cast["volunteer"]


@pytest.fixture
def with_app(june):
    """June has an app; its secret and her recovery codes."""
    secret = factors.new_secret()
    codes = factors.add_app(user=june, secret=secret, code=code_of(secret, NOW), now=NOW)
    return secret, codes


def lines(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def test_an_app_is_added_by_the_code_it_shows(laptop, june):
    sign_in(laptop)
    page = laptop.get("/settings/sign-in/app/")
    secret = page.context["secret"].replace(" ", "")
    wrong = laptop.post("/settings/sign-in/app/", {"code": "000000"})
    assert (wrong.status_code, Authenticator.objects.count()) == (422, 0)
    done = laptop.post("/settings/sign-in/app/", {"code": code_of(secret, read_clock())})
    assert (done.status_code, len(done.context["codes"]), done["Cache-Control"]) == (200, 10, "no-store")
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    june.refresh_from_db()
    assert june.second_factor_at is not None
    assert (lines("factor.added"), lines("factor.removed")) == (1, 0)
    assert laptop.get("/settings/sign-in/").status_code == 200  # this session showed it just now


def test_after_the_password_the_code_is_asked_for(laptop, with_app):
    secret, _codes = with_app
    answer = sign_in(laptop, next="/settings/")
    assert answer["Location"] == "/sign-in/second/"
    assert "_auth_user_id" not in laptop.session
    assert laptop.get("/settings/")["Location"].startswith("/sign-in/?next=")
    assert laptop.post("/sign-in/second/", {"code": "123"}).status_code == 422
    done = laptop.post("/sign-in/second/", {"code": code_of(secret, read_clock())})
    assert done["Location"] == "/settings/"
    assert laptop.get("/settings/").status_code == 200


def test_a_code_of_the_app_works_once(june, with_app):
    secret, _codes = with_app
    later = NOW + timedelta(minutes=5)
    assert factors.check_code(user=june, code=code_of(secret, later), now=later)
    assert not factors.check_code(user=june, code=code_of(secret, later), now=later)
    assert not factors.check_code(user=june, code=code_of(secret, NOW), now=later)


def test_a_recovery_code_works_once(june, with_app):
    _secret, codes = with_app
    assert factors.check_code(user=june, code=f"{codes[3][:4]} {codes[3][4:]}", now=NOW)
    assert not factors.check_code(user=june, code=codes[3], now=NOW)
    assert AuditEntry.objects.get(action="code.used").detail == {"left": 9}
    assert not factors.check_code(user=june, code="12345678", now=NOW)


def test_guessing_the_code_is_locked(laptop, with_app):
    secret, _codes = with_app
    sign_in(laptop)
    for _ in range(5):
        assert laptop.post("/sign-in/second/", {"code": "000000"}).status_code == 422
    answer = laptop.post("/sign-in/second/", {"code": code_of(secret, read_clock())})
    assert (answer.status_code, "_auth_user_id" in laptop.session) == (429, False)


def test_a_session_without_the_factor_is_no_session(client, june, with_app):
    client.force_login(june)
    assert client.get("/settings/")["Location"] == "/sign-in/"
    assert Session.objects.filter(user=june).count() == 0


def test_a_passkey_is_added_and_signs_in_alone(laptop, june):
    key = SoftKey()
    sign_in(laptop)
    options = laptop.post("/settings/sign-in/passkey/options/").json()
    assert options["publicKey"]["authenticatorSelection"]["residentKey"] == "required"
    done = laptop.post("/settings/sign-in/passkey/", {"name": "Work laptop", "credential": key.make(options)})
    assert len(done.context["codes"]) == 10
    laptop.post("/sign-out/")
    asked = laptop.post("/sign-in/passkey/options/").json()
    answer = key.show(asked)
    assert laptop.post("/sign-in/passkey/", {"credential": answer, "next": "/settings/"})["Location"] == "/settings/"
    session = Session.objects.get(user=june)
    assert (session.way, session.device, session.network) == ("passkey", "Firefox, Linux", "127.0.0.0/24")
    other = Client(headers={"host": "localhost"})
    other.post("/sign-in/passkey/options/")
    assert other.post("/sign-in/passkey/", {"credential": answer})["Location"] == "/sign-in/"  # an old challenge
    assert "_auth_user_id" not in other.session


@pytest.mark.parametrize(
    "key", [SoftKey("http://evil.example.com"), SoftKey(verifies=False)], ids=["elsewhere", "not unlocked"]
)
def test_a_passkey_that_does_not_fit_is_not_added(laptop, june, key):
    sign_in(laptop)
    options = laptop.post("/settings/sign-in/passkey/options/").json()
    answer = laptop.post("/settings/sign-in/passkey/", {"name": "x", "credential": key.make(options)})
    assert (answer.status_code, Authenticator.objects.count()) == (422, 0)
    june.refresh_from_db()
    assert june.second_factor_at is None


@pytest.mark.parametrize(
    "credential", ["", "{}", "[1]", '{"response": {}}', '{"response": {"userHandle": "AAAA"}}', "nö"]
)
def test_a_broken_answer_of_a_browser_signs_nobody_in(laptop, cast, credential):
    laptop.post("/sign-in/passkey/options/")
    assert laptop.post("/sign-in/passkey/", {"credential": credential})["Location"] == "/sign-in/"
    assert "_auth_user_id" not in laptop.session


def test_somebody_elses_passkey_is_no_second_factor(laptop, june, cast):
    mine, theirs = SoftKey(), SoftKey()
    for email, key in (("june@adair.example.org", mine), ("theo@adair.example.org", theirs)):
        sign_in(laptop, email)
        options = laptop.post("/settings/sign-in/passkey/options/").json()
        laptop.post("/settings/sign-in/passkey/", {"name": "x", "credential": key.make(options)})
        laptop.post("/sign-out/")
    sign_in(laptop)
    asked = laptop.post("/sign-in/passkey/options/").json()
    refused = laptop.post("/sign-in/second/", {"credential": theirs.show(asked)})
    assert (refused.status_code, "_auth_user_id" in laptop.session) == (422, False)
    asked = laptop.post("/sign-in/passkey/options/").json()
    forged = theirs.show(asked, user=mine.user)
    assert laptop.post("/sign-in/passkey/", {"credential": forged})["Location"] == "/sign-in/"
    sign_in(laptop)
    asked = laptop.post("/sign-in/passkey/options/").json()
    assert laptop.post("/sign-in/second/", {"credential": mine.show(asked)})["Location"] == "/"


def test_a_role_that_asks_for_a_factor_shows_nothing_else_first(laptop, june):
    User.objects.filter(pk=june.pk).update(roles=["counsel"])
    assert sign_in(laptop)["Location"] == "/"
    for path in ("/", "/settings/", "/people/", "/settings/tokens/"):
        assert laptop.get(path)["Location"] == "/settings/sign-in/set-up/"
    assert laptop.get("/live/?topics=user:1").status_code == 403
    assert laptop.post("/settings/", {"name": "Else"})["Location"] == "/settings/sign-in/set-up/"
    assert laptop.get("/api/v1/records/").status_code == 403
    assert User.objects.get(pk=june.pk).name == "June Sample"
    page = laptop.get("/settings/sign-in/set-up/").content.decode()
    assert ("Sign out" in page, 'id="rail"' in page) == (True, False)
    secret = laptop.get("/settings/sign-in/app/").context["secret"].replace(" ", "")
    laptop.post("/settings/sign-in/app/", {"code": code_of(secret, read_clock())})
    assert laptop.get("/settings/").status_code == 200


def test_the_last_factor_stays_while_a_role_asks_for_one(laptop, june, with_app):
    User.objects.filter(pk=june.pk).update(roles=["counsel"])
    app = Authenticator.objects.get(type="totp")
    secret, _codes = with_app
    sign_in(laptop)
    laptop.post("/sign-in/second/", {"code": code_of(secret, read_clock())})
    laptop.post(f"/settings/sign-in/factors/{app.pk}/remove/")
    assert Authenticator.objects.filter(pk=app.pk).exists()
    User.objects.filter(pk=june.pk).update(roles=["volunteer"])
    laptop.post(f"/settings/sign-in/factors/{app.pk}/remove/")
    assert Authenticator.objects.count() == 0
    june.refresh_from_db()
    assert (june.second_factor_at, lines("factor.removed")) == (None, 1)


def test_keys_are_changed_only_after_showing_again_who_one_is(client, june, cast):
    client.force_login(june)  # no password was shown in this session
    for path in ("/settings/sign-in/app/", "/settings/sign-in/passkey/", "/settings/sign-in/password/"):
        assert client.get(path)["Location"].startswith("/settings/sign-in/confirm/?next=")
    given = {"password": "another long sentence"}
    assert client.post("/settings/sign-in/password/", given)["Location"].startswith("/settings/sign-in/confirm/")
    june.refresh_from_db()
    assert june.check_password(PASSWORD)
    back = {"next": "/settings/sign-in/app/"}
    assert client.post("/settings/sign-in/confirm/", back | {"password": "wrong"}).status_code == 422
    assert client.post("/settings/sign-in/confirm/", {"next": "https://evil.example.com/"}).status_code == 422
    done = client.post("/settings/sign-in/confirm/", back | {"password": PASSWORD})
    assert done["Location"] == "/settings/sign-in/app/"
    assert client.get("/settings/sign-in/app/").status_code == 200


def test_nobody_removes_anothers_factor(laptop, june, cast, with_app):
    app = Authenticator.objects.get(type="totp")
    sign_in(laptop, "theo@adair.example.org")
    assert laptop.post(f"/settings/sign-in/factors/{app.pk}/remove/").status_code == 404
    assert laptop.post(f"/settings/users/{june.uid}/factors/").status_code == 403
    assert Authenticator.objects.filter(pk=app.pk).exists()
    laptop.post("/sign-out/")
    sign_in(laptop, "marguerite@adair.example.org")
    assert "Take the second factor away" in laptop.get(f"/settings/users/{june.uid}/").content.decode()
    laptop.post(f"/settings/users/{june.uid}/factors/")
    assert not Authenticator.objects.filter(user=june).exists()


def test_a_new_password_signs_every_other_browser_out(laptop, june):
    other = Client()
    other.force_login(june)
    sign_in(laptop)
    assert laptop.post("/settings/sign-in/password/", {"password": "short"}).status_code == 422
    laptop.post("/settings/sign-in/password/", {"password": "another long sentence"})
    assert laptop.get("/settings/").status_code == 200
    assert other.get("/settings/").status_code == 302
    assert lines("password.changed") == 1
