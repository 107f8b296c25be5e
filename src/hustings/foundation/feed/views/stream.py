"""The home stream, and search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.ui import responses

from ..actions.following import mark_all_read
from ..forms import upto_of
from ..queries.searching import search as find
from ..queries.stream import VIEWS, stream
from .composing import before_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What somebody follows and what calls them, newest first."""
    view = request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    before = before_of(request)
    here = reverse("feed:home")
    labels = {"all": _("All"), "mentions": _("You are called"), "unread": _("Unread")}
    tabs = [
        {"label": labels[name], "href": here if name == "all" else f"{here}?view={name}", "current": name == view}
        for name in VIEWS
    ]
    context = {
        "page": stream(request.user, view=view, before=before),
        "view": view,
        "tabs": tabs,
        "before": before,
        "q": "",
    }
    return responses.page_or_part(request, "feed/home.html", context, part="posts")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Posts and comments with these words."""
    words = request.GET.get("q", "").strip()
    if not words:
        return redirect("feed:home")
    shown, more = find(request.user, words, before=before_of(request))
    context = {"shown": shown, "more": more, "q": words, "before": before_of(request)}
    return responses.page_or_part(request, "feed/search.html", context)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything that the page had is read."""
    mark_all_read(actor=request.user, upto=upto_of(request))
    return redirect("feed:home")
