"""What the pages of feeds share."""

from typing import Any

from django.http import Http404, HttpRequest

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import current
from hustings.foundation.core.numbers import whole_number

from ..actions.following import mark_read
from ..models import Post
from ..queries.seen import Ref, record_of
from ..queries.showing import named, show
from ..queries.stream import new_on


def find_record(request: HttpRequest, record_type: str, record_uid: Any) -> tuple[Ref, Any]:
    """The record, or 404 when there is none that the reader may see."""
    found = record_of(request.user, record_type, record_uid)
    if found is None:
        raise Http404
    return (record_type, found[1].pk), found[1]


def thread_context(request: HttpRequest, top: Post, record: Any, *, in_stream: bool = False) -> dict[str, Any]:
    """One thread as it stands in a list."""
    ref = (top.record_type, top.record_id)
    new = new_on(request.user, ref)
    (shown,) = show(request.user, [top], of={ref: record} if in_stream else None, new=new)
    return {"one": shown, "in_stream": in_stream, "of": named(ref[0], record)}


def before_of(request: HttpRequest) -> int | None:
    """Where the list goes on."""
    return whole_number(request.GET.get("before", ""), None)


def have_read(user: User, ref: Ref, upto: int) -> None:
    """What was shown counts as read; not for who looks through another's eyes."""
    reader = current()
    if upto and not (reader is not None and reader.read_only):
        mark_read(actor=user, record_type=ref[0], record_id=ref[1], upto=upto)
