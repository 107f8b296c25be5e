"""What the public reads of an article, from when to when, under which address; and the archive."""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.ui.downloads import stored_file

from ..actions.publishing import archive, rename, set_publication, take_from_archive
from ..forms import ReasonForm
from ..forms_public import AddressForm, PublicationForm, publication_initial
from ..models import Article, Attachment
from ..queries import versions_visible_to
from ..queries.public import public_articles
from ..rules import may_change, may_publish, readable
from .article import found_or_404
from .deeds import carry_out


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Before the public or not, where, and for how long."""
    article = found_or_404(request, uid)
    if not may_publish(request.user, article):
        raise PermissionDenied
    if request.method != "POST":
        return _draw(request, article)
    form = PublicationForm(request.POST)

    def act() -> str:
        given = form.publication()
        set_publication(actor=request.user, article=article, publication=given, leave=form.left, now=now())
        return _("Kept")

    return _act(request, article, form, act, lambda: _draw(request, article, form=form, status=422))


@require_POST
def address(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Another address; the old one leads to it."""
    article, form = found_or_404(request, uid), AddressForm(request.POST)

    def act() -> str:
        rename(actor=request.user, article=article, slug=form.cleaned_data["slug"], now=now())
        return _("The old address leads to the new one")

    return _act(request, article, form, act, lambda: _draw(request, article, renamed=form, status=422))


@require_POST
def put_away(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Into the archive, or out of it."""
    article, form = found_or_404(request, uid), ReasonForm(request.POST)
    deed = archive if article.archived_at is None else take_from_archive
    said = _("In the archive") if article.archived_at is None else _("Taken out of the archive")

    def act() -> str:
        deed(actor=request.user, article=article, reason=form.cleaned_data["reason"], now=now())
        return said

    return _act(request, article, form, act, lambda: _draw(request, article, status=422))


def _act(
    request: HttpRequest, article: Article, form: Form, act: Callable[[], str], again: Callable[[], HttpResponse]
) -> HttpResponse:
    if not may_change(request.user, article):
        raise PermissionDenied
    return carry_out(request, form, act, to=article.get_absolute_url(), again=again)


def _draw(
    request: HttpRequest,
    article: Article,
    *,
    form: PublicationForm | None = None,
    renamed: AddressForm | None = None,
    status: int = 200,
) -> HttpResponse:
    if "is_public" not in readable():
        raise PermissionDenied
    context = {
        "article": article,
        "form": form or PublicationForm(initial=publication_initial(article), use_required_attribute=False),
        "address": renamed or AddressForm(initial={"slug": article.slug}, use_required_attribute=False),
        "knows": readable() >= {"kind", "state", "expires_at"},  # what else it takes to be shown
        "is_shown": public_articles(now()).filter(pk=article.pk).exists(),
    }
    return HttpResponse(render_to_string("answers/publish.html", context, request), status=status)


@require_safe
def download(request: HttpRequest, uid: UUID, file: UUID) -> HttpResponse:
    """A file of a version the reader may see: always as a download."""
    article = found_or_404(request, uid)
    seen = versions_visible_to(request.user, article, may_change=may_change(request.user, article))
    one = Attachment.objects.filter(uid=file, version__in=seen).first()
    if one is None:
        raise Http404
    return stored_file(one.sha256, name=one.name, kind=one.content_type, size=one.size)
