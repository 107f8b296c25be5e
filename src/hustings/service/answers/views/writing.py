"""Writing: a new article, a new version. Without script, "another text" draws the form again with one more."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hustings.constituents.people.rules import LANGUAGES
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import Level, level_of
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.core.texts import storable
from hustings.foundation.ui.responses import go, toast

from ..actions import make_article, revise
from ..actions.wording import Words, words_of
from ..forms import MOST_TEXTS, ArticleForm, BaseTexts, RevisionForm, Texts, texts_initial
from ..forms_public import BaseSources, FilesForm, Sources, sources_initial
from ..models import Article, ArticleVersion, Attachment, Source
from ..queries import check_by_default, texts_of, topics, versions_visible_to
from ..registry import FromAnswer, from_answer
from ..rules import MERGE_FIELDS, may_change, may_make
from .article import found_or_404, key_of, uid_in
from .deeds import tell

MOST_SHOWN = 8  # texts of an article that are edited on one page; of more, everyone's alone


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new article. Leads make them for their teams. `?title=` and `?language=` begin it with what was asked, `?from=`
    with an answer that was sent."""
    if not may_make(request.user):
        raise PermissionDenied
    given = _given(request)
    if request.method != "POST":
        initial: dict[str, Any] = {"owner": request.user.pk, "check_by": check_by_default(now())}
        initial["title"] = " ".join(storable(request.GET.get("title", "")).split())[:200]
        language = request.GET.get("language", "")
        text: dict[str, Any] = {"language": language if language in LANGUAGES else "en"}
        if given is not None:
            initial["title"] = given.question
            text = {"language": given.language, "state_code": given.state_code, "body": given.answer}
        form = ArticleForm(user=request.user, initial=initial, use_required_attribute=False)
        return _draw(request, None, form, Texts(initial=[text], prefix="t"), given=given)
    form, texts = ArticleForm(request.POST, user=request.user), Texts(_posted(request), prefix="t")
    sources, files = _around(request)
    if _only_another(request):
        fresh = ArticleForm(initial=request.POST.dict(), user=request.user)
        return _draw(request, None, fresh, _open(texts), sources=sources, given=given)
    if form.is_valid() & texts.is_valid() & sources.is_valid() & files.is_valid():
        try:
            article = make_article(
                actor=request.user,
                texts=texts.words(),
                sources=sources.cited(),
                files=files.enclosed(),
                **{"check_by": check_by_default(now()), **form.cleaned_data},
                now=now(),
            )
        except ValidationError as error:
            tell(form, error)
        else:
            return toast(go(article.get_absolute_url()), _("Kept as a draft. It can be cited once it is approved."))
    return _draw(request, None, form, texts, sources=sources, files=files, given=given, status=422)


def _given(request: HttpRequest) -> FromAnswer | None:
    uid = uid_in(request.GET, "from")
    return from_answer(request.user, uid) if uid else None


