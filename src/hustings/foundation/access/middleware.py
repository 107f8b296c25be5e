"""Access holds at each request: who was ended is signed out, and pages speak the reader's language and time."""

import zoneinfo
from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from hustings.foundation.core.clock import now


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
