"""The stream itself: `GET /live/?topics=a:1,b:2&ago=900`, for those who are signed in and may hear each topic. `ago` is
how many milliseconds ago what the reader looks at was asked for: what was said since then is said again.

A stream ends by itself after a while and the browser comes back, so that a right taken away is taken away here too;
a change on the reader's own topic `session:<user id>` ends it at once, and so does the moment their access ends.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from hustings.foundation.core.numbers import whole_number

from ..clock import now
from . import end_of, may_hear
from .hub import RESYNC, Hub

MOST_TOPICS = 200
LONGEST_SECONDS = 600
ON_ITS_WAY = 1.0  # seconds: a page is a little older when its question arrives here
hub = Hub()


@login_not_required  # it answers 403 itself: a redirect would fetch the sign-in page, and its new CSRF cookie
async def stream(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events; 403 when not signed in. Topics that may not be heard are left out without a word."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse("Sign in first.", status=403, content_type="text/plain")
    wanted = [topic for topic in request.GET.get("topics", "").split(",") if topic][:MOST_TOPICS]
    heard = await sync_to_async(lambda: [topic for topic in dict.fromkeys(wanted) if may_hear(user, topic)])()
    frames = _until_ended(f"session:{user.pk}", heard, _ago(request), _longest(user))
    response = StreamingHttpResponse(frames, content_type="text/event-stream; charset=utf-8")
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response


def _ago(request: HttpRequest) -> float:
    """Seconds; 0 when the reader has seen nothing yet."""
    given = whole_number(request.GET.get("ago", ""), None, digits=9)
    return 0.0 if given is None else given / 1000 + ON_ITS_WAY


def _longest(user: Any) -> float:
    """Seconds until a stream that begins now ends by itself."""
    end = end_of(user)
    return LONGEST_SECONDS if end is None else min(LONGEST_SECONDS, max(0.0, (end - now()).total_seconds()))


async def _until_ended(own: str, topics: list[str], ago: float, longest: float) -> AsyncIterator[bytes]:
    ends = time.monotonic() + longest
    frames = hub.stream([own, *topics])
    try:
        while True:
            try:
                async with asyncio.timeout(ends - time.monotonic()):
                    frame = await anext(frames)
            except TimeoutError:
                frame = b""
            if not frame or f'"topic": "{own}"'.encode() in frame:
                yield RESYNC
                return
            yield frame
            for missed in hub.missed(topics, ago) if ago else ():
                yield missed
            ago = 0.0
    except asyncio.CancelledError:
        await frames.aclose()  # type: ignore[attr-defined]
        raise
