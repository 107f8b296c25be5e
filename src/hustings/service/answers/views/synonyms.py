"""Words that mean the same to who searches, a language at a time: a set a line."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hustings.constituents.people.rules import language_name
from hustings.foundation.core.clock import now

from ..actions.synonyms import set_synonyms
from ..forms import SynonymsForm
from ..queries.synonyms import sets_of
from ..rules import may_set_synonyms
from .deeds import carry_out


@require_http_methods(["GET", "HEAD", "POST"])
def synonyms(request: HttpRequest) -> HttpResponse:
    """?language=es, else English."""
    if not may_set_synonyms(request.user):
        raise PermissionDenied
    language = _language(request)
    if request.method != "POST":
        return _draw(request, language)
    form = SynonymsForm(request.POST)

    def act() -> str:
        set_synonyms(actor=request.user, language=language, **form.cleaned_data, now=now())
        return _("Kept. The next search knows them.")

    to = f"{reverse('answers:synonyms')}?language={language}"
    return carry_out(request, form, act, to=to, again=lambda: _draw(request, language, form, status=422))


def _language(request: HttpRequest) -> str:
    given = request.GET.get("language", "")
    return given if given in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _draw(request: HttpRequest, language: str, form: SynonymsForm | None = None, status: int = 200) -> HttpResponse:
    sets, newest = sets_of(language)
    initial = {"sets": "\n".join(", ".join(words) for words in sets), "seen": newest}
    context: dict[str, Any] = {
        "form": form or SynonymsForm(initial=initial, use_required_attribute=False),
        "language": language,
        "languages": [(code, language_name(code)) for code, _name in settings.LANGUAGES],
    }
    return HttpResponse(render_to_string("answers/synonyms.html", context, request), status=status)
