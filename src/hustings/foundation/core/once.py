"""What is asked again and again while one page is made, asked once.

    once(("desk.scope", user.pk), lambda: ...)

Kept while one reading request is answered and never longer than two seconds, so that a stream which stays open, or an
export of many minutes, sees what has changed meanwhile. Outside of a request, and in one that writes, each asks anew.
"""

import time
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.core.signals import request_finished, request_started

SECONDS = 2.0
READING = ("GET", "HEAD")
Answer = TypeVar("Answer")
_kept: ContextVar[dict[Hashable, tuple[float, Any]] | None] = ContextVar("hustings_once", default=None)


def once(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer to `ask`, or the one that was given under this key a moment ago in the same request."""
    kept = _kept.get()
    if kept is None:
        return ask()
    known, moment = kept.get(key), time.monotonic()
    if known is None or moment - known[0] > SECONDS:
        known = kept[key] = moment, ask()
    answer: Answer = known[1]
    return answer


def _begin(sender: Any, environ: Any = None, scope: Any = None, **_: Any) -> None:
    method = (environ or {}).get("REQUEST_METHOD") or (scope or {}).get("method")
    _kept.set({} if method in READING else None)


def _end(sender: Any, **_: Any) -> None:
    _kept.set(None)


request_started.connect(_begin, dispatch_uid="core.once")
request_finished.connect(_end, dispatch_uid="core.once")
