"""Errors of the API, as RFC 9457 has them."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CONTENT_TYPE = "application/problem+json"

TITLES: dict[str, Any] = {
    "request": gettext_lazy("The request cannot be read"),
    "sign-in": gettext_lazy("Sign in, or send a token"),
    "token": gettext_lazy("This token opens nothing"),
    "second-factor": gettext_lazy("Set up a second factor first"),
    "forbidden": gettext_lazy("Your role, or this token, does not allow that"),
    "field": gettext_lazy("A field that is not there, or that you may not use so"),
    "origin": gettext_lazy("Asked from another place"),
    "not-found": gettext_lazy("Nothing is here for you"),
    "held": gettext_lazy("This must stay as it is"),
    "method": gettext_lazy("That cannot be done here"),
    "values": gettext_lazy("Some values do not fit"),
    "too-large": gettext_lazy("That is too large"),
    "too-many": gettext_lazy("Too many requests"),
    "broken": gettext_lazy("Something broke on our side"),
}
BY_STATUS = {
    400: "request",
    401: "sign-in",
    403: "forbidden",
    404: "not-found",
    405: "method",
    413: "too-large",
    422: "values",
    429: "too-many",
    500: "broken",
}


def problem(
    request: HttpRequest,
    status: int,
    kind: str,
    detail: str = "",
    *,
    errors: list[dict[str, str]] | None = None,
    retry_after: int | None = None,
) -> HttpResponse:
    """A refusal that a program can read: `type` never changes, `title` and `detail` are for people."""
    told: dict[str, Any] = {
        "type": f"urn:hustings:problem:{kind}",
        "title": str(TITLES[kind]),
        "status": status,
        "detail": detail or _("Nothing was changed."),
        "instance": request.path,
    }
    if errors:
        told["errors"] = errors
    response = HttpResponse(json.dumps(told), status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="hustings"'
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def told_as_problem(request: HttpRequest, response: Any) -> Any:
    """The response, or the problem it stands for where something else wrote an error page."""
    response["Cache-Control"] = "no-store"
    if response.status_code < 400 or response.get("Content-Type", "").startswith(CONTENT_TYPE):
        return response
    status = response.status_code
    made = problem(request, status, BY_STATUS.get(status, "broken" if status >= 500 else "request"))
    for header in ("Allow", "Retry-After"):
        if header in response:
            made[header] = response[header]
    return made