@require_http_methods(["GET", "HEAD", "POST"])
def revise_article(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A new version, beginning from the newest. `?only=en-OH` shows that one text; of an article with many, everyone's
    words alone are shown. What is not shown goes into the new version as it was."""
    article = found_or_404(request, uid)
    if not may_change(request.user, article):
        raise PermissionDenied
    newest = versions_visible_to(request.user, article, may_change=True).first()
    shown, kept = _parted(newest, request.GET.get("only", ""))
    if request.method != "POST":
        initial = {"title": newest.title if newest else article.title, "base_number": newest.number if newest else 0}
        form = RevisionForm(initial=initial, use_required_attribute=False)
        return _draw(request, article, form, Texts(initial=shown, prefix="t"), newest=newest, kept=kept)
    form, texts = RevisionForm(request.POST), Texts(_posted(request), prefix="t", initial=shown)
    sources, files = _around(request, newest)
    if _only_another(request):
        fresh = RevisionForm(initial=request.POST.dict())
        return _draw(request, article, fresh, _open(texts), sources=sources, newest=newest, kept=kept)
    if form.is_valid() & texts.is_valid() & sources.is_valid() & files.is_valid():
        try:
            version = revise(
                actor=request.user,
                article=article,
                texts=[*kept, *texts.words()],
                sources=sources.cited() if sources.forms else None,
                files=files.enclosed(),
                leave=() if level_of("article", "expires_at") >= Level.EDIT else ("expires_at",),
                **form.cleaned_data,
                now=now(),
            )
        except ValidationError as error:
            form = _after_stale(request, form, error, newest.number if newest else 0)
        else:
            said = _("Version %(n)d kept as a draft") % {"n": version.number}
            return toast(go(f"{article.get_absolute_url()}?version={version.number}"), said)
    return _draw(request, article, form, texts, sources=sources, files=files, newest=newest, kept=kept, status=422)


def _parted(newest: ArticleVersion | None, only: str) -> tuple[list[dict[str, Any]], list[Words]]:
    """(what the page shows, what is carried over as it is)."""
    if newest is None:
        return [{"language": "en"}], []
    texts = texts_of(newest)
    shown = texts
    if only:
        shown = [text for text in texts if key_of(text) == only]
    elif len(texts) > MOST_SHOWN:
        shown = [text for text in texts if not text.state_code]
    keys = {(text.language, text.state_code) for text in shown}
    language, _dash, state = only.partition("-")
    beginning = texts_initial(shown) or [{"language": language or "en", "state_code": state}]
    kept = [one for one in words_of(newest) if (one.language, one.state_code) not in keys]
    return beginning, kept


def _around(request: HttpRequest, newest: ArticleVersion | None = None) -> tuple[BaseSources, FilesForm]:
    """The sources and files as they came in; a form that knows of neither leaves them as they are."""
    if "s-TOTAL_FORMS" in request.POST:
        return Sources(request.POST, prefix="s"), FilesForm(request.POST, request.FILES, kept=_files(newest))
    files = _files(newest)
    given = {"s-TOTAL_FORMS": "0", "s-INITIAL_FORMS": "0"}
    return Sources(given, prefix="s"), FilesForm({"keep": [str(one.uid) for one in files]}, kept=files)


def _files(newest: ArticleVersion | None) -> list[Attachment]:
    return list(Attachment.objects.filter(version=newest).order_by("id")) if newest else []


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
    if _only_another(request):
        data["t-TOTAL_FORMS"] = str(min(_count(data) + 1, MOST_TEXTS))
    return data


def _count(data: Any) -> int:
    """How many texts the form says it has."""
    return min(whole_number(str(data.get("t-TOTAL_FORMS", "")), 1), MOST_TEXTS)


def _open(texts: BaseTexts) -> BaseTexts:
    """The texts as they came in, unchecked: nothing is wrong yet with what is still being written."""
    fields = ("language", "state_code", "title", "body", "steps", "expires_at", "made_by_machine")
    initial = [{field: texts.data.get(f"t-{n}-{field}", "") for field in fields} for n in range(_count(texts.data))]
    for one in initial:
        one["language"] = one["language"] or "en"
    return Texts(initial=initial, prefix="t")


def _draw(
    request: HttpRequest,
    article: Article | None,
    form: Form,
    texts: BaseTexts,
    *,
    sources: BaseSources | None = None,
    files: FilesForm | None = None,
    newest: ArticleVersion | None = None,
    kept: Sequence[Words] = (),
    given: FromAnswer | None = None,
    status: int = 200,
) -> HttpResponse:
    there = list(Source.objects.filter(version=newest).order_by("id")) if newest else []
    sources = sources or Sources(initial=sources_initial(there), prefix="s")
    context = {
        "article": article,
        "form": form,
        "texts": texts,
        "sources": sources,
        "files": files or FilesForm(kept=_files(newest)),
        "kept": len(kept),
        "given": given,
        "errors": _all_errors(form, texts, sources, files),
        "fields": MERGE_FIELDS.values(),
        "topics": topics(request.user),
    }
    return HttpResponse(render_to_string("answers/write.html", context, request), status=status)


def _all_errors(form: Form, texts: BaseTexts, sources: BaseSources, files: FilesForm | None) -> list[tuple[str, str]]:
    """Every error with the id of its field, for the summary on top."""
    found = []
    if texts.is_bound:
        found += [("", error) for error in texts.non_form_errors()]
    parts: list[Any] = [form, *(texts.forms if texts.is_bound else [])]
    parts += [*(sources.forms if sources.is_bound and texts.is_bound else []), *([files] if files else [])]
    for one in parts:
        if not one.is_bound:
            continue
        found += [("", error) for error in one.non_field_errors()]
        for name in one.errors:
            if name in one.fields:
                found += [(one[name].auto_id, error) for error in one.errors[name]]
    return found
