"""The picker of a link: what it offers is what its reader may see."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hustings.foundation.access.grants import grants_of
from hustings.foundation.core import records
from hustings.foundation.ui.responses import part

from ..queries.links import find, named, offered


@require_safe
def pick(request: HttpRequest, record: str) -> HttpResponse:
    """Radio buttons named as the field (`name`): the one that is chosen, and those that have the words."""
    kind, name = records.get(record), request.GET.get("name", "")
    if kind is None or not grants_of(request.user).may(record, "see") or not name.replace("_", "").isalnum():
        raise Http404
    words = request.GET.get(f"{name}-find", "")
    choices = offered(record, words, user=request.user)
    chosen = request.GET.get(name, "")
    if (
        chosen
        and chosen not in {str(uid) for uid, _title in choices}
        and (pk := find(record, chosen, user=request.user))
    ):
        choices = [(UUID(chosen), named(record, [pk], user=request.user)[pk][0]), *choices]
    context = {"name": name, "choices": [(str(uid), title) for uid, title in choices], "chosen": chosen, "words": words}
    return part(request, "objects/parts/choices.html", context)
