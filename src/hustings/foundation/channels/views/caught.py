"""The sample campaign's local mailbox: what would have left."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from hustings.foundation.core.guard import may_read

from .. import queries
from ..compression import expand

PAGE = 50


def _only_in_the_sample(request: HttpRequest) -> None:
    if not settings.HUSTINGS_SMTP_URL.startswith("caught:") or not request.user.leads:
        raise Http404
    if not may_read("message", "text", "subject", "sender", "attachments"):
        raise PermissionDenied


@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    _only_in_the_sample(request)
    words = request.GET.get("q", "").strip()
    found = queries.caught_mail()
    if words:
        found = found.filter(subject__icontains=words) | found.filter(envelope_to__icontains=words)
    return render(request, "channels/mailbox.html", {"mails": found.defer("raw")[:PAGE], "q": words})


@require_GET
def mail(request: HttpRequest, uid: str) -> HttpResponse:
    """One of them, its words and its headers."""
    _only_in_the_sample(request)
    found = get_object_or_404(queries.caught_mail(), uid=uid)
    raw = expand(found.raw)
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    body = parsed.get_body(preferencelist=("plain",))
    context = {
        "mail": found,
        "headers": [(name, str(value)) for name, value in parsed.items()],
        "text": body.get_content() if body else "",
        "files": [part.get_filename() for part in parsed.iter_attachments()],
    }
    return render(request, "channels/mail.html", context)
