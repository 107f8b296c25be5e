"""Letters as they came: their HTML in a frame that can do nothing, their headers, their bytes, their files."""

from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import storage
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.ui import responses
from hustings.service.desk.models import Inquiry

from ..actions import sealing
from ..models import Message, Seal
from ..queries import attachments, frames, messages
from ..rules import may_see_raw

# Nothing may be loaded, run or sent from here; pictures of the letter itself are inside it as data. A link opens in a
# tab of its own that has neither the sandbox (the page there would not work) nor a way back to us.
FRAME_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@require_safe
def as_sent(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The letter's own HTML, made harmless as it is shown, for a sandboxed frame."""
    message = _message(request, uid)
    page = frames.harmless_html(message)
    if page is None:
        raise Http404
    return framed(HttpResponse(page))


def framed(response: HttpResponse) -> HttpResponse:
    response.csp = FRAME_POLICY  # type: ignore[attr-defined]
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def headers(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Every header as it came."""
    message = _message(request, uid)
    raw = messages.raw_bytes(message)
    context = {
        "message": message,
        "headers": messages.headers_of(raw) if raw is not None else "",
        "may_see_raw": may_see_raw(request.user) and raw is not None,
    }
    return responses.page_or_part(request, "correspondence/headers.html", context, part="headers")


@require_safe
def raw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The letter byte for byte, as a download; for leads, and written down."""
    message = _message(request, uid, "download")
    if not may_see_raw(request.user):
        raise PermissionDenied
    content = messages.raw_bytes(message)
    if content is None:
        raise Http404(_("The bytes of this letter are no longer kept."))
    record_audit(
        actor=request.user, action="letter.downloaded", record_type="message", record_uid=message.uid, now=now()
    )
    return as_download(HttpResponse(content, content_type="application/octet-stream"), f"letter-{message.uid}.eml")


@require_safe
def file(request: HttpRequest, uid: UUID) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """A file that came with a letter: always a download, under a safe name and type."""
    found = get_object_or_404(attachments.visible_to(request.user), uid=uid)
    if not may_read("message", "attachments"):
        raise PermissionDenied
    note_touch(request.user, found.message.inquiry, "download")
    try:
        pieces = storage.chunks(found.sha256)
        first = next(pieces, b"")
    except FileNotFoundError:
        raise Http404(_("This file is no longer kept.")) from None
    response = StreamingHttpResponse(_again(first, pieces), content_type=attachments.safe_type(found.type))
    response["Content-Length"] = str(found.size)
    return as_download(response, attachments.safe_name(found.name))


def as_download(response: HttpResponse | StreamingHttpResponse, name: str) -> HttpResponse | StreamingHttpResponse:
    """Forced to be saved, never shown: even opened by hand it stays in a sandbox."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response.csp = "sandbox; default-src 'none'"
    return response


def _again(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _message(request: HttpRequest, uid: UUID, how: str = "read") -> Message:
    """The letter, when this person may see it; of a sealed one the look is written down before anything is shown."""
    message: Message = get_object_or_404(messages.visible_to(request.user), uid=uid)
    note_touch(request.user, message.inquiry, how)
    return message


def note_touch(user: User, inquiry: Inquiry, how: str) -> None:
    if inquiry.is_sealed:
        seal = get_object_or_404(Seal.objects.select_related("inquiry"), inquiry=inquiry, lifted_at=None)
        sealing.touch(actor=user, seal=seal, how=how, now=now())
