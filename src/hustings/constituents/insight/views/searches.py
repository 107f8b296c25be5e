"""What was searched for in vain: each becomes a draft in a click, or is taken off the list."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.core.texts import storable

from ..actions.phrases import settle_phrase
from ..queries.phrases import wanted
from ..registry import registry
from .asked import only_leads


@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """Found nothing, or nothing that looked like an answer."""
    only_leads(request)
    return render(request, "insight/searches.html", {"wanted": wanted(today=timezone.now().date())})


@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Off the list; with `write`, to the page where an answer is written, its question filled in."""
    only_leads(request)
    words, language = (storable(request.POST.get(name, "")) for name in ("words", "language"))
    settle_phrase(actor=request.user, words=words, language=language, now=timezone.now())
    if "write" in request.POST and registry.write_at:
        asked = words[:1].upper() + words[1:]
        return HttpResponseRedirect(f"{reverse(registry.write_at)}?{urlencode({'title': asked, 'language': language})}")
    return HttpResponseRedirect(reverse("insight:searches"))
