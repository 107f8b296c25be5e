"""What is asked again and again while one page is made, asked once.

    once(("desk.scope", user.pk), lambda: ...)

Kept while one reading request is answered and never longer than two seconds, so that a stream which stays open, or an
export of many minutes, sees what has changed meanwhile. Outside of a request each asks anew; in one that writes too,
unless whoever changes the answer says so by `forget`: then it may be asked with `writing`.
"""

import time
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.signals import request_finished, request_started

SECONDS = 2.0
READING = ("GET", "HEAD")
Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Request:
    reads: bool
    answers: dict[Hashable, tuple[float, Any]] = field(default_factory=dict)


_request: ContextVar[_Request | None] = ContextVar("hustings_once", default=None)


def once(key: Hashable, ask: Callable[[], Answer], *, writing: bool = False) -> Answer:
    """The answer to `ask`, or the one that was given under this key a moment ago in the same request. `writing`: also
    in a request that writes, where the answer stands until `forget`."""
    request = _request.get()
    if request is None or not (request.reads or writing):
        return ask()
    known, moment = request.answers.get(key), time.monotonic()
    if known is None or moment - known[0] > SECONDS:
        known = request.answers[key] = moment, ask()
    answer: Answer = known[1]
    return answer


def forget(key: Hashable) -> None:
    """What it is the answer to was changed here: the next question asks anew."""
    if (request := _request.get()) is not None:
        request.answers.pop(key, None)


def _begin(sender: Any, environ: Any = None, scope: Any = None, **_: Any) -> None:
    method = (environ or {}).get("REQUEST_METHOD") or (scope or {}).get("method")
    _request.set(_Request(method in READING))


def _end(sender: Any, **_: Any) -> None:
    _request.set(None)


request_started.connect(_begin, dispatch_uid="core.once")
request_finished.connect(_end, dispatch_uid="core.once")
