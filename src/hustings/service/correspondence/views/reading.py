"""Letters as they came: their HTML in a frame that can do nothing, their headers, their bytes, their files."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import saved, stored_file
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
    return saved(HttpResponse(content, content_type="application/octet-stream"), f"letter-{message.uid}.eml")


@require_safe
def file(request: HttpRequest, uid: UUID) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """A file that came with a letter: always a download, under a safe name and type."""
    found = get_object_or_404(attachments.visible_to(request.user), uid=uid)
    if not may_read("message", "attachments"):
        raise PermissionDenied
    note_touch(request.user, found.message.inquiry, "download")
    kind, name = attachments.safe_type(found.type), attachments.harmless_name(found.name)
    return stored_file(found.sha256, name=name, kind=kind, size=found.size)


def _message(request: HttpRequest, uid: UUID, how: str = "read") -> Message:
    """The letter, when this person may see it; of a sealed one the look is written down before anything is shown."""
    message: Message = get_object_or_404(messages.visible_to(request.user), uid=uid)
    note_touch(request.user, message.inquiry, how)
    return message


def note_touch(user: User, inquiry: Inquiry, how: str) -> None:
    if inquiry.is_sealed:
        seal = get_object_or_404(Seal.objects.select_related("inquiry"), inquiry=inquiry, lifted_at=None)
        sealing.touch(actor=user, seal=seal, how=how, now=now())
