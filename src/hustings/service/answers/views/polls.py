"""When polls close, by state: what answers on voting end with."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.geography.queries import states
from hustings.foundation.ui.responses import go, toast

from ..actions.voting import load_sample_hours, set_poll_closing
from ..forms_public import PollForm
from ..models import PollClosing
from ..queries.polls import elections, next_election
from ..rules import may_see_polls, may_set_polls
from .deeds import carry_out

FARTHEST = 20  # years from today: an election beyond is a slip


@require_http_methods(["GET", "HEAD", "POST"])
def polls(request: HttpRequest) -> HttpResponse:
    """The hours of an election day: ?on=2028-11-07."""
    if not may_see_polls(request.user):
        raise PermissionDenied
    day = _day(request)
    codes = [code for code, _name in states() if may_set_polls(request.user, code)]
    if request.method != "POST":
        return _draw(request, day, codes, PollForm(codes=codes, use_required_attribute=False))
    form = PollForm(request.POST, codes=codes)

    def act() -> str:
        set_poll_closing(actor=request.user, election=day, **form.cleaned_data, now=now())
        return _("Kept")

    return carry_out(request, form, act, to=_page(day), again=lambda: _draw(request, day, codes, form, status=422))


def _day(request: HttpRequest) -> date:
    try:
        given = parse_date(request.GET.get("on", ""))
    except ValueError:
        given = None
    today = now().date()
    return given if given and abs(given.year - today.year) <= FARTHEST else next_election(today)


def _page(day: date) -> str:
    return f"{reverse('answers:polls')}?on={day.isoformat()}"


def _draw(request: HttpRequest, day: date, codes: list[str], form: PollForm, status: int = 200) -> HttpResponse:
    known = {row.state_id: row for row in PollClosing.objects.filter(election=day)}
    context = {
        "day": day,
        "days": elections(),
        "rows": [(name, known.get(code)) for code, name in states()],
        "sample": sum(row.is_sample for row in known.values()),
        "form": form if codes else None,
        "may_load": may_set_polls(request.user, ""),
    }
    return HttpResponse(render_to_string("answers/polls.html", context, request), status=status)


@require_POST
def load_sample(request: HttpRequest) -> HttpResponse:
    """Sample hours for the states that have none."""
    day = _day(request)
    count = load_sample_hours(actor=request.user, election=day, now=now())
    return toast(go(_page(day), request=request), _("%(n)d states, to be checked") % {"n": count})
