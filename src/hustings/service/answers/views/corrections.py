"""Who was answered from an article, the corrections they are sent, and the calls to those whom mail does not reach."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.constituents.people.models import Person
from hustings.constituents.people.queries import visible_to as people_visible_to
from hustings.constituents.people.queries.search import rows_of
from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.rules import may
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.geography.queries import state_name, states
from hustings.foundation.ui.downloads import table
from hustings.foundation.ui.responses import go, toast

from ..actions.corrections import approve_correction, write_correction
from ..forms_public import CorrectionForm, NoteForm
from ..models import Article, Correction, CorrectionRecipient, CorrectionState, RecipientState, StateWithdrawal
from ..queries import languages_written
from ..queries.corrections import corrections_of, counts_of, recipients_of
from ..queries.public import languages_of
from ..registry import Answered, everyone_answered, registry
from ..rules import may_correct
from .article import found_or_404
from .deeds import carry_out, tell

PAGE = 50


def _found(request: HttpRequest, uid: UUID) -> Article:
    article = found_or_404(request, uid)
    if not may_correct(request.user, article):
        raise PermissionDenied
    return article


@require_safe
def answered(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Everyone answered from it, or (?state=OH) from its words there, with the version they got; its corrections."""
    article = _found(request, uid)
    code = _state(request)
    found = everyone_answered(article, code)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    people = _people(request, page.object_list)
    context = {
        "article": article,
        "state": code,
        "state_name": state_name(code) if code else "",
        "states": states(),
        "count": len(found),
        "page": page,
        "rows": [(one, people.get(one.person_id)) for one in page.object_list],
        "corrections": corrections_of(request.user, article),
        "may_export": may(request.user, "person", "export"),
        "live_topics": f"article:{article.uid}",
    }
    return HttpResponse(render_to_string("answers/answered.html", context, request))


def _state(request: HttpRequest) -> str:
    code = request.GET.get("state", "")[:2].upper()
    return code if code in dict(states()) else ""


def _people(request: HttpRequest, found: Sequence[Answered]) -> dict[int, Person]:
    return people_visible_to(request.user).in_bulk([one.person_id for one in found])


@require_safe
def answered_csv(request: HttpRequest, uid: UUID) -> StreamingHttpResponse:
    """The same as a file; whom the reader may not see stands without a name."""
    article = _found(request, uid)
    if not may(request.user, "person", "export"):
        raise PermissionDenied
    found = everyone_answered(article, _state(request))
    detail = {"what": "answered", "rows": len(found)}
    record_audit(
        actor=request.user, action="exported", record_type="article", record_uid=article.uid, detail=detail, now=now()
    )

    def rows() -> Iterator[tuple[str, ...]]:
        for start in range(0, len(found), 500):
            batch = found[start : start + 500]
            people = _people(request, batch)
            for one in batch:
                person = people.get(one.person_id)
                named = (str(person.uid), person.name) if person else ("", "")
                yield (*named, str(one.version_number), one.by, one.at.isoformat())

    return table("answered", ("person", "name", "version", "by", "at"), rows())


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, uid: UUID, correction: UUID | None = None) -> HttpResponse:
    """A correction in its own words, a draft until somebody approves it."""
    article = _found(request, uid)
    row = get_object_or_404(Correction, uid=correction, article=article) if correction else None
    offered = {"codes": _codes(article), "languages": _languages(article, row)}
    if request.method != "POST":
        return _draw_form(request, article, row, CorrectionForm(initial=_initial(request, article, row), **offered))
    form = CorrectionForm(request.POST, **offered)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = write_correction(
                actor=request.user,
                article=article,
                subject=data["subject"],
                texts=form.texts(),
                state_code=data["state_code"],
                correction=row,
                now=now(),
            )
        except ValidationError as error:
            tell(form, error)
        else:
            return toast(go(_page_of(made)), _("Kept as a draft. It leaves once it is approved."))
    return _draw_form(request, article, row, form, status=422)


def _codes(article: Article) -> list[tuple[str, str]]:
    """Where it was withdrawn first, then every state."""
    if not may_read("article", "state"):
        return list(states())
    off = set(StateWithdrawal.objects.filter(article=article, lifted_at=None).values_list("state_code", flat=True))
    return sorted(states(), key=lambda pair: (pair[0] not in off, pair[1]))


