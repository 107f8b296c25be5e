"""What was noted is undone: from the toast, from the call's page, from the list."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.core.texts import storable
from hustings.foundation.ui import responses
from hustings.service.answers.models import CorrectionRecipient, RecipientState

from ..actions.undoing import undo_call, undo_giving_up
from ..queries import waiting
from ..rules import Refused
from .call import after, found_or_404, noted_page


@require_POST
def undo_one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A call that was noted."""
    row = found_or_404(request, uid)
    try:
        undo_call(actor=request.user, call=row, because=storable(request.POST.get("because", "")), now=now())
    except Refused as refused:
        return noted_page(request, found_or_404(request, uid), problem=str(refused), status=refused.status)
    said = _("Undone: they are to be called again.") if row.recipient_id else _("Undone: the call counts no more.")
    return responses.toast(responses.go(after(row), request=request), said)


@require_POST
def put_one_back(request: HttpRequest, recipient: UUID) -> HttpResponse:
    """Somebody who was given up without a call."""
    row: CorrectionRecipient = get_object_or_404(
        waiting.visible_to(request.user, RecipientState.GIVEN_UP), uid=recipient
    )
    back = responses.go(f"{reverse('calls:waiting')}?list={waiting.NO_NUMBER}", request=request)
    try:
        undo_giving_up(actor=request.user, recipient=row, now=now())
    except Refused as refused:
        return responses.toast(back, str(refused), tone="problem")
    return responses.toast(back, _("Undone: they are to be called again."))
