"""Pages and parts say what they know: the mark in `request.live_mark`, and as a header."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from . import marks

HEADER = "X-Live-Mark"


class LiveMark:
    """Taken before anything is read for the answer, so that whatever is committed meanwhile counts as news."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Only the signed-in have a stream; the stream itself and a first sign-in draw nothing that is kept up to date.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or "text/event-stream" in request.headers.get(
            "Accept", ""
        ):
            return self.get_response(request)
        mark = marks.now()
        marks.begin_request()
        request.live_mark = lambda: str(marks.with_own(mark))  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            response[HEADER] = str(marks.with_own(mark))
        finally:
            marks.end_request()
        return response
