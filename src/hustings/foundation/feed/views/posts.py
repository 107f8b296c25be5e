"""One post and its comments."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses
from hustings.foundation.ui.downloads import stored_file

from ..actions.posts import edit_post, withdraw_post, write_post
from ..forms import words_of
from ..models import Attachment, Post
from ..queries.drafts import Draft, draft_under
from ..queries.following import state_of
from ..queries.stream import comments_of, thread
from ..rules import Refused, may_edit
from .composing import before_of, have_read, thread_context


def _thread(request: HttpRequest, uid: UUID) -> tuple[Post, Any]:
    found = thread(request.user, uid)
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, uid: UUID) -> Post:
    """The post or comment itself, when its thread is there for the reader."""
    _thread(request, uid)
    return get_object_or_404(Post, uid=uid, withdrawn_at=None)


@require_safe
def post(request: HttpRequest, post_uid: UUID) -> HttpResponse:
    """A post with all its comments. A comment's address leads to its place in the thread."""
    top, record = _thread(request, post_uid)
    if top.uid != post_uid:
        return redirect(f"{reverse('feed:post', args=[top.uid])}#post-{post_uid}")
    return _page(request, top, record, draft_under(top))


def _page(request: HttpRequest, top: Post, record: Any, draft: Draft, *, status: int = 200) -> HttpResponse:
    context = thread_context(request, top, record)
    before = before_of(request)
    context["one"].comments, context["earlier"] = comments_of(request.user, top, before=before)
    context["one"].earlier = 0
    ref = (top.record_type, top.record_id)
    if before is None:
        have_read(request.user, ref, top.latest)
    context |= {
        "draft": draft,
        "whole": True,
        "before": before,
        "state": state_of(request.user, ref),
        "topic": f"feed:{top.record_type}:{top.record_uid}",
    }
    return responses.page_or_part(request, "feed/post.html", context, part="thread", status=status)


@require_POST
def comment(request: HttpRequest, post_uid: UUID) -> HttpResponse:
    """Words under a post."""
    top, record = _thread(request, post_uid)
    draft, status, given = draft_under(top), 200, words_of(request)
    try:
        write_post(actor=request.user, record_type=top.record_type, record=record, parent=top, now=now(), **given)
    except Refused as refusal:
        draft, status = draft.refuse(given["text"], refusal), 422
    where = responses.target_of(request)
    if not where:
        if status == 200:
            return redirect(f"{reverse('feed:post', args=[top.uid])}#comments")
        return _page(request, top, record, draft, status=422)
    top.refresh_from_db()
    if where == "thread":
        return _page(request, top, record, draft, status=status)
    context = thread_context(request, top, record, in_stream=request.POST.get("in") == "stream")
    return responses.part(request, "feed/parts/post.html", context | {"draft": draft}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, post_uid: UUID) -> HttpResponse:
    """Other words in the place of one's own."""
    top, record = _thread(request, post_uid)
    own = _own(request, post_uid)
    if not may_edit(request.user, own):
        raise PermissionDenied
    draft, status = draft_under(top), 200
    draft.action, draft.text = reverse("feed:change", args=[own.uid]), own.text
    if request.method == "POST":
        given = words_of(request)
        try:
            edit_post(actor=request.user, post=own, text=given["text"], confirmed=given["confirmed"], now=now())
        except Refused as refusal:
            draft, status = draft.refuse(given["text"], refusal), 422
        else:
            said = _("Changed. It says so beside it.")
            return responses.toast(redirect(f"{reverse('feed:post', args=[top.uid])}#post-{own.uid}"), said)
    context = thread_context(request, top, record) | {"draft": draft, "own": own}
    return responses.page_or_part(request, "feed/change.html", context, status=status)


@require_POST
def withdraw(request: HttpRequest, post_uid: UUID) -> HttpResponse:
    """The words are gone from every page."""
    top, _record = _thread(request, post_uid)
    own = _own(request, post_uid)
    withdraw_post(actor=request.user, post=own, now=now())
    said = _("Withdrawn: no page shows it any more.")
    if own.pk == top.pk and not top.comment_count:
        return responses.toast(redirect("feed:record", top.record_type, top.record_uid), said)
    return responses.toast(redirect(f"{reverse('feed:post', args=[top.uid])}#comments"), said)


@require_safe
def file(request: HttpRequest, file_uid: UUID) -> StreamingHttpResponse:
    """A file of a post that the reader may see: always a download, under a safe name."""
    found = get_object_or_404(Attachment.objects.select_related("post"), uid=file_uid, post__withdrawn_at=None)
    if thread(request.user, found.post.uid) is None:
        raise Http404
    return stored_file(found.sha256, name=found.name, kind=found.type, size=found.size)
