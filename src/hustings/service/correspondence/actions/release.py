"""A new volunteer's replies: a lead releases them, mends and releases them, or sends them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.service.desk.actions import taking

from ..models import Citation, Reply, ReplyState
from ..queries import messages
from ..queries.marking import still_there
from ..queries.releasing import is_as_approved
from ..queries.replies import citations_of
from ..rules import SendRefused, may_release
from . import checking, leaving
from .drafts import restore_draft


@action
def release(
    *, actor: User, reply: Reply, last_message_seen: int, last_reply_seen: int | None = None, now: datetime
) -> Reply:
    """Let the reply leave as it was written, with eight seconds to undo.

    `last_message_seen` and `last_reply_seen` are the newest letter and reply that stood on the lead's page: a newer
    one refuses, so that it is looked at. Raises SendRefused.
    """
    return _release(actor, reply, None, last_message_seen, last_reply_seen, now)


@action
def mend_and_release(
    *,
    actor: User,
    reply: Reply,
    text: str,
    last_message_seen: int,
    last_reply_seen: int | None = None,
    now: datetime,
) -> Reply:
    """Release it with the lead's words; what the volunteer wrote is kept beside them."""
    return _release(actor, reply, text, last_message_seen, last_reply_seen, now)


@dataclass(frozen=True)
class Released:
    """What came of releasing many: those that leave, and those that stay with the reason of each."""

    leaving: list[Reply]
    kept: list[tuple[Reply, str]]


def release_as_approved(*, actor: User, chosen: Sequence[Reply], now: datetime) -> Released:
    """Release each of these that is as approved and whose writer had seen all that came: what a lead need not read
    first. Each is a transaction of its own, so that one that may not leave holds none of the others back; one that
    another has decided on meanwhile stays as decided, so none leaves twice. Nothing is raised: what stays says why."""
    done = Released([], [])
    for reply in chosen:
        try:
            done.leaving.append(_release_one_as_approved(actor, reply, now))
        except SendRefused as refused:
            done.kept.append((reply, str(refused)))
        except PermissionDenied:
            done.kept.append((reply, str(_("It is not of a team that you lead any more."))))
    return done


@action
def _release_one_as_approved(actor: User, reply: Reply, now: datetime) -> Reply:
    checking.lock_current(reply.inquiry)
    row = _waiting(actor, reply)
    if not is_as_approved(row):
        raise SendRefused("differs", _("It is not as approved any more. Read it first."))
    return _release(actor, row, None, row.last_message_seen, None, now)


@action
def send_back(*, actor: User, reply: Reply, because: str, now: datetime) -> Reply:
    """Back to its writer, with the reason: a draft of theirs again, on their list, and they are told."""
    inquiry = checking.lock_current(reply.inquiry)
    row = _waiting(actor, reply)
    because = because.strip()
    if not because:
        raise SendRefused("no_reason", _("Say why, so that it can be done better. Nothing was sent back yet."))
    row.state, row.sent_back_because = ReplyState.SENT_BACK, because
    row.released_by, row.released_at = actor, None
    row.save(update_fields=["state", "sent_back_because", "released_by", "released_at"])
    citations = [
        {"version": str(c.version.uid), "language": c.language, "state": c.state_code, "text": c.text}
        for c in citations_of(row)
    ]
    restore_draft(
        author=row.author,
        inquiry=inquiry,
        text=row.text,
        attachments=row.attachments,
        citations=citations,
        now=now,
    )
    if inquiry.assignee_id != row.author_id and row.author.is_active:
        taking.assign(actor=actor, inquiry=inquiry, user=row.author, now=now)
    live.publish(["release", "desk", f"inquiry:{inquiry.uid}", f"user:{row.author_id}"], kind="sent-back")
    return row


def _release(
    actor: User, reply: Reply, text: str | None, last_message: int, last_reply: int | None, now: datetime
) -> Reply:
    inquiry = checking.lock_current(reply.inquiry)
    row = _waiting(actor, reply)
    seen = row.pk if last_reply is None else max(last_reply, row.pk)
    checking.refuse_stale(inquiry, last_message_seen=last_message, last_reply_seen=seen)
    if text is not None and (mended := text.replace("\r\n", "\n").strip()) != row.text:
        row.text_before_release = row.text_before_release or row.text
        row.text = mended
    checking.refuse_words(row.text)
    checking.refuse_withdrawn(inquiry, [(one.version, one.state_code) for one in _still_cited(row)], now)
    row.to_address = checking.recipient(inquiry, row.to_address)
    row.state, row.released_by, row.released_at = ReplyState.LEAVING, actor, now
    row.sent_back_because = ""
    row.save()
    answered = messages.newest_with_body(inquiry)
    leaving.put_in_outbox(row, actor=row.author, answered=answered, now=now)
    live.publish(["release", f"user:{row.author_id}"], kind="released")
    return row


def _waiting(actor: User, reply: Reply) -> Reply:
    """The row, held; only a lead of its team, and only while it waits."""
    rows = Reply.objects.select_for_update(of=("self",)).select_related(
        "author", "inquiry", "inquiry__queue", "released_by"
    )
    row = rows.get(pk=reply.pk)
    if not may_release(actor, row):
        raise PermissionDenied
    if row.state != ReplyState.WAITING_RELEASE:
        who = row.released_by.name if row.released_by else row.author.name
        raise SendRefused(
            "decided", _("%(name)s has decided on this reply already. Nothing was changed.") % {"name": who}
        )
    return row


def _still_cited(row: Reply) -> list[Citation]:
    """Citations whose words are left; one that a lead mended out of the text goes with its words."""
    kept = []
    for citation in citations_of(row):
        if still_there(citation.text, row.text):
            kept.append(citation)
        else:
            citation.delete()
    return kept
