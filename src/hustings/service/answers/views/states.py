"""One question, fifty answers: every state's standing, voter protection's approval, and withdrawing one alone."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.geography.queries import state_name
from hustings.foundation.ui.responses import go, toast

from ..actions.states import restore_state, withdraw_state
from ..actions.voting import approve_voting_words, sign_off
from ..forms import ReasonForm
from ..forms_public import ProtectForm
from ..models import Article, ArticleKind, ArticleText, ArticleVersion
from ..queries import texts_of, versions_visible_to
from ..queries.standing import Standing, standings
from ..rules import may_approve, may_change, may_correct, may_protect, may_withdraw, needs_note, readable
from .article import found_or_404, key_of, uid_in
from .deeds import carry_out

LACKS = {
    "source": gettext_lazy("no official source"),
    "approval": gettext_lazy("waits for voter protection"),
    "deadline": gettext_lazy("never ends"),
    "sign_off": gettext_lazy("a machine’s words, not signed off"),
    "behind": gettext_lazy("translation behind"),
}


@require_safe
def states_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The table of states: ?version= another than the newest; ?withdraw=OH opens the form for it."""
    return _draw(request, found_or_404(request, uid))


def _draw(
    request: HttpRequest,
    article: Article,
    *,
    form: Any = None,
    code: str = "",
    protect: ProtectForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may = may_change(request.user, article)
    versions = list(versions_visible_to(request.user, article, may_change=may))
    if not versions:
        raise Http404
    wanted = request.GET.get("version", "")
    version = next((one for one in versions if str(one.number) == wanted), versions[0])
    lines, reads = standings(article, version, now()), readable()
    code = code or request.GET.get("withdraw", "")
    chosen = next((line for line in lines if line.code and line.code == code), None)
    context = {
        "article": article,
        "version": version,
        "lines": [_shown(request, article, line) for line in lines if line.texts or line.withdrawal],
        "without": [line for line in lines if not line.texts and line.code],
        "may_change": may,
        "may_correct": may_correct(request.user, article),
        "reads": reads,
        "is_told": reads >= {"kind", "state", "expires_at"},
        "may_protect": any(_waits(request, article, line) for line in lines),
        "protect": protect or ProtectForm(initial={"version": version.uid}, codes=[line.code for line in lines]),
        "own": needs_note(request.user, version),
        "chosen": chosen if chosen and _may_withdraw(request, article, chosen.code) else None,
        "form": form or ReasonForm(use_required_attribute=False),
        "voting": article.kind == ArticleKind.VOTING,
        "live_topics": f"article:{article.uid}",
    }
    return HttpResponse(render_to_string("answers/states.html", context, request), status=status)


def _shown(request: HttpRequest, article: Article, line: Standing) -> dict[str, Any]:
    behind = [text for text in line.texts if text.made_by_machine and text.signed_off_at is None]
    may_sign = may_approve(request.user, article) or may_protect(request.user, line.code)
    return {
        "line": line,
        "key": line.code or "all",
        "lacks": [LACKS[one] for one in line.lacks],
        "texts": [(key_of(text), text) for text in line.texts],
        "to_sign": behind if may_sign else [],
        "may_protect": _waits(request, article, line),
        "may_withdraw": bool(line.code) and _may_withdraw(request, article, line.code),
    }


def _waits(request: HttpRequest, article: Article, line: Standing) -> bool:
    """Whether the reader can approve this line's words now."""
    voting = article.kind == ArticleKind.VOTING and may_read("article", "state")
    return voting and bool(line.texts) and line.approval is None and may_protect(request.user, line.code)


def _may_withdraw(request: HttpRequest, article: Article, code: str) -> bool:
    return may_withdraw(request.user, article) or may_protect(request.user, code)


def _back(article: Article) -> str:
    return reverse("answers:states", args=[article.uid])


@require_POST
def withdraw_words(request: HttpRequest, uid: UUID, code: str) -> HttpResponse:
    article, form = found_or_404(request, uid), ReasonForm(request.POST)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        withdraw_state(actor=request.user, article=article, state_code=code, reason=reason, now=now())
        return _("Withdrawn for %(state)s: it is said to nobody there") % {"state": state_name(code)}

    return carry_out(
        request, form, act, to=_back(article), again=lambda: _draw(request, article, form=form, code=code, status=422)
    )


@require_POST
def restore_words(request: HttpRequest, uid: UUID, code: str) -> HttpResponse:
    article = found_or_404(request, uid)
    try:
        restore_state(actor=request.user, article=article, state_code=code, now=now())
    except ValidationError:
        raise Http404 from None
    return toast(go(_back(article), request=request), _("Restored"))


@require_POST
def protect(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Voter protection approves the ticked states' words of exactly the version the page showed."""
    article = found_or_404(request, uid)
    wanted = uid_in(request.POST, "version")
    version = get_object_or_404(ArticleVersion, uid=wanted, article=article)
    codes = sorted({text.state_code for text in texts_of(version)})
    form = ProtectForm(request.POST, codes=codes)

    def act() -> str:
        approve_voting_words(
            actor=request.user,
            article=article,
            version=version,
            state_codes=form.cleaned_data["states"],
            note=form.cleaned_data["note"],
            now=now(),
        )
        return _("Approved by voter protection")

    return carry_out(
        request, form, act, to=_back(article), again=lambda: _draw(request, article, protect=form, status=422)
    )


@require_POST
def sign(request: HttpRequest, uid: UUID, text: UUID) -> HttpResponse:
    """A person stands for a machine's translation."""
    article = found_or_404(request, uid)
    row = get_object_or_404(ArticleText, uid=text, version__article=article)
    if not (may_approve(request.user, article) or may_protect(request.user, row.state_code)):
        raise PermissionDenied
    sign_off(actor=request.user, text=row, now=now())
    return toast(go(_back(article), request=request), _("Signed off"))
