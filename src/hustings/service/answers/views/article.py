"""One article: its words by language and state, its versions, who looks after it and where it went."""

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hustings.constituents.insight.queries.phrases import reasons_of
from hustings.constituents.people.rules import language_name
from hustings.foundation.access.models import User
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.geography.queries import state_name

from ..forms import ApproveForm, CareForm, ReasonForm, care_initial
from ..models import Article, ArticleState, ArticleText, ArticleVersion, Attachment, Source
from ..public.votes import WHYS
from ..queries import check_by_default, history, texts_of, versions_visible_to, visible_to
from ..registry import uses_of
from ..rendering import as_html, as_html_line, short_name, word_diff
from ..rules import (
    MERGE_FIELDS,
    SAMPLE,
    may_change,
    may_correct,
    may_judge,
    may_publish,
    may_withdraw,
    merge_fields_in,
    needs_note,
    readable,
)

MOST_REASONS = 12
DEEDS = ("approve", "withdraw", "restore", "care")


def may_do(user: User, article: Article, deed: str) -> bool:
    """Whether the page offers this of `DEEDS` and takes it: withdrawing also to who may not read whether it is
    withdrawn, approving and restoring to who may."""
    if deed == "approve":
        return may_judge(user, article)
    if deed in ("withdraw", "restore"):
        return may_withdraw(user, article) and (deed == "withdraw" or may_read("article", "state"))
    return may_change(user, article)


def found_or_404(request: HttpRequest, uid: UUID) -> Article:
    """An article the reader may see; 404 when there is none, or none for them."""
    found = visible_to(request.user).select_related("owner", "team", "approved_by", "approved_version", "withdrawn_by")
    article = found.filter(uid=uid).first()
    if article is None:
        raise Http404
    return article


def uid_in(given: QueryDict, name: str) -> UUID | None:
    """The uid that was given under this name; None for none, and for what is none."""
    try:
        return UUID(given.get(name, ""))
    except ValueError:
        return None


