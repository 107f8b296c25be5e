"""The balance: every message and every inquiry accounted for, as a page and as JSON."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hustings.foundation.channels.models import OutgoingState
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..queries.ledger import ledger
from ..rules import may_see_ledger

WORDS = {
    "received": gettext_lazy("received"),
    "stored": gettext_lazy("stored"),
    "duplicates": gettext_lazy("duplicates"),
    "auto_replies": gettext_lazy("auto-replies"),
    "bounces": gettext_lazy("bounces"),
    "lists": gettext_lazy("lists"),
    "junk": gettext_lazy("junk"),
    "quarantined": gettext_lazy("quarantined"),
    "feed_mail": gettext_lazy("for the feed"),
    "opened": gettext_lazy("opened"),
    "answered": gettext_lazy("answered"),
    "waiting": gettext_lazy("waiting"),
    "closed_without_answer": gettext_lazy("closed, none needed"),
    "merged_away": gettext_lazy("merged away"),
    "pending": gettext_lazy("still to be read"),
}

CHECK_WORDS = {
    "stored_without_message": gettext_lazy("stored, but without a letter"),
    "message_of_what_is_not_stored": gettext_lazy("letters of what was not stored"),
    "two_messages_of_one_delivery": gettext_lazy("letters counted twice"),
    "set_aside_without_reason": gettext_lazy("set aside without a reason"),
    "set_aside_and_stored": gettext_lazy("set aside and stored as well"),
    "message_without_body": gettext_lazy("letters without their words"),
    "inquiry_without_message": gettext_lazy("inquiries without a letter"),
    "message_on_merged_inquiry": gettext_lazy("letters left on a merged inquiry"),
    "delivery_without_bytes": gettext_lazy("deliveries without their bytes"),
}


@require_safe
def page(request: HttpRequest, form: str = "") -> HttpResponse:
    """The figures as they stand at this moment."""
    if not may_see_ledger(request.user):
        raise PermissionDenied
    # Reading every row takes long on a large campaign: it is done when somebody asks for it.
    figures, moment = ledger(checks="checks" in request.GET), now()
    if form == ".json":
        return JsonResponse({**figures, "checked_at": moment.isoformat()})
    context = {
        "figures": figures,
        "sums": [_sum(figures, "messages", "received"), _sum(figures, "inquiries", "opened")],
        "outbox": [(OutgoingState(state).label, count) for state, count in figures["outbox"].items()],
        "checks": [(CHECK_WORDS.get(name, name), count) for name, count in figures["checks"].items()],
        "moment": moment,
    }
    return responses.page_or_part(request, "correspondence/ledger.html", context, part="ledger")


def _sum(figures: dict[str, Any], key: str, total: str) -> dict[str, Any]:
    """One line of the balance: the total, its parts, and whether they come to it."""
    numbers = {name: value for name, value in figures[key].items() if isinstance(value, int) and name in WORDS}
    parts = [(WORDS[name], value) for name, value in numbers.items() if name != total]
    added = sum(value for _label, value in parts)
    return {
        "label": _("Messages") if key == "messages" else _("Inquiries"),
        "word": WORDS[total],
        "total": numbers[total],
        "parts": parts,
        "added": added,
        "balances": added == numbers[total],
    }
