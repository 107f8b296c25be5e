"""Pages that machines read: site map, robots, feeds; and the files of answers."""

from datetime import datetime
from heapq import nlargest
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.foundation.core import storage
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.ui.queries import campaign

from ..queries.public import public_file, shown_texts
from .addresses import absolute, address, languages, mount
from .answering import Note, with_note
from .catalogue import catalogue
from .structured import atom, sitemap

NEWEST = 30
SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"})


@login_not_required
@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Every public page in every language."""
    now = read_clock()
    kept = catalogue(settings.LANGUAGE_CODE, "", now)
    tongues = languages()

    def in_all(name: str, *parts: str) -> dict[str, str]:
        return {code: absolute(address(name, code, *parts)) for code in tongues}

    groups: list[tuple[datetime | None, dict[str, str]]] = [(None, in_all("start"))]
    groups += [(None, in_all("about", slug)) for slug in kept.by_category if slug]
    groups += [(entry.approved_at, in_all("article", entry.slug)) for entry in kept.entries.values()]
    body = sitemap((href, at, others) for at, others in groups for href in others.values())
    return with_note(request, body, "application/xml; charset=utf-8", Note(kept.stamp, kept.until))


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The public pages are for everyone; nothing else is."""
    allowed = "".join(f"Allow: /{mount(code)}\n" for code in languages())
    lines = f"User-agent: *\n{allowed}Allow: /static/\nDisallow: /\n\nSitemap: {absolute('/sitemap.xml')}\n"
    return with_note(request, lines.encode(), "text/plain; charset=utf-8")


@login_not_required
@require_safe
def feed(request: HttpRequest, language: str) -> HttpResponse:
    """What was approved last, as Atom."""
    now = read_clock()
    kept = catalogue(language, "", now)
    approved = [(entry.approved_at, entry.article_id, entry) for entry in kept.entries.values() if entry.approved_at]
    newest = [entry for _at, _pk, entry in nlargest(NEWEST, approved)]
    texts = shown_texts([entry.text_id for entry in newest], "")
    entries = [
        (entry.title, absolute(address("article", language, entry.slug)), entry.approved_at, str(text.html))
        for entry in newest
        if entry.approved_at and (text := texts.get(entry.text_id))
    ]
    with translation.override(language):
        title = _("Answers from %(campaign)s") % {"campaign": campaign().name}
    body = atom(
        title=title,
        here=absolute(address("feed", language)),
        page=absolute(address("start", language)),
        updated=entries[0][2] if entries else now,
        entries=entries,
        language=language,
    )
    return with_note(request, body, "application/atom+xml; charset=utf-8", Note(kept.stamp, kept.until))


@login_not_required
@require_safe
def enclosed(request: HttpRequest, uid: UUID) -> HttpResponse | StreamingHttpResponse:
    """A file of an answer; what a browser might run is only ever saved."""
    file = public_file(uid, read_clock())
    if file is None:
        raise Http404
    kind = file.content_type if file.content_type in SHOWN else "application/octet-stream"
    response = StreamingHttpResponse(storage.chunks(file.sha256), content_type=kind)
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = content_disposition_header(kind not in SHOWN, file.name) or "attachment"
    response["Cache-Control"] = "no-cache"
    response.csp = "default-src 'none'; sandbox"  # type: ignore[attr-defined]
    return response