def _languages(article: Article, row: Correction | None) -> list[str]:
    """Those of the public pages, of the article, and of what is written already."""
    public = [code for code, _name in settings.LANGUAGES]
    own = languages_of(article) if may_read("article", "state") else languages_written(article)
    return list(dict.fromkeys([*public, *own, *(row.texts if row is not None else ())]))


def _initial(request: HttpRequest, article: Article, row: Correction | None) -> dict[str, str]:
    if row is not None:
        return {"subject": row.subject, "state_code": row.state_code, **row.texts}
    return {"state_code": _state(request), "subject": _("A correction: %(title)s") % {"title": article.title}}


def _draw_form(
    request: HttpRequest, article: Article, row: Correction | None, form: Form, status: int = 200
) -> HttpResponse:
    context = {"article": article, "correction": row, "form": form}
    return HttpResponse(render_to_string("answers/correct.html", context, request), status=status)


def _page_of(correction: Correction) -> str:
    return reverse("answers:correction", args=[correction.article.uid, correction.uid])


@require_safe
def correction(request: HttpRequest, uid: UUID, correction: UUID) -> HttpResponse:
    """Its words, how far it is, and the calls that are left."""
    return _draw(request, _found(request, uid), correction)


def _draw(
    request: HttpRequest, article: Article, uid: UUID, form: NoteForm | None = None, status: int = 200
) -> HttpResponse:
    row = get_object_or_404(Correction.objects.select_related("made_by", "approved_by"), uid=uid, article=article)
    given = request.GET.get("in", "")
    wanted = given if given in RecipientState.values else RecipientState.TO_CALL
    calls = Paginator(recipients_of(row, wanted), PAGE).get_page(request.GET.get("page"))
    seen = people_visible_to(request.user).in_bulk([one.person_id for one in calls])
    reach = {one.person.pk: one for one in rows_of(list(seen.values()))}
    is_draft = row.state == CorrectionState.DRAFT
    counts = counts_of(row)
    context = {
        "article": article,
        "correction": row,
        "is_draft": is_draft,
        "people": len(everyone_answered(article, row.state_code)) if is_draft else sum(counts.values()),
        "counts": [(state, RecipientState(state).label, n) for state, n in counts.items() if n],
        "wanted": wanted,
        "page": calls,
        "rows": [(one, reach.get(one.person_id)) for one in calls],
        "own": row.made_by_id == request.user.pk,
        "form": form or NoteForm(use_required_attribute=False),
        "state_name": state_name(row.state_code) if row.state_code else "",
        "may_export": may(request.user, "person", "export"),
        "call_at": registry.call_at if may(request.user, "call", "add") else "",
        "live_topics": f"article:{article.uid}",
    }
    return HttpResponse(render_to_string("answers/correction.html", context, request), status=status)


@require_POST
def approve(request: HttpRequest, uid: UUID, correction: UUID) -> HttpResponse:
    """Send it to everyone on the list, which is fixed here."""
    article, form = _found(request, uid), NoteForm(request.POST)
    row = get_object_or_404(Correction, uid=correction, article=article)

    def act() -> str:
        count = approve_correction(actor=request.user, correction=row, note=form.cleaned_data["note"], now=now())
        return _("On its way to %(n)d people") % {"n": count}

    return carry_out(
        request, form, act, to=_page_of(row), again=lambda: _draw(request, article, correction, form, status=422)
    )


@require_safe
def calls_csv(request: HttpRequest, uid: UUID, correction: UUID) -> StreamingHttpResponse:
    """The calls to make, with the telephone as the reader may see it."""
    article = _found(request, uid)
    if not may(request.user, "person", "export"):
        raise PermissionDenied
    row = get_object_or_404(Correction, uid=correction, article=article)
    calls = list(recipients_of(row, RecipientState.TO_CALL))
    seen = people_visible_to(request.user).in_bulk([one.person_id for one in calls])
    reach = {one.person.pk: one for one in rows_of(list(seen.values()))}
    detail = {"what": "calls", "rows": len(calls)}
    record_audit(
        actor=request.user, action="exported", record_type="article", record_uid=article.uid, detail=detail, now=now()
    )
    rows = (_call(one, reach.get(one.person_id)) for one in calls)
    return table("calls", ("person", "name", "phone", "version", "answered_at", "because"), rows)


def _call(one: CorrectionRecipient, row: Any) -> tuple[str, ...]:
    named = (str(row.person.uid), row.person.name, str(row.phone)) if row else ("", "", "")
    return (*named, str(one.version_number), one.answered_at.isoformat(), one.because)
