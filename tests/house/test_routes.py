"""Every address asks for sign-in, or is on this list."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

HELP = ("", "search/", "suggest/", "feed.atom", "about/<slug:slug>/", "<slug:slug>/helped/", "<slug:slug>/")
PUBLIC = {
    "sign-in/",
    "sign-out/",
    "sign-in/second/",
    "sign-in/passkey/",
    "sign-in/passkey/options/",
    "sign-in/with/<slug:slug>/",
    "sign-in/with/<slug:slug>/answer/",
    "sign-in/<str:token>/",
    "join/<str:token>/",
    "ask/",
    "ask/thanks/",
    "es/ask/",
    "es/ask/thanks/",
    "records/form/<slug:slug>/",
    "records/form/<slug:slug>/send/",
    "records/form/<slug:slug>/thanks/",
    "sitemap.xml",
    "robots.txt",
    "help/files/<uuid:uid>/",
    *(base + page for base in ("help/", "es/ayuda/") for page in HELP),
    "help/polling-place/",
    "es/ayuda/lugar-de-votacion/",
    "ui/language/<str:code>/",
    # Streams answer 403 themselves: a redirect would be followed as if it were one.
    "live/",
}
API = "api/"  # programs get a problem document (401), not a way to the sign-in page
SAMPLES = {
    "uuid": "0197b8f0-0000-7000-8000-000000000001",
    "uuidstr": "0197b8f0-0000-7000-8000-000000000001",
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "x",
}


def routes(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, here)
        elif isinstance(entry, URLPattern):
            yield here, entry.callback


def address_of(route):
    """The route with something put in for each of its arguments."""
    out = route
    while "<" in out:
        start, end = out.index("<"), out.index(">")
        kind = out[start + 1 : end].split(":")[0] if ":" in out[start:end] else "str"
        out = out[:start] + SAMPLES[kind] + out[end + 1 :]
    return "/" + out


def test_the_public_list_is_exact():
    open_to_all = {
        route for route, view in routes() if not getattr(view, "login_required", True) and not route.startswith(API)
    }
    assert open_to_all == PUBLIC


@pytest.mark.django_db
@pytest.mark.parametrize("route", sorted({route for route, _ in routes() if route.startswith(API)}))
@pytest.mark.parametrize("method", ["get", "post", "patch"])
def test_a_stranger_gets_a_problem_document(route, method):
    response = getattr(Client(), method)(address_of(route))
    assert response.status_code in (401, 405)
    assert response["Content-Type"] == "application/problem+json"
    assert (response.status_code == 405) == ("Allow" in response)


def test_there_is_an_api():
    assert sum(route.startswith(API) for route, _ in routes()) >= 6


@pytest.mark.django_db
@pytest.mark.parametrize("route", sorted({route for route, _ in routes() if not route.startswith(API)} - PUBLIC))
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_sent_to_sign_in(route, method):
    response = getattr(Client(), method)(address_of(route))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/?next=")
