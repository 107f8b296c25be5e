"""Pages to look at the frames with; the sample rows are the ones of the design."""

import itertools
import json
import queue
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

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


SEEN: dict[str, list[Any]] = {"drafts": [], "here": [], "acts": [], "undone": []}
BROKEN = {"draft": False}
SAID = itertools.count(1 << 40)  # later than whatever a page has seen
STREAMS: list[queue.Queue[bytes]] = []


def behave(request: HttpRequest) -> HttpResponse:
    """A page with one of everything the browser does by itself."""
    now = timezone.now()
    context = {
        "soon": now + timedelta(minutes=51, seconds=40),
        "count": len(SEEN["acts"]),
        "live_topics": "queue:12",
        "names": ["one", "two", "three"],
    }
    return responses.page_or_part(request, "ui_tests/behave.html", context, part=request.GET.get("part", ""))


@csrf_exempt
def switch(request: HttpRequest) -> JsonResponse:
    """The test's own hand on the server: break the drafts, publish a change, read what was received."""
    if "broken" in request.GET:
        BROKEN["draft"] = request.GET["broken"] == "1"
    if "topic" in request.GET:
        said = json.dumps({"topic": request.GET["topic"], "kind": "x", "at": next(SAID)})
        for stream in STREAMS:
            stream.put(f"event: change\ndata: {said}\n\n".encode())
    if "reset" in request.GET:
        for seen in SEEN.values():
            seen.clear()
    return JsonResponse({**SEEN, "streams": len(STREAMS)})


def draft(request: HttpRequest) -> HttpResponse:
    if BROKEN["draft"]:
        return HttpResponse(status=503)
    SEEN["drafts"].append(request.POST["text"])
    return responses.nothing()


def here(request: HttpRequest) -> HttpResponse:
    SEEN["here"].append(request.POST["state"])
    return responses.nothing()


def act(request: HttpRequest) -> HttpResponse:
    SEEN["acts"].append([*request.POST.getlist("ids"), request.POST.get("act", "")])
    if request.GET.get("no"):
        return responses.problem(request, "Somebody else closed it. Your note is kept.")
    response = responses.nothing(status=200) if responses.wants_part(request) else responses.go("/behave/")
    return responses.toast(response, "Closed", undo_url="/undo/")


def undo(request: HttpRequest) -> HttpResponse:
    SEEN["undone"].append(1)
    return responses.toast(responses.nothing(), "Put back")


def live(request: HttpRequest) -> StreamingHttpResponse:
    mine: queue.Queue[bytes] = queue.Queue()

    def frames() -> Iterator[bytes]:
        STREAMS.append(mine)
        try:
            yield b"retry: 200\n\n"
            while True:
                try:
                    yield mine.get(timeout=0.5)
                except queue.Empty:
                    yield b": ping\n\n"
        finally:
            STREAMS.remove(mine)

    return StreamingHttpResponse(frames(), content_type="text/event-stream")


def error(request: HttpRequest, code: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"{code}.html", {}, request), status=code)
