"""The page of one person."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hustings.foundation.access.actions import record_audit
from hustings.foundation.core.clock import now
from hustings.foundation.ui.responses import go, wants_part

from ..models import Person
from ..queries import find
from .drawing import draw


def found_or_404(request: HttpRequest, uid: UUID) -> Person:
    """The canonical record of a person the reader may see; 404 when there is none, or none for them."""
    try:
        return find(request.user, uid)
    except Person.DoesNotExist:
        raise Http404 from None


@require_safe
def person_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Everything known of one person. A merged record's address leads to the one it is read as now."""
    person = found_or_404(request, uid)
    if person.uid != uid:
        return go(person.get_absolute_url())
    if not wants_part(request):
        record_audit(actor=request.user, action="person.seen", record_type="person", record_uid=person.uid, now=now())
    return draw(request, person, edit=request.GET.get("edit", ""))
