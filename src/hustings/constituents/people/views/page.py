"""The page of one person."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hustings.foundation.access.actions.visits import note_visit
from hustings.foundation.core.clock import now
from hustings.foundation.ui.responses import go, wants_part

from ..models import Person
from ..queries import find
from .drawing import draw


def found_or_404(request: HttpRequest, uid: UUID) -> Person:
    """The canonical record of a person the reader may see; 404 when there is none, or none for them. That they opened
    it is kept and counted: raises ShiftOver when it is one person too many."""
    try:
        person = find(request.user, uid)
    except Person.DoesNotExist:
        raise Http404 from None
    note_visit(user=request.user, record_type="person", record=person, is_part=not _is_page(request, person), now=now())
    return person


def _is_page(request: HttpRequest, person: Person) -> bool:
    """The whole page under the person's own address; a merged record's leads there and is kept there."""
    match = request.resolver_match
    own = bool(match and match.view_name == "people:page" and match.kwargs["uid"] == person.uid)
    return own and not wants_part(request)


@require_safe
def person_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Everything known of one person. A merged record's address leads to the one it is read as now."""
    person = found_or_404(request, uid)
    if person.uid != uid:
        return go(person.get_absolute_url())
    return draw(request, person, edit=request.GET.get("edit", ""))
