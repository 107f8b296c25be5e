"""Access holds at each request: who was ended is signed out, and pages speak the reader's language and time."""

import zoneinfo
from collections.abc import Callable, Iterator
from typing import cast

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import reading_as

from .actions import record_reading
from .grants import NOBODY, Reading, grants_of


class FieldSecurity:
    """Each answer is read by whoever asks (`core.guard`), streams to their last byte; what of it was sensitive is in
    the audit before the answer leaves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        reading = Reading(grants_of(user), user_id=user.pk) if user.is_authenticated else Reading(NOBODY)
        request.reading = reading  # type: ignore[attr-defined]
        with reading_as(reading):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _read_by(reading, cast(Iterator[bytes], response.streaming_content))
        else:
            _keep_notes(reading)
        return response


def _read_by(reading: Reading, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces of a stream, each made while its reader reads."""
    pieces = iter(pieces)
    try:
        while True:
            with reading_as(reading):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece
    finally:
        _keep_notes(reading)


def _keep_notes(reading: Reading) -> None:
    if reading.notes and reading.user_id is not None:
        record_reading(user_id=reading.user_id, notes=frozenset(reading.notes), now=now())
        reading.notes.clear()


class AccessHolds:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if not user.is_active or (user.access_ends_at and user.access_ends_at <= now()):
            logout(request)
            return self.get_response(request)
        with timezone.override(_zone(user.time_zone)), translation.override(user.language or "en"):
            return self.get_response(request)


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
