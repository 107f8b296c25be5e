"""Was this helpful, and why not: two small forms that need no account, no cookie and no script."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hustings.constituents.insight.actions.noting import noting
from hustings.constituents.insight.actions.reasons import keep_reason
from hustings.constituents.insight.models import Kind
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.texts import storable

from ..queries.public import find_public
from .addresses import address
from .visitors import chosen_state, visitor_of

WHYS = (
    ("state", _("It is not about my state or county")),
    ("told", _("My county told me something else")),
    ("hard", _("It is hard to follow")),
    ("case", _("It leaves out my case")),
)
KINDS = {"yes": Kind.HELPED, "part": Kind.PARTLY, "no": Kind.UNHELPED}


class Vote(forms.Form):
    helped = forms.ChoiceField(choices=[(key, key) for key in KINDS])
    why = forms.MultipleChoiceField(choices=WHYS, required=False)
    more = forms.CharField(max_length=1000, required=False)
    state = forms.CharField(max_length=2, required=False)
    website = forms.CharField(required=False, max_length=0)  # unseen: only a program fills it in

    def clean_more(self) -> str:
        return " ".join(storable(self.cleaned_data["more"]).split())


@login_not_required
@csrf_exempt  # nobody is signed in here: there is no right to borrow, and the page sets no cookie
@require_POST
def helped(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Count it, and lead back to the answer, which says so. Bad input changes nothing."""
    now = read_clock()
    found, moved = find_public(slug, now)
    form = Vote(request.POST)
    state = chosen_state(request.POST.get("state", ""))
    if found is None or moved:
        return HttpResponseRedirect(address("start", language, state=state))
    if not form.is_valid():
        if "website" in form.errors:
            noting.refused(subject=str(found.uid), now=now)
        return HttpResponseRedirect(address("article", language, slug, state=state) + "#help")
    given: dict[str, Any] = form.cleaned_data
    visitor = visitor_of(request, language, state)
    topic = found.category.slug if found.category else ""
    kind = KINDS[given["helped"]]
    counted = noting.voted(visitor=visitor, kind=kind, subject=str(found.uid), topic=topic, now=now)
    if counted and given["helped"] != "yes" and (given["why"] or given["more"]):
        keep_reason(
            subject=str(found.uid), language=language, state_code=state, whys=given["why"], words=given["more"], now=now
        )
    told = given["helped"] if counted else "many"
    return HttpResponseRedirect(address("article", language, slug, state=state, voted=told) + "#help")
