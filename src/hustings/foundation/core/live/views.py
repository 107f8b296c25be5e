"""The stream itself: `GET /live/?topics=a:1,b:2&since=MARK`, for those who are signed in and may hear each topic.
`since` is the mark of what the reader looks at (`marks`): what is news to it is said first.

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

from ..clock import now
from . import end_of, marks, may_hear
from .hub import RESYNC, Hub

MOST_TOPICS = 200
LONGEST_SECONDS = 600
hub = Hub()


@login_not_required  # it answers 403 itself: a redirect would fetch the sign-in page, and its new CSRF cookie
async def stream(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events; 403 when not signed in. Topics that may not be heard are left out without a word."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse("Sign in first.", status=403, content_type="text/plain")
    wanted = [topic for topic in request.GET.get("topics", "").split(",") if topic][:MOST_TOPICS]
    heard = await sync_to_async(lambda: [topic for topic in dict.fromkeys(wanted) if may_hear(user, topic)])()
    frames = _until_ended(f"session:{user.pk}", heard, marks.read(request.GET.get("since", "")), _longest(user))
    response = StreamingHttpResponse(frames, content_type="text/event-stream; charset=utf-8")
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response


def _longest(user: Any) -> float:
    """Seconds until a stream that begins now ends by itself."""
    end = end_of(user)
    return LONGEST_SECONDS if end is None else min(LONGEST_SECONDS, max(0.0, (end - now()).total_seconds()))


async def _until_ended(own: str, topics: list[str], since: marks.Mark | None, longest: float) -> AsyncIterator[bytes]:
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
            for missed in hub.missed(topics, since) if since else ():
                yield missed
            since = None
    except asyncio.CancelledError:
        await frames.aclose()  # type: ignore[attr-defined]
        raise
