"""Bringing in where people vote: official feeds by state, and the election offices to ask."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.geography.queries import states

from ..actions.polling import import_offices, take_feed
from ..forms_public import FeedForm, OfficesForm
from ..models import ElectionOffice, PollingFeed
from ..queries.polls import next_election
from ..rules import may_see_polls, may_set_polls
from .deeds import carry_out


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """What is known of each state, and the two forms."""
    if not may_see_polls(request.user):
        raise PermissionDenied
    return _draw(request)


def _codes(request: HttpRequest) -> list[str]:
    return [code for code, _name in states() if may_set_polls(request.user, code)]


def _draw(
    request: HttpRequest, *, feed: FeedForm | None = None, offices: OfficesForm | None = None, status: int = 200
) -> HttpResponse:
    codes = _codes(request)
    counts = dict(ElectionOffice.objects.values_list("state_id").annotate(n=Count("pk")))
    feeds: dict[str, list[PollingFeed]] = {}
    for one in PollingFeed.objects.select_related("taken_by").order_by("-election"):
        feeds.setdefault(one.state_id, []).append(one)
    fresh = {"election": next_election(now().date()), "checked_at": now()}
    context = {
        "rows": [(name, feeds.get(code, [])[:2], counts.get(code, 0)) for code, name in states()],
        "feed": (feed or FeedForm(initial=fresh, codes=codes, use_required_attribute=False)) if codes else None,
        "offices": (offices or OfficesForm(use_required_attribute=False)) if may_set_polls(request.user, "") else None,
    }
    return HttpResponse(render_to_string("answers/places.html", context, request), status=status)


@require_POST
def feed(request: HttpRequest) -> HttpResponse:
    """Take in one state's feed."""
    form = FeedForm(request.POST, request.FILES, codes=_codes(request))
    if not _codes(request):
        raise PermissionDenied

    def act() -> str:
        data = dict(form.cleaned_data)
        taken = take_feed(actor=request.user, content=data.pop("file").read(), **data)
        said = _("%(n)d stretches of streets taken in, %(ignored)d that say too little left out")
        return said % {"n": taken.segments, "ignored": taken.ignored}

    return carry_out(
        request, form, act, to=reverse("answers:places"), again=lambda: _draw(request, feed=form, status=422)
    )


@require_POST
def offices(request: HttpRequest) -> HttpResponse:
    """Take in election offices."""
    if not may_set_polls(request.user, ""):
        raise PermissionDenied
    form = OfficesForm(request.POST, request.FILES)

    def act() -> str:
        count = import_offices(actor=request.user, content=form.cleaned_data["file"].read(), now=now())
        return _("%(n)d offices taken in") % {"n": count}

    return carry_out(
        request, form, act, to=reverse("answers:places"), again=lambda: _draw(request, offices=form, status=422)
    )
