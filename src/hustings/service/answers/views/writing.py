"""Writing: a new article, a new version. Without script, "another text" draws the form again with one more."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hustings.foundation.core.clock import now
from hustings.foundation.ui.responses import go, toast

from ..actions import make_article, revise
from ..forms import ArticleForm, BaseTexts, RevisionForm, Texts, texts_initial
from ..models import Article
from ..queries import check_by_default, texts_of, topics, versions_visible_to
from ..rules import MERGE_FIELDS, may_change, may_make
from .article import found_or_404
from .deeds import tell


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new article. Leads make them for their teams."""
    if not may_make(request.user):
        raise PermissionDenied
    initial = {"owner": request.user.pk, "check_by": check_by_default(now())}
    if request.method != "POST":
        form = ArticleForm(user=request.user, initial=initial, use_required_attribute=False)
        return _draw(request, None, form, Texts(initial=[{"language": "en"}], prefix="t"))
    form, texts = ArticleForm(request.POST, user=request.user), Texts(_posted(request), prefix="t")
    if _only_another(request):
        return _draw(request, None, ArticleForm(initial=request.POST.dict(), user=request.user), _open(texts))
    if form.is_valid() & texts.is_valid():
        try:
            data = form.cleaned_data
            article = make_article(actor=request.user, texts=texts.words(), **data, now=now())
        except ValidationError as error:
            tell(form, error)
        else:
            return toast(go(article.get_absolute_url()), _("Kept as a draft. It can be cited once it is approved."))
    return _draw(request, None, form, texts, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def revise_article(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A new version of an article, beginning from the newest."""
    article = found_or_404(request, uid)
    if not may_change(request.user, article):
        raise PermissionDenied
    newest = versions_visible_to(request.user, article, may_change=True).first()
    if request.method != "POST":
        initial = {"title": newest.title if newest else article.title, "base_number": newest.number if newest else 0}
        beginning = texts_initial(texts_of(newest)) if newest else [{"language": "en"}]
        form = RevisionForm(initial=initial, use_required_attribute=False)
        return _draw(request, article, form, Texts(initial=beginning, prefix="t"))
    form, texts = RevisionForm(request.POST), Texts(_posted(request), prefix="t")
    if _only_another(request):
        return _draw(request, article, RevisionForm(initial=request.POST.dict()), _open(texts))
    if form.is_valid() & texts.is_valid():
        try:
            data = form.cleaned_data
            version = revise(actor=request.user, article=article, texts=texts.words(), **data, now=now())
        except ValidationError as error:
            form = _after_stale(request, form, error, newest.number if newest else 0)
        else:
            said = _("Version %(n)d kept as a draft") % {"n": version.number}
            return toast(go(f"{article.get_absolute_url()}?version={version.number}"), said)
    return _draw(request, article, form, texts, status=422)


def _after_stale(request: HttpRequest, form: RevisionForm, error: ValidationError, number: int) -> RevisionForm:
    """Say it, and let the next save stand on the version that is there now."""
    if getattr(error, "code", "") == "stale":
        again = request.POST.copy()
        again["base_number"] = str(number)
        form = RevisionForm(again)
        form.is_valid()
    tell(form, error)
    return form


def _only_another(request: HttpRequest) -> bool:
    return "another" in request.POST


def _posted(request: HttpRequest) -> Any:
    data = request.POST.copy()
    total = data.get("t-TOTAL_FORMS", "")
    if _only_another(request) and total.isdecimal():
        data["t-TOTAL_FORMS"] = str(min(int(total) + 1, 80))
    return data


def _open(texts: BaseTexts) -> BaseTexts:
    """The texts as they came in, unchecked: nothing is wrong yet with what is still being written."""
    total = str(texts.data.get("t-TOTAL_FORMS", ""))
    count = min(int(total), 80) if total.isdecimal() else 1
    fields = ("language", "state_code", "title", "body")
    initial = [{field: texts.data.get(f"t-{n}-{field}", "") for field in fields} for n in range(count)]
    for one in initial:
        one["language"] = one["language"] or "en"
    return Texts(initial=initial, prefix="t")


def _draw(
    request: HttpRequest, article: Article | None, form: Form, texts: BaseTexts, *, status: int = 200
) -> HttpResponse:
    context = {
        "article": article,
        "form": form,
        "texts": texts,
        "errors": _all_errors(form, texts),
        "fields": MERGE_FIELDS.values(),
        "topics": topics(request.user),
    }
    return HttpResponse(render_to_string("answers/write.html", context, request), status=status)


def _all_errors(form: Form, texts: BaseTexts) -> list[tuple[str, str]]:
    """Every error with the id of its field, for the summary on top."""
    found = []
    if texts.is_bound:
        found += [("", error) for error in texts.non_form_errors()]
    for one in [form, *(texts.forms if texts.is_bound else [])]:
        if not one.is_bound:
            continue
        found += [("", error) for error in one.non_field_errors()]
        for name in one.errors:
            if name in one.fields:
                found += [(one[name].auto_id, error) for error in one.errors[name]]
    return found
