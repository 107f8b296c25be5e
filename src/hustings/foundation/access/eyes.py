"""A request through another's eyes: which look goes on, and that nothing is changed meanwhile."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import ReadOnly, reading_as
from hustings.foundation.ui import responses

from .actions.looking import note_look_ended
from .grants import Reading
from .looking import KEY, Look, look_from
from .models import User

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# What a look itself leaves behind: the trail, what is usual, the session it is kept in, limits.
OWN_TABLES = "access_auditentry|access_hourofreading|access_alert|access_session|core_attempt"
WRITES = re.compile(
    r"\b(?:insert\s+into|delete\s+from|update(?=\s+(?:only\s+)?[\"\w.]+(?:\s+\w+)?\s+set\b)|merge\s+into|truncate)\s+"
    r"(?:only\s+)?(?!\"?(?:" + OWN_TABLES + r")\"?[\s(])|^\s*(?:copy|create|alter|drop|grant|revoke)\b",
    re.IGNORECASE,
)


def ongoing_look(request: HttpRequest) -> Look | None:
    """Through whose eyes this browser looks; None for a program's token, and when half an hour is over."""
    told = None if getattr(request, "api_token", None) else request.session.get(KEY)
    if not told:
        return None
    look = look_from(told)
    if look.until > now():
        return look
    del request.session[KEY]
    assert isinstance(request.user, User)  # who looks is signed in
    note_look_ended(user=request.user, look=look, why="time", now=now())
    return None


@contextmanager
def reading_through(reading: Reading) -> Iterator[None]:
    """This reader reads; one who may change nothing has every writing statement refused, whoever sends it."""
    with ExitStack() as stack:
        stack.enter_context(reading_as(reading))
        if reading.read_only:
            stack.enter_context(connection.execute_wrapper(refuse_statements))
        yield


def refuse_statements(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Below the actions, for what a page changes in passing. Raises ReadOnly."""
    if WRITES.search(str(sql)):
        raise ReadOnly
    return execute(sql, params, many, context)


def refuse_writing(request: HttpRequest) -> HttpResponse:
    """In plain words, whatever was sent."""
    said = str(ReadOnly())
    if responses.wants_part(request):
        return responses.problem(request, said, status=403)
    return render(request, "access/read_only.html", {"said": said}, status=403)
