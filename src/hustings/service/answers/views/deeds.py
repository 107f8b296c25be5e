"""Approving, withdrawing, restoring, and who looks after an article."""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.ui.responses import go, toast

from ..actions import approve, restore, set_care, withdraw
from ..forms import ApproveForm, CareForm, ReasonForm
from ..models import Article, ArticleVersion
from ..rules import may_change, may_withdraw
from .article import draw, found_or_404


def _do(
    request: HttpRequest, article: Article, form: Form, deed: str, act: Callable[[], None], said: str
) -> HttpResponse:
    allowed = may_withdraw if deed in ("withdraw", "restore") else may_change
    if not allowed(request.user, article):
        raise PermissionDenied
    if form.is_valid():
        try:
            act()
        except ValidationError as error:
            tell(form, error)
        else:
            return toast(go(article.get_absolute_url(), request=request), said)
    return draw(request, article, deed=deed, form=form, status=422)


def tell(form: Form, error: ValidationError) -> None:
    """By field where the action says so and the form has it, else for the form as a whole."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


@require_POST
def approve_version(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Approves exactly the version the page showed."""
    article, form = found_or_404(request, uid), ApproveForm(request.POST)

    def act() -> None:
        data = form.cleaned_data
        version = get_object_or_404(ArticleVersion, uid=data["version"], article=article)
        approve(
            actor=request.user,
            article=article,
            version=version,
            note=data["note"],
            check_by=data["check_by"],
            now=now(),
        )

    return _do(request, article, form, "approve", act, _("Approved: it may be cited from now on"))


@require_POST
def withdraw_article(request: HttpRequest, uid: UUID) -> HttpResponse:
    article, form = found_or_404(request, uid), ReasonForm(request.POST)

    def act() -> None:
        withdraw(actor=request.user, article=article, reason=form.cleaned_data["reason"], now=now())

    return _do(request, article, form, "withdraw", act, _("Withdrawn: nobody can cite it"))


@require_POST
def restore_article(request: HttpRequest, uid: UUID) -> HttpResponse:
    article, form = found_or_404(request, uid), ReasonForm(request.POST)

    def act() -> None:
        restore(actor=request.user, article=article, reason=form.cleaned_data["reason"], now=now())

    return _do(request, article, form, "restore", act, _("Restored"))


@require_POST
def care(request: HttpRequest, uid: UUID) -> HttpResponse:
    article, form = found_or_404(request, uid), CareForm(request.POST, user=request.user)

    def act() -> None:
        set_care(actor=request.user, article=article, **form.cleaned_data, now=now())

    return _do(request, article, form, "care", act, _("Kept"))
