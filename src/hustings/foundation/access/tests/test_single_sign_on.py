"""Single sign-on against a provider on loopback: who comes in, who does not, and that it never makes anybody."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from hustings.foundation.access.actions import end_access, factors
from hustings.foundation.access.actions import single_sign_on as acts
from hustings.foundation.access.models import AuditEntry, SingleSignOn, User
from hustings.foundation.core.clock import now as read_clock

from .conftest import NOW
from .test_factors import code_of

pytestmark = pytest.mark.django_db
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(ThreadingHTTPServer):
    """Speaks OpenID Connect, and says whatever the test wants of a person."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.issuer = self.named = f"http://127.0.0.1:{self.server_address[1]}"
        self.person = {"sub": "77", "email": "june@adair.example.org", "email_verified": True}
        self.id_token = {"aud": "hustings"}
        self.asked: list[dict[str, list[str]]] = []


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *given) -> None:
        pass

    def _say(self, told) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        here = self.server.issuer
        if self.path == "/userinfo":
            self._say(self.server.person)
            return
        self._say(
            {
                "issuer": self.server.named,
                "authorization_endpoint": f"{here}/authorize",
                "token_endpoint": f"{here}/token",
                "userinfo_endpoint": f"{here}/userinfo",
                "jwks_uri": f"{here}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        )

    def do_POST(self) -> None:
        self.server.asked.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        told = {"iss": self.server.issuer, "exp": time.time() + 60, **self.server.person, **self.server.id_token}
        token = jwt.encode(told, KEY, algorithm="RS256", headers={"kid": "1"})
        self._say({"access_token": "a", "token_type": "Bearer", "id_token": token})


@pytest.fixture
def provider():
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def set_up(provider, cast):
    return acts.add_provider(
        actor=cast["administrator"],
        name="Adair accounts",
        issuer=provider.issuer,
        client_id="hustings",
        client_secret="between us",
        now=NOW,
    )


def come_back(client: Client, *, state: str = "", next_url: str = ""):
    """There and back: what our answer page says."""
    there = client.get("/sign-in/with/adair-accounts/" + (f"?next={next_url}" if next_url else ""))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there["Location"]).query).items()}
    assert asked["redirect_uri"] == "http://testserver/sign-in/with/adair-accounts/answer/"
    assert asked["code_challenge_method"] == "S256"
    given = {"code": "c", "state": state or asked["state"]}
    return client.get("/sign-in/with/adair-accounts/answer/", given)


def nobody_came(client: Client, answer, users: int = 4) -> None:
    assert answer["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session
    assert (User.objects.count(), SocialAccount.objects.count()) == (users, 0)
    assert client.get("/sign-in/").context["said"]


def test_someone_who_works_here_comes_in(client, cast, provider, set_up):
    assert "Sign in with Adair accounts" in client.get("/sign-in/").content.decode()
    assert come_back(client, next_url="/settings/")["Location"] == "/settings/"
    assert client.session["_auth_user_id"] == str(cast["volunteer"].pk)
    link = SocialAccount.objects.get()
    assert (link.user, link.uid, link.extra_data) == (cast["volunteer"], "77", {})
    assert provider.asked[0]["client_secret"] == ["between us"]
    assert provider.asked[0]["code_verifier"]
    assert AuditEntry.objects.filter(action="sso.linked", record_uid=cast["volunteer"].uid).count() == 1
    assert AuditEntry.objects.get(action="sign-in").detail["way"] == "single sign-on: adair-accounts"
    provider.person |= {"email": "june.oduya@elsewhere.example.org"}
    assert come_back(Client())["Location"] == "/"  # known by what the provider calls them, from now on
    assert AuditEntry.objects.filter(action="sso.linked").count() == 1


@pytest.mark.parametrize(
    "person",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "stranger@example.org"},
        {"email": ""},
    ],
    ids=["not verified", "a word", "nothing said", "a stranger", "no address"],
)
def test_whom_the_provider_does_not_vouch_for_stays_out(client, cast, provider, set_up, person):
    provider.person |= person
    nobody_came(client, come_back(client))
    assert AuditEntry.objects.filter(action="sign-in.failed").count() == 1


