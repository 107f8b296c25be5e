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
from ..forms import CARE, ApproveForm, CareForm, ReasonForm
from ..models import Article, ArticleVersion
from .article import draw, found_or_404, may_do


def _do(request: HttpRequest, article: Article, form: Form, deed: str, act: Callable[[], str]) -> HttpResponse:
    if not may_do(request.user, article, deed):
        raise PermissionDenied
    return carry_out(
        request,
        form,
        act,
        to=article.get_absolute_url(),
        again=lambda: draw(request, article, deed=deed, form=form, status=422),
    )


def carry_out(
    request: HttpRequest, form: Form, act: Callable[[], str], *, to: str, again: Callable[[], HttpResponse]
) -> HttpResponse:
    """Where the form is in order, do it, go `to` the page that shows it and say what `act` says; else, or where the act
    is refused, the page `again` with the errors in the form."""
    if form.is_valid():
        try:
            said = act()
        except ValidationError as error:
            tell(form, error)
        else:
            return toast(go(to, request=request), said)
    return again()


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

    def act() -> str:
        data = form.cleaned_data
        version = get_object_or_404(ArticleVersion, uid=data["version"], article=article)
        approve(
            actor=request.user,
            article=article,
            version=version,
            note=data["note"],
            check_by=data.get("check_by"),
            now=now(),
        )
        return _("Approved: it may be cited from now on")

    return _do(request, article, form, "approve", act)


@require_POST
def withdraw_article(request: HttpRequest, uid: UUID) -> HttpResponse:
    article, form = found_or_404(request, uid), ReasonForm(request.POST)

    def act() -> str:
        withdraw(actor=request.user, article=article, reason=form.cleaned_data["reason"], now=now())
        return _("Withdrawn: nobody can cite it")

    return _do(request, article, form, "withdraw", act)


@require_POST
def restore_article(request: HttpRequest, uid: UUID) -> HttpResponse:
    article, form = found_or_404(request, uid), ReasonForm(request.POST)

    def act() -> str:
        restore(actor=request.user, article=article, reason=form.cleaned_data["reason"], now=now())
        return _("Restored")

    return _do(request, article, form, "restore", act)


@require_POST
def care(request: HttpRequest, uid: UUID) -> HttpResponse:
    article, form = found_or_404(request, uid), CareForm(request.POST, user=request.user)

    def act() -> str:
        leave = [name for name in CARE if name not in form.fields]
        set_care(actor=request.user, article=article, **form.cleaned_data, leave=leave, now=now())
        return _("Kept")

    return _do(request, article, form, "care", act)
