from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from . import palette, responses, samples


@require_GET
@login_required
def palette_lines(request: HttpRequest) -> HttpResponse:
    """The lines of Ctrl-K for what is typed, as a fragment."""
    query = request.GET.get("q", "")[:200]
    labels = {palette.THIS: _("On this page"), palette.GO: _("Go to"), palette.MAKE: _("New")}
    found = palette.find(request.user, query, labels)
    return responses.part(request, "ui/palette_lines.html", {"found": found, "query": query})


@require_GET
@login_required
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component in every state; for those who build, so only in development or for staff."""
    if not (settings.DEBUG or getattr(request.user, "is_staff", False)):
        raise Http404
    return responses.page_or_part(request, "ui/style.html", samples.style_guide())


@require_GET
@login_not_required
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Show the pages in another language from now on, and go back to where the reader was."""
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=31_536_000, samesite="Lax", secure=request.is_secure()
        )
    return response
