"""Answers to the browser. The only place, with the middleware, that knows of HX-* headers.

return page_or_part(request, "desk/inquiry.html", {...}, part="thread")
return toast(go(reverse("desk:mine")), _("Sent to Omar Haddad"), undo_url=reverse("correspondence:unsend", ...))
"""

import json
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.loader import render_to_string

COOKIE = "toasts"
SALT = "ui.toasts"
SECONDS_KEPT = 60


def wants_part(request: HttpRequest) -> bool:
    """Whether a part of the page is asked for; not when the browser goes back or is boosted to a whole page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-History-Restore-Request") != "true"
        and headers.get("HX-Boosted") != "true"
    )


def target_of(request: HttpRequest) -> str:
    """The id of the element the answer will go into, or ""."""
    return request.headers.get("HX-Target", "") if wants_part(request) else ""


def page_or_part(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, part: str = "", status: int = 200
) -> HttpResponse:
    """The whole page, or its partial `part` when a part is asked for."""
    name = f"{template}#{part}" if part and wants_part(request) else template
    response = HttpResponse(render_to_string(name, context or {}, request), status=status)
    response["Vary"] = "HX-Request"
    return response


def part(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Always a fragment: `template` names a partial ("desk/inquiry.html#row") or a small template of its own."""
    return HttpResponse(render_to_string(template, context or {}, request), status=status)


def go(url: str, *, request: HttpRequest | None = None) -> HttpResponse:
    """Go to another page. With the request, a part's asker is sent there as a whole page too."""
    if request is not None and wants_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def refresh(request: HttpRequest, *, url: str = "") -> HttpResponse:
    """Load the page again as it is; without script, go to `url` (or where the form was)."""
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponseRedirect(url or request.headers.get("Referer") or request.path)


def nothing(*, status: int = 204) -> HttpResponse:
    """Done, and nothing on the page changes."""
    return HttpResponse(status=status)


def event(response: HttpResponse, name: str, detail: Any = None) -> HttpResponse:
    """Send an event on the page once the answer has been put in its place."""
    triggers = json.loads(response.headers.get("HX-Trigger", "{}"))
    triggers[name] = detail
    response["HX-Trigger"] = json.dumps(triggers)
    return response


def address(response: HttpResponse, url: str) -> HttpResponse:
    """Show this address in the browser: a list's address is its state."""
    response["HX-Push-Url"] = url
    return response


def toast(
    response: HttpResponse, message: str, *, undo_url: str = "", seconds: int = 8, tone: str = "good"
) -> HttpResponse:
    """Say it in passing: on this page, or on the next one where the answer leads away. `tone`: good or problem."""
    said = {"message": str(message), "undo": undo_url, "seconds": seconds, "tone": tone}
    response.ui_toasts = [*getattr(response, "ui_toasts", []), said]  # type: ignore[attr-defined]
    return response


def problem(request: HttpRequest, message: str, *, status: int = 409) -> HttpResponse:
    """The server says no: what happened, what was kept, what to do. The row goes back to where it was."""
    response = HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
    return toast(response, message, tone="problem")


def send_toasts(request: HttpRequest, response: HttpResponse) -> None:
    """Called by the middleware: into this page when it stays, else into a cookie the next page reads."""
    if getattr(request, "ui_toasts_taken", False):
        response.delete_cookie(COOKIE, samesite="Lax")
    said = getattr(response, "ui_toasts", None)
    if not said:
        return
    leads_away = response.has_header("HX-Redirect") or response.has_header("HX-Refresh") or not wants_part(request)
    if leads_away:
        value = signing.dumps(said, salt=SALT)
        response.set_cookie(
            COOKIE, value, max_age=SECONDS_KEPT, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    else:
        event(response, "toasts", {"value": said})


def lead_away(request: HttpRequest, response: HttpResponse) -> None:
    """Called by the middleware: a redirect answered to a part is followed by the page, not put inside it. Who has to
    sign in first comes back to the page then, not to the part."""
    if wants_part(request) and 300 <= response.status_code < 400 and response.has_header("Location"):
        response["HX-Redirect"] = _back_to_the_page(request, response["Location"])
        del response["Location"]
        response.status_code = 204
        response.content = b""


def _back_to_the_page(request: HttpRequest, url: str) -> str:
    """The address with the page that asked as its `next`, where this is the part itself."""
    to, page = urlsplit(url), urlsplit(request.headers.get("HX-Current-URL", ""))
    asked = QueryDict(to.query, mutable=True)
    if asked.get("next") != request.get_full_path() or page.netloc != request.get_host():
        return url
    asked["next"] = urlunsplit(("", "", page.path, page.query, ""))
    return urlunsplit(to._replace(query=asked.urlencode(safe="/")))


def take_toasts(request: HttpRequest) -> list[dict[str, Any]]:
    if not (value := request.COOKIES.get(COOKIE)):
        return []
    request.ui_toasts_taken = True  # type: ignore[attr-defined]
    try:
        said: list[dict[str, Any]] = signing.loads(value, salt=SALT, max_age=SECONDS_KEPT)
    except signing.BadSignature:
        return []
    return said
