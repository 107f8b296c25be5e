"""A bulk reply begins: from rows that were chosen, from another room's list; and its words."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses
from hustings.service.answers.models import Article
from hustings.service.answers.rules import approved_words

from ..actions import drafting
from ..actions.drafting import Draft
from ..forms import CLOSING, LANGUAGES, OPENING, WordsForm
from ..models import BulkReply
from ..queries import choosing
from ..rules import Refused, may_change, may_draft
from .reading import found_or_404


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """The desk's chosen rows, or all of its list."""
    if not may_draft(request.user):
        raise PermissionDenied
    words, ids = choosing.chosen(
        request.user,
        uids=request.POST.getlist("ids"),
        everything=bool(request.POST.get("all")),
        address=request.POST.get("list", ""),
        now=now(),
    )
    return _begin(request, words, ids)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Another room's list, named by `from` and `key`."""
    if not may_draft(request.user):
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    found = choosing.of_source(request.user, given.get("from", ""), given.get("key", ""))
    if found is None:
        raise Http404
    if request.method == "POST":
        return _begin(request, *found)
    context = {"words": found[0], "count": len(found[1]), "from": given["from"], "key": given["key"]}
    return responses.page_or_part(request, "bulk/new.html", context)


def _begin(request: HttpRequest, words: str, ids: Sequence[int]) -> HttpResponse:
    """A draft with the answer that fits best, to be looked at and changed."""
    fitting = [one for one in choosing.best_answers(ids) if approved_words(one)] if ids else []
    first = fitting[0] if fitting else choosing.newest_approved()
    if first is None:
        return responses.problem(request, _("There is no approved language yet. Write some, then answer with it."))
    draft = Draft(article=first, opening=OPENING, closing=CLOSING)
    try:
        bulk = drafting.make_bulk_reply(actor=request.user, ids=ids, draft=draft, chosen_by=words, now=now())
    except Refused as refused:
        return responses.problem(request, str(refused), status=refused.status)
    return responses.go(f"{bulk.get_absolute_url()}words/", request=request)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Its words, while nobody approved them."""
    bulk = found_or_404(request, uid)
    if not may_change(request.user, bulk):
        raise PermissionDenied
    if not bulk.is_open:
        return responses.go(bulk.get_absolute_url())
    first = _fitting(bulk)
    if request.method != "POST":
        return _draw(request, bulk, WordsForm(initial=_initial(bulk), first=first))
    form = WordsForm(request.POST, first=first)
    if form.is_valid():
        try:
            drafting.change_words(actor=request.user, bulk=bulk, draft=form.draft(), now=now())
        except ValidationError as error:
            for name, said in error.message_dict.items():
                form.add_error(f"{name}_en" if name in ("opening", "closing") else name, said)
        except Refused as refused:
            return responses.problem(request, str(refused), status=refused.status)
        else:
            return responses.go(bulk.get_absolute_url(), request=request)
    return _draw(request, bulk, form, status=422)


def _fitting(bulk: BulkReply) -> list[Article]:
    wanted = BulkReply.objects.values_list("wanted", flat=True).get(pk=bulk.pk)
    return [one for one in choosing.best_answers(wanted) if approved_words(one)]


def _initial(bulk: BulkReply) -> dict[str, object]:
    around = {
        f"{name}_{code}": (getattr(bulk, name) or {}).get(code, "")
        for name in ("opening", "closing")
        for code in LANGUAGES
    }
    return {
        "article": str(bulk.article.uid),
        "successor": str(bulk.successor.uid) if bulk.successor else "",
        "pace": bulk.pace,
        "title": "" if bulk.title == bulk.article.title else bulk.title,
        **around,
    }


def _draw(request: HttpRequest, bulk: BulkReply, form: WordsForm, status: int = 200) -> HttpResponse:
    return responses.page_or_part(request, "bulk/words.html", {"bulk": bulk, "form": form}, status=status)
