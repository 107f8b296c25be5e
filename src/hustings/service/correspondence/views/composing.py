"""The composer: drafts as they are typed, files, approved language, sending."""

from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import unveiled
from hustings.foundation.core.records import Held
from hustings.foundation.ui import responses
from hustings.service.answers.models import ArticleState, ArticleText
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries import inquiries

from ..actions import attachments, drafts, replies
from ..forms import CiteForm, DraftForm, SendForm, first_error, uid_of
from ..models import Message, Reply, ReplyState
from ..queries import composer, composing
from ..queries import drafts as draft_queries
from ..queries.messages import visible_to as messages_visible_to
from ..queries.replies import visible_to as replies_visible_to
from ..rules import MOST_ATTACHED, DraftMoved, SendRefused

TEMPLATE = "correspondence/composer.html"


@require_http_methods(["GET", "POST"])
def compose(request: HttpRequest, uid: UUID) -> HttpResponse:
    """GET: the composer, as it stands. POST: send, or ask for release."""
    inquiry = _inquiry(request, uid)
    if request.method == "POST":
        return _send(request, inquiry)
    return _composer(request, inquiry)


def _send(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    form = SendForm(request.POST)
    if not form.is_valid():
        return responses.problem(request, first_error(form), status=400)
    given = form.cleaned_data
    letter, reply = _seen(request, given["seen_letter"], given["seen_reply"])
    try:
        sent = replies.send_reply(
            actor=request.user,
            inquiry=inquiry,
            token=given["token"],
            text=given["text"],
            to_address=given["to"],
            last_message_seen=letter.pk if letter else 0,
            last_reply_seen=reply.pk if reply else 0,
            close=form.closes,
            now=now(),
        )
    except SendRefused as refusal:
        _keep(request, inquiry, given["text"], given["version"])
        return _composer(request, inquiry, text=given["text"], to=given["to"], refusal=refusal, status=422)
    return _said(request, inquiry, sent)


def _said(request: HttpRequest, inquiry: Inquiry, sent: Reply) -> HttpResponse:
    inquiry.refresh_from_db()
    response = _composer(request, inquiry)
    undo = reverse("correspondence:undo", args=[sent.uid])
    if sent.state == ReplyState.WAITING_RELEASE:
        return responses.toast(response, _("Waiting for a lead’s release"), undo_url=undo)
    if sent.state != ReplyState.LEAVING:
        return responses.toast(response, _("This reply was sent already."))
    name = inquiry.person.name or sent.to_address
    response = responses.toast(response, _("Sent to %(name)s") % {"name": name}, undo_url=undo)
    return responses.event(response, "hustings:answered", {"inquiry": str(inquiry.uid), "closed": sent.close_after})


def _keep(request: HttpRequest, inquiry: Inquiry, text: str, version: int) -> None:
    """The words of a refused reply are a draft; where another window went on with it, they stay on the page alone."""
    with suppress(DraftMoved):
        drafts.save_draft(actor=request.user, inquiry=inquiry, text=text, revision=version, now=now())


@require_POST
def save(request: HttpRequest, uid: UUID) -> HttpResponse:
    """As it is typed. 409 with the stored words when another window saved meanwhile."""
    inquiry = _inquiry(request, uid)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return responses.problem(request, first_error(form), status=400)
    given = form.cleaned_data
    try:
        draft = drafts.save_draft(
            actor=request.user,
            inquiry=inquiry,
            text=given["text"],
            revision=given["version"],
            token=given["token"],
            now=now(),
        )
    except DraftMoved as moved:
        return HttpResponse(
            moved.draft.text if moved.draft else "", status=409, content_type="text/plain; charset=utf-8"
        )
    response = responses.nothing()
    response["X-Draft-Version"] = str(draft.revision)
    return response


@require_POST
def put_away(request: HttpRequest, uid: UUID) -> HttpResponse:
    inquiry = _inquiry(request, uid)
    try:
        drafts.put_away_draft(actor=request.user, inquiry=inquiry, now=now())
    except Held as held:
        return responses.problem(request, str(held))
    return responses.toast(_composer(request, inquiry), _("Draft put away"))


@require_GET
def news(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What came while somebody writes: asked for again and again, so it holds nothing that is typed in."""
    inquiry = _inquiry(request, uid)
    letter, reply = _seen(
        request, uid_of(request.GET.get("seen_letter", "")), uid_of(request.GET.get("seen_reply", ""))
    )
    context = {"inquiry": inquiry, **composer.news(request.user, inquiry, letter, reply)}
    return responses.part(request, "correspondence/parts/news.html", context)


@require_POST
def attach(request: HttpRequest, uid: UUID) -> HttpResponse:
    inquiry = _inquiry(request, uid)
    draft, said = None, ""
    try:
        for file in request.FILES.getlist("file"):
            if (file.size or 0) > MOST_ATTACHED:  # not read into memory at all
                raise attachments.too_large(file.name)
            draft = attachments.attach(
                actor=request.user, inquiry=inquiry, name=file.name, content=file.read(), now=now()
            )
    except attachments.FileRefused as refused:
        said = str(refused)
    draft = draft or draft_queries.draft_of(request.user, inquiry)
    response = _files(request, inquiry, draft.attachments if draft else [])
    return responses.toast(response, said, tone="problem") if said else response


@require_POST
def detach(request: HttpRequest, uid: UUID, position: int) -> HttpResponse:
    inquiry = _inquiry(request, uid)
    try:
        draft = attachments.detach(actor=request.user, inquiry=inquiry, position=position, now=now())
    except Held as held:
        return responses.problem(request, str(held))
    return _files(request, inquiry, draft.attachments if draft else [])


@require_GET
def answers(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Approved language by word, within the composer."""
    inquiry = _inquiry(request, uid)
    words = request.GET.get("q", "")[:200]
    context = {
        "inquiry": inquiry,
        "words": words,
        "suggestions": composing.suggestions(inquiry, words=words, limit=12),
    }
    return responses.part(request, "correspondence/parts/answers.html", context)


@require_POST
def cite(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Insert approved language."""
    inquiry = _inquiry(request, uid)
    form = CiteForm(request.POST)
    if not form.is_valid():
        return responses.problem(request, first_error(form), status=400)
    given = form.cleaned_data
    with unveiled():  # whether words may be used is the house's question
        rows = ArticleText.objects.filter(version__article__state=ArticleState.APPROVED)
    text = get_object_or_404(rows.select_related("version", "version__article"), uid=given["article_text"])
    try:
        _draft, filled = drafts.cite(
            actor=request.user,
            inquiry=inquiry,
            article_text=text,
            text=given["text"],
            caret=form.at,
            revision=given["version"],
            now=now(),
        )
    except DraftMoved as moved:
        return responses.problem(request, str(moved))
    return _composer(request, inquiry, missing=filled.missing)


@require_POST
def drop_citation(request: HttpRequest, uid: UUID, version: UUID) -> HttpResponse:
    inquiry = _inquiry(request, uid)
    drafts.drop_citation(actor=request.user, inquiry=inquiry, version=version)
    draft = draft_queries.draft_of(request.user, inquiry)
    context = {
        "inquiry": inquiry,
        "chips": composer.chips(draft, request.POST.get("text") or (draft.text if draft else "")),
    }
    return responses.part(request, "correspondence/parts/chips.html", context)


@require_GET
def see_draft(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A colleague's draft, to read."""
    draft = get_object_or_404(draft_queries.visible_to(request.user), uid=uid)
    return responses.part(request, "correspondence/parts/draft.html", {"draft": draft})


@require_POST
def take_over(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Go on with a colleague's draft; what one had oneself is saved first and stands below."""
    draft = get_object_or_404(draft_queries.visible_to(request.user), uid=uid)
    inquiry, form = draft.inquiry, DraftForm(request.POST)
    if form.is_valid() and form.cleaned_data["text"].strip():
        _keep(request, inquiry, form.cleaned_data["text"], form.cleaned_data["version"])
    writer = draft.author.name
    try:
        drafts.take_over_draft(actor=request.user, draft=draft, now=now())
    except DraftMoved as moved:
        return responses.problem(request, str(moved))
    return responses.toast(_composer(request, inquiry), _("You go on with the draft of %(name)s") % {"name": writer})


def _inquiry(request: HttpRequest, uid: UUID) -> Inquiry:
    rows = inquiries.visible_to(request.user).select_related("queue", "person", "merged_into")
    return get_object_or_404(rows, uid=uid)


def _seen(request: HttpRequest, letter: UUID | None, reply: UUID | None) -> tuple[Message | None, Reply | None]:
    """The letter and the reply that the page named, as far as this person may see them."""
    found_letter = messages_visible_to(request.user).filter(uid=letter).first() if letter else None
    found_reply = replies_visible_to(request.user).filter(uid=reply).first() if reply else None
    return found_letter, found_reply


def _composer(request: HttpRequest, inquiry: Inquiry, *, status: int = 200, **given) -> HttpResponse:  # type: ignore[no-untyped-def]
    return responses.part(request, TEMPLATE, composer.build(request.user, inquiry, **given), status=status)


def _files(request: HttpRequest, inquiry: Inquiry, files: list) -> HttpResponse:
    return responses.part(request, "correspondence/parts/files.html", {"inquiry": inquiry, "files": files})