@pytest.mark.parametrize("case", ["issuer", "audience", "subject", "expired", "state", "no code"])
def test_an_answer_that_does_not_fit_lets_nobody_in(client, cast, provider, set_up, case):
    state = ""
    if case == "issuer":
        provider.named = "https://evil.example.com"
    elif case == "audience":
        provider.id_token = {"aud": "another"}
    elif case == "subject":
        provider.id_token |= {"sub": "78"}
    elif case == "expired":
        provider.id_token |= {"exp": time.time() - 100}
    elif case == "state":
        state = "made-up"
    if case == "no code":
        answer = client.get("/sign-in/with/adair-accounts/answer/", {"error": "access_denied"})
    else:
        answer = come_back(client, state=state)
    nobody_came(client, answer)


def test_a_provider_that_is_not_there(client, cast, provider, set_up):
    provider.shutdown()
    provider.server_close()
    nobody_came(client, client.get("/sign-in/with/adair-accounts/"))
    assert client.get("/sign-in/with/unknown/").status_code == 404
    assert client.get("/sign-in/with/unknown/answer/").status_code == 404


def test_who_was_ended_stays_out(client, cast, provider, set_up):
    come_back(client)
    end_access(actor=cast["lead"], user=cast["volunteer"], now=read_clock())
    other = Client()
    assert come_back(other)["Location"] == "/sign-in/"
    assert "_auth_user_id" not in other.session


def test_another_account_of_the_provider_does_not_take_a_linked_person_over(client, cast, provider, set_up):
    come_back(client)
    provider.person |= {"sub": "666"}
    other = Client()
    assert come_back(other)["Location"] == "/sign-in/"
    assert SocialAccount.objects.count() == 1


def test_onward_never_leads_elsewhere(client, cast, provider, set_up):
    assert come_back(client, next_url="https://evil.example.com/")["Location"] == "/"


def test_the_second_factor_is_asked_for_all_the_same(client, cast, provider, set_up):
    secret = factors.new_secret()
    factors.add_app(user=cast["volunteer"], secret=secret, code=code_of(secret, NOW), now=NOW)
    assert come_back(client, next_url="/settings/")["Location"] == "/sign-in/second/"
    assert "_auth_user_id" not in client.session
    done = client.post("/sign-in/second/", {"code": code_of(secret, read_clock())})
    assert done["Location"] == "/settings/"


def test_who_sets_providers_up(client, cast):
    given = {"name": "Evil", "issuer": "https://evil.example.com", "client_id": "x", "client_secret": "y"}
    with pytest.raises(PermissionDenied):
        acts.add_provider(actor=cast["lead"], **given, now=NOW)
    for issuer in ("http://login.example.org", "ftp://localhost", "javascript:alert(1)"):
        with pytest.raises(ValidationError):
            acts.add_provider(actor=cast["administrator"], **given | {"issuer": issuer}, now=NOW)
    assert SingleSignOn.objects.count() == 0
    client.post("/sign-in/", {"email": "marguerite@adair.example.org", "password": "a long enough sentence"})
    page = client.post("/settings/sign-on/", given | {"name": "Adair", "issuer": "https://login.example.org/"})
    assert page["Location"] == "/settings/sign-on/"
    made = SingleSignOn.objects.get()
    assert (made.slug, made.issuer) == ("adair", "https://login.example.org")
    assert bytes(made.client_secret) != b"y"
    shown = client.get("/settings/sign-on/").content.decode()
    assert "http://testserver/sign-in/with/adair/answer/" in shown
    client.post(f"/settings/sign-on/{made.uid}/remove/")
    assert SingleSignOn.objects.count() == 0


def test_the_environment_names_one_too(client, cast, settings):
    settings.HUSTINGS_OIDC = {"issuer": "https://id.example.org", "client_id": "x", "client_secret": "y", "name": "Us"}
    assert "/sign-in/with/own/" in client.get("/sign-in/").content.decode()


def test_no_page_of_another_look_is_routed(client):
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/", "/accounts/2fa/", "/accounts/password/reset/"):
        assert client.get(path).status_code == 404
