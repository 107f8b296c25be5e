"""Words that mean the same to who searches, a language at a time: a set a line."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hustings.constituents.people.rules import language_name
from hustings.foundation.core.clock import now
from hustings.foundation.ui.responses import go, toast

from ..actions.synonyms import set_synonyms
from ..forms import SynonymsForm
from ..queries.synonyms import sets_of
from ..rules import may_set_synonyms
from .deeds import tell


@require_http_methods(["GET", "HEAD", "POST"])
def synonyms(request: HttpRequest) -> HttpResponse:
    """?language=es, else English."""
    if not may_set_synonyms(request.user):
        raise PermissionDenied
    language = _language(request)
    if request.method != "POST":
        return _draw(request, language)
    form = SynonymsForm(request.POST)
    if form.is_valid():
        try:
            set_synonyms(actor=request.user, language=language, **form.cleaned_data, now=now())
        except ValidationError as error:
            if getattr(error, "code", "") == "stale":
                return _after_stale(request, language, error)
            tell(form, error)
        else:
            return toast(
                go(f"{reverse('answers:synonyms')}?language={language}"), _("Kept. The next search knows them.")
            )
    return _draw(request, language, form, status=422)


def _after_stale(request: HttpRequest, language: str, error: ValidationError) -> HttpResponse:
    """Say it, show theirs beside what was written, and let the next save stand on theirs."""
    sets, newest = sets_of(language)
    again = request.POST.copy()
    again["seen"] = str(newest)
    form = SynonymsForm(again)
    tell(form, error)
    return _draw(request, language, form, theirs=_lines(sets), status=422)


def _language(request: HttpRequest) -> str:
    given = request.GET.get("language", "")
    return given if given in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _lines(sets: list[list[str]]) -> str:
    return "\n".join(", ".join(words) for words in sets)


def _draw(
    request: HttpRequest,
    language: str,
    form: SynonymsForm | None = None,
    *,
    theirs: str | None = None,
    status: int = 200,
) -> HttpResponse:
    sets, newest = sets_of(language)
    initial = {"sets": _lines(sets), "seen": newest}
    context: dict[str, Any] = {
        "theirs": theirs,
        "form": form or SynonymsForm(initial=initial, use_required_attribute=False),
        "language": language,
        "languages": [(code, language_name(code)) for code, _name in settings.LANGUAGES],
    }
    return HttpResponse(render_to_string("answers/synonyms.html", context, request), status=status)
