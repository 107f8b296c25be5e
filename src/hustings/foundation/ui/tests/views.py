"""Pages to look at the frames with; the sample rows are the ones of the design."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from hustings.foundation.ui import responses, samples

from .rows import ROWS


def desk(request: HttpRequest) -> HttpResponse:
    return responses.page_or_part(
        request, "ui_tests/desk.html", {"rows": ROWS, "open": request.GET.get("open", "list")}
    )


def page(request: HttpRequest) -> HttpResponse:
    return responses.page_or_part(request, "ui_tests/page.html", samples.style_guide())


def public(request: HttpRequest) -> HttpResponse:
    return responses.page_or_part(request, "ui_tests/public.html", samples.style_guide())


def plain(request: HttpRequest) -> HttpResponse:
    return responses.page_or_part(request, "ui_tests/plain.html", samples.style_guide())


def error(request: HttpRequest, code: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"{code}.html", {}, request), status=code)