@require_safe
def article_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The words and all about them. Who may no longer read a withdrawn article is told so, without its words."""
    withdrawn = None
    if may_read("article", "state"):
        withdrawn = Article.objects.filter(uid=uid, state=ArticleState.WITHDRAWN).first()
    if withdrawn is not None and not visible_to(request.user).filter(pk=withdrawn.pk).exists():
        context = {"article": withdrawn, "live_topics": f"article:{uid}"}
        return HttpResponse(render_to_string("answers/withdrawn.html", context, request), status=410)
    return draw(request, found_or_404(request, uid), deed=request.GET.get("do", ""))


def draw(
    request: HttpRequest, article: Article, *, deed: str = "", form: Form | None = None, status: int = 200
) -> HttpResponse:
    """The page; `form` is one that came back with errors, open as `deed`."""
    may = may_change(request.user, article)
    versions = list(versions_visible_to(request.user, article, may_change=may))
    version = _version(request, article, versions)
    texts = texts_of(version) if version else []
    if version is not None:
        for text in texts:
            text.version = version
    deed = deed if deed in DEEDS and may_do(request.user, article, deed) else ""
    today = timezone.localdate()
    context = {
        "article": article,
        "may_change": may,
        "reads": readable(),
        "versions": versions,
        "version": version,
        "newest": versions[0] if versions else None,
        "overdue": bool(article.state == ArticleState.APPROVED and article.check_by and article.check_by < today),
        "deed": deed,
        "may_judge": may_judge(request.user, article),
        "may_publish": may_publish(request.user, article),
        "may_withdraw": may_withdraw(request.user, article),
        "may_correct": may_correct(request.user, article),
        "sources": list(Source.objects.filter(version=version).order_by("state_code", "id")) if version else [],
        "files": list(Attachment.objects.filter(version=version).order_by("id")) if version else [],
        "form": form or (_form(request, deed, article, version) if deed else None),
        "own": bool(version and needs_note(request.user, version)),
        "history": list(history(article)[:30]) if may else [],
        "uses": uses_of(request.user, article),
        "reasons": _reasons(article) if may else [],
        "live_topics": f"article:{article.uid}",
        "reading": _reading(request),
        **_words(request, texts, version),
    }
    return HttpResponse(render_to_string("answers/article.html", context, request), status=status)


def _reasons(article: Article) -> list[dict[str, Any]]:
    """Why it did not help, as readers said it lately."""
    named = dict(WHYS)
    return [
        {"why": named.get(one.why, one.why), "words": one.words, "state": one.state_code, "at": one.at}
        for one in reasons_of(str(article.uid))[:MOST_REASONS]
    ]


def _reading(request: HttpRequest) -> list[dict[str, Any]]:
    """Two ways to read it: with its fields by name, or as a sample person would."""
    shown = []
    for value, label in (("", _("With its fields")), ("person", _("As a person reads it"))):
        query = request.GET.copy()
        query.pop("as", None)
        query.pop("do", None)
        if value:
            query["as"] = value
        current = (request.GET.get("as") == "person") == bool(value)
        shown.append({"label": label, "href": f"?{query.urlencode()}", "current": current})
    return shown


def _version(request: HttpRequest, article: Article, versions: list[ArticleVersion]) -> ArticleVersion | None:
    """The one the address asks for, else the approved one (where the reader may know which), else the newest."""
    wanted = request.GET.get("version", "")
    asked = next((one for one in versions if str(one.number) == wanted), None)
    approved = next((one for one in versions if one.pk == article.approved_version_id), None)
    return asked or approved or (versions[0] if versions else None)


def key_of(text: ArticleText) -> str:
    """A text in an address: "en", "en-OH"."""
    return f"{text.language}-{text.state_code}" if text.state_code else text.language


def label_of(text: ArticleText) -> str:
    """A text on its tab: "English", "English, Ohio"."""
    language = language_name(text.language)
    return f"{language}, {state_name(text.state_code)}" if text.state_code else language


def _words(request: HttpRequest, texts: list[ArticleText], version: ArticleVersion | None) -> dict[str, Any]:
    by_key = {key_of(text): text for text in texts}
    shown = by_key.get(request.GET.get("text", "")) or (texts[0] if texts else None)
    beside = by_key.get(request.GET.get("beside", ""))
    as_read = request.GET.get("as") == "person"
    values = SAMPLE if as_read else None
    columns = [
        {
            "label": label_of(text),
            "language": text.language,
            "title": text.title or (version.title if version else ""),
            "html": as_html(text.body, values),
            "steps": [as_html_line(step, values) for step in text.steps or ()],
            "is_behind": text.is_behind,
            "by_machine": text.made_by_machine and text.signed_off_at is None,
        }
        for text in ([shown] if beside is shown else [shown, beside])
        if text is not None
    ]
    fields = merge_fields_in("\n".join(text.body for text in texts))
    return {
        "texts": [(key_of(text), label_of(text), text is shown) for text in texts],
        "others": [(key_of(text), label_of(text), text is beside) for text in texts if text is not shown],
        "columns": columns,
        "as_read": as_read,
        "fields": [(short_name(name), MERGE_FIELDS[name].label) for name in fields if name in MERGE_FIELDS],
    }


def _form(request: HttpRequest, deed: str, article: Article, version: ArticleVersion | None) -> Form | None:
    if deed == "approve" and version is not None:
        check_by = article.check_by if article.check_by and article.check_by > timezone.localdate() else None
        initial = {"version": version.uid, "check_by": check_by or check_by_default(now())}
        return ApproveForm(initial=initial, use_required_attribute=False)
    if deed == "care":
        return CareForm(user=request.user, initial=care_initial(article), use_required_attribute=False)
    return ReasonForm(use_required_attribute=False) if deed in ("withdraw", "restore") else None


@require_safe
def compare(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Two versions word by word: ?from=2&to=3, else the approved one and the newest."""
    article = found_or_404(request, uid)
    versions = list(versions_visible_to(request.user, article, may_change=may_change(request.user, article)))
    if not versions:
        raise Http404
    by_number = {str(version.number): version for version in versions}
    approved = next((one for one in versions if one.pk == article.approved_version_id), versions[-1])
    new = by_number.get(request.GET.get("to", ""), versions[0])
    old = by_number.get(request.GET.get("from", ""), approved)
    context = {"article": article, "versions": versions, "old": old, "new": new, "changes": _changes(old, new)}
    return HttpResponse(render_to_string("answers/compare.html", context, request))


def _changes(old: ArticleVersion, new: ArticleVersion) -> list[dict[str, Any]]:
    before = {key_of(text): text for text in texts_of(old)}
    after = {key_of(text): text for text in texts_of(new)}
    found = [{"label": _("Title"), "changes": word_diff(old.title, new.title), "same": old.title == new.title}]
    for key in list(dict.fromkeys([*before, *after])):
        was, now_is = before.get(key), after.get(key)
        label = label_of(was or now_is)
        words_was = _whole(was) if was else ""
        words_is = _whole(now_is) if now_is else ""
        same = words_was == words_is
        found.append({"label": label, "changes": word_diff(words_was, words_is), "same": same})
    return found


def _whole(text: ArticleText) -> str:
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(text.steps or (), 1))
    return "\n\n".join(part for part in (text.title, text.body, steps) if part)
