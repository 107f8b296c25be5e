"""Writing to a person from their page."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hustings.constituents.people.models import Person
from hustings.constituents.people.queries import find
from hustings.constituents.people.queries.standing import standing_of
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.inquiries import queues_to_write_from

from ..actions.beginning import begin_letter
from ..forms import BeginForm
from ..queries.writing import writing_to
from ..rules import SendRefused


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What it is about, and which team's it is; then the composer. An open conversation is gone on with instead."""
    person = _person(request, uid)
    found = writing_to(request.user, standing_of(person))
    if found.inquiry and not found.code:
        return _on(request, found.inquiry)
    posted = request.method == "POST"
    form = BeginForm(request.POST if posted else None, queues=queues_to_write_from(request.user))
    if posted and not found.code and form.is_valid():
        try:
            return _on(request, begin_letter(actor=request.user, person=person, now=now(), **form.cleaned_data))
        except SendRefused as refused:
            form.add_error(None, _("%(why)s Nothing was begun.") % {"why": str(refused)})
    context = {"person": person, "form": form, "found": found}
    return responses.page_or_part(request, "correspondence/write.html", context, status=422 if posted else 200)


def _person(request: HttpRequest, uid: UUID) -> Person:
    try:
        return find(request.user, uid)
    except Person.DoesNotExist:
        raise Http404 from None


def _on(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    return responses.go(reverse("desk:inquiry", args=[inquiry.uid]) + "?view=mine#reply-text", request=request)
