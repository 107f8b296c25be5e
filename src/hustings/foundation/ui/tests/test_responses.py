import copy
import json

import pytest
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory, override_settings

from hustings.foundation.ui import middleware, responses, views

PAGE = {"sample.html": "<h1>page</h1>{% partialdef row inline %}<li>{{ name }}</li>{% endpartialdef %}"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def sample_page(settings):
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"] = []
    templates[0]["OPTIONS"]["loaders"] = [
        ("template_partials.loader.Loader", [("django.template.loaders.locmem.Loader", PAGE)])
    ]
    with override_settings(TEMPLATES=templates):
        yield


def ask(rf: RequestFactory, **headers: str):
    return rf.get("/", headers=headers)


def through(request, response: HttpResponse) -> HttpResponse:
    return middleware.ContentSecurityPolicy(lambda _request: response)(request)


@pytest.mark.usefixtures("sample_page")
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, "<h1>page</h1><li>Ruth</li>"),
        (HTMX, "<li>Ruth</li>"),
        ({**HTMX, "HX-Boosted": "true"}, "<h1>page</h1><li>Ruth</li>"),
        ({**HTMX, "HX-History-Restore-Request": "true"}, "<h1>page</h1><li>Ruth</li>"),
    ],
)
def test_a_part_only_for_those_who_ask_for_a_part(rf, headers, body) -> None:
    response = responses.page_or_part(ask(rf, **headers), "sample.html", {"name": "Ruth"}, part="row")
    assert response.content.decode() == body
    assert response["Vary"] == "HX-Request"


def test_go_leads_the_whole_page_away(rf) -> None:
    assert responses.go("/next/").headers["Location"] == "/next/"
    assert responses.go("/next/", request=ask(rf)).status_code == 302
    part = responses.go("/next/", request=ask(rf, **HTMX))
    assert (part.status_code, part["HX-Redirect"]) == (204, "/next/")


def test_refresh(rf) -> None:
    assert responses.refresh(ask(rf, **HTMX))["HX-Refresh"] == "true"
    assert responses.refresh(ask(rf), url="/list/")["Location"] == "/list/"


def test_a_toast_on_a_part_is_said_on_this_page(rf) -> None:
    request = ask(rf, **HTMX)
    response = through(request, responses.toast(HttpResponse(), "Closed", undo_url="/undo/"))
    said = json.loads(response["HX-Trigger"])["toasts"]["value"]
    assert said == [{"message": "Closed", "undo": "/undo/", "seconds": 8, "tone": "good"}]
    assert responses.COOKIE not in response.cookies


@pytest.mark.parametrize("response", [HttpResponseRedirect("/"), HttpResponse(headers={"HX-Redirect": "/"})])
def test_a_toast_on_an_answer_that_leads_away_is_said_on_the_next_page(rf, response) -> None:
    answer = through(ask(rf, **HTMX) if "HX-Redirect" in response else ask(rf), responses.toast(response, "Sent"))
    assert "HX-Trigger" not in answer
    request = rf.get("/")
    request.COOKIES[responses.COOKIE] = answer.cookies[responses.COOKIE].value
    assert [toast["message"] for toast in responses.take_toasts(request)] == ["Sent"]
    after = through(request, HttpResponse())
    assert after.cookies[responses.COOKIE]["max-age"] == 0


def test_a_redirect_is_never_put_inside_a_part(rf) -> None:
    answer = through(ask(rf, **HTMX), HttpResponseRedirect("/sign-in/?next=/"))
    assert (answer.status_code, answer["HX-Redirect"], "Location" in answer) == (204, "/sign-in/?next=/", False)
    assert through(ask(rf), HttpResponseRedirect("/next/"))["Location"] == "/next/"


@pytest.mark.parametrize(
    ("page", "to", "led"),
    [
        ("http://testserver/i/7/?view=mine", "/sign-in/?next=/part/%3Fa%3D1", "/sign-in/?next=/i/7/%3Fview%3Dmine"),
        ("http://testserver/i/7/", "/sign-in/?next=/other/", "/sign-in/?next=/other/"),
        ("http://testserver/i/7/", "/elsewhere/", "/elsewhere/"),
        ("http://evil.example/i/7/", "/sign-in/?next=/part/%3Fa%3D1", "/sign-in/?next=/part/%3Fa%3D1"),
        ("", "/sign-in/?next=/part/%3Fa%3D1", "/sign-in/?next=/part/%3Fa%3D1"),
    ],
)
def test_who_signs_in_comes_back_to_the_page_and_not_to_its_part(rf, page, to, led) -> None:
    request = rf.get("/part/?a=1", headers={**HTMX, "HX-Current-URL": page})
    assert through(request, HttpResponseRedirect(to))["HX-Redirect"] == led


def test_nobody_can_make_up_a_toast(rf) -> None:
    request = rf.get("/")
    request.COOKIES[responses.COOKIE] = signing.dumps([{"message": "x"}], salt="another")
    assert responses.take_toasts(request) == []


def test_a_problem_says_so_and_events_add_up(rf) -> None:
    request = ask(rf, **HTMX)
    response = through(
        request, responses.event(responses.problem(request, "Somebody else closed it."), "list-changed", 7)
    )
    triggers = json.loads(response["HX-Trigger"])
    assert response.status_code == 409
    assert response.content == b"Somebody else closed it."
    assert triggers["list-changed"] == 7
    assert triggers["toasts"]["value"][0]["tone"] == "problem"


def test_every_answer_has_the_strict_policy(rf) -> None:
    answer = through(ask(rf), HttpResponse())
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "frame-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in answer["Permissions-Policy"]


def test_a_view_that_shows_foreign_matter_gives_its_own_policy(rf) -> None:
    response = HttpResponse()
    response.csp = "sandbox; default-src 'none'; frame-ancestors 'self'"  # type: ignore[attr-defined]
    assert (
        through(ask(rf), response)["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'self'"
    )


@pytest.mark.urls("hustings.foundation.ui.tests.urls")
@pytest.mark.parametrize(
    ("code", "back", "lands", "kept"),
    [
        ("es", "/ask/?state=OH", "/ask/?state=OH", "es"),
        ("es", "https://example.org/", "/", "es"),
        ("es", "//example.org/", "/", "es"),
        ("xx", "/ask/", "/ask/", None),
    ],
)
def test_a_language_is_kept_and_nobody_is_led_to_another_site(rf, code, back, lands, kept, settings) -> None:
    response = views.language(rf.get("/", {"next": back}), code)
    assert response["Location"] == lands
    cookie = response.cookies.get(settings.LANGUAGE_COOKIE_NAME)
    assert (cookie and cookie.value) == kept
