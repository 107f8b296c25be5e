"""Sending a reply, and taking it back while it has not begun to leave."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import is_security_lead
from hustings.foundation.channels.actions import outbox
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.service.answers.models import ArticleVersion
from hustings.service.answers.queries.corrections import is_correction
from hustings.service.desk.actions import taking
from hustings.service.desk.models import Inquiry
from hustings.service.desk.rules import may_be_given

from ..models import Citation, Draft, Reply, ReplyState
from ..queries import composing, messages
from ..queries.drafts import versions_of
from ..queries.marking import still_there
from ..registry import is_followed_elsewhere
from ..rules import SendRefused, asks_release, may_undo
from . import checking, leaving
from .drafts import restore_draft


@action
def send_reply(
    *,
    actor: User,
    inquiry: Inquiry,
    token: UUID,
    text: str,
    to_address: str = "",
    last_message_seen: int,
    last_reply_seen: int = 0,
    close: bool = True,
    now: datetime,
) -> Reply:
    """Answer an inquiry: into the outbox with eight seconds to undo, or before a lead for a new volunteer.

    `token` is the form's own and becomes the reply's uid: a double click or a retry gives the first reply back.
    `last_message_seen` and `last_reply_seen` are the ids of the newest letter and reply that stood on the writer's
    page (0: none). Files and citations come from the actor's draft, which goes. Raises SendRefused, and nothing is
    written, when there is something to look at first.
    """
    locked = checking.lock(inquiry)
    if locked.is_sealed and not is_security_lead(actor):
        raise PermissionDenied
    if (known := Reply.objects.filter(uid=token).first()) is not None:
        if (known.author_id, known.inquiry_id) != (actor.pk, locked.pk):
            raise PermissionDenied
        return known
    draft = Draft.objects.select_for_update().filter(inquiry=locked, author=actor).first()
    text = text.replace("\r\n", "\n").strip()
    citations = kept_citations(draft.citations if draft else [], text)
    checking.refuse_stale(locked, last_message_seen=last_message_seen, last_reply_seen=last_reply_seen)
    checking.refuse_words(text)
    checking.refuse_withdrawn(locked, [(version, one["state"]) for version, one in citations], now)
    answered = messages.newest_with_body(locked)
    body = answered[1] if answered else None
    reply = Reply.objects.create(
        uid=token,
        inquiry=locked,
        author=actor,
        to_address=checking.recipient(locked, to_address, body=body),
        subject=leaving.subject_of(locked, body),
        text=text,
        attachments=draft.attachments if draft else [],
        mailbox=composing.mailbox_of(locked),
        state=ReplyState.WAITING_RELEASE if asks_release(actor) else ReplyState.LEAVING,
        close_after=close,
        last_message_seen=last_message_seen,
        written_at=now,
    )
    for version, citation in citations:
        Citation.objects.create(
            reply=reply,
            version=version,
            language=citation["language"],
            state_code=citation["state"],
            text=citation["text"],
        )
    if draft is not None:
        draft.delete()
    if reply.state == ReplyState.LEAVING:
        leaving.put_in_outbox(reply, actor=actor, answered=answered, now=now)
    else:
        if locked.assignee_id is None and may_be_given(actor, locked):
            taking.take(actor=actor, inquiry=locked, now=now)
        live.publish(["release", "desk", f"inquiry:{locked.uid}", f"user:{actor.pk}"], kind="release")
    return reply


def kept_citations(citations: list[dict[str, str]], text: str) -> list[tuple[ArticleVersion, dict[str, str]]]:
    """Those of a draft's citations whose words are still in the text, each version and language once."""
    versions = versions_of(citations)
    kept: dict[tuple[str, str, str], tuple[ArticleVersion, dict[str, str]]] = {}
    for citation in citations:
        version = versions.get(citation["version"])
        if version is not None and still_there(citation["text"], text):
            kept.setdefault((citation["version"], citation["language"], citation["state"]), (version, citation))
    return list(kept.values())


@action
def undo_send(*, actor: User, reply: Reply, now: datetime) -> Reply:
    """Take a reply back that has not begun to leave: its words are a draft again. A released one waits for release
    again (as a new row: a matter leaves at most once), and one that a room above wrote becomes neither. Raises
    SendRefused("too_late") when it has begun."""
    if not may_undo(actor, reply):
        raise PermissionDenied
    if is_correction(reply.uid):
        raise _too_late()
    # The outbox row is locked first, as the sender does, so that the two never wait for each other.
    if reply.outgoing_id and not outbox.cancel(outgoing_id=reply.outgoing_id, now=now):
        raise _too_late()
    row = Reply.objects.select_for_update(of=("self",)).select_related("inquiry", "author").get(pk=reply.pk)
    if row.state not in (ReplyState.LEAVING, ReplyState.WAITING_RELEASE):
        raise _too_late()
    was_leaving = row.state == ReplyState.LEAVING
    row.state = ReplyState.UNDONE
    leaving.forget_message(row)
    if was_leaving:
        leaving.take_back_answer(row, actor=actor, now=now)
    if not is_followed_elsewhere(row):
        _keep_words(row, now)
    live.publish(["release", "desk", f"inquiry:{row.inquiry.uid}", f"user:{row.author_id}"], kind="undone")
    return row


def _keep_words(row: Reply, now: datetime) -> None:
    """Before a lead once more, or in its writer's draft."""
    if row.released_by_id is not None:
        leaving.wait_again(row)
        return
    citations = [_as_in_draft(citation) for citation in row.citations.select_related("version").order_by("id")]
    row.citations.all().delete()
    restore_draft(
        author=row.author,
        inquiry=row.inquiry,
        text=row.text,
        attachments=row.attachments,
        citations=citations,
        now=now,
    )


@action
def reuse_words(*, actor: User, reply: Reply, now: datetime) -> Draft:
    """The words of a reply that did not arrive, in the actor's draft, to be sent another way."""
    if reply.state not in (ReplyState.FAILED, ReplyState.SENT_BACK):
        raise SendRefused("not_failed", _("This reply did not come back, so its words were left where they are."))
    citations = [_as_in_draft(citation) for citation in reply.citations.select_related("version").order_by("id")]
    return restore_draft(
        author=actor,
        inquiry=reply.inquiry,
        text=reply.text,
        attachments=reply.attachments,
        citations=citations,
        now=now,
    )


def _as_in_draft(citation: Citation) -> dict[str, str]:
    return {
        "version": str(citation.version.uid),
        "language": citation.language,
        "state": citation.state_code,
        "text": citation.text,
    }


def _too_late() -> SendRefused:
    return SendRefused("too_late", _("Too late: the reply has begun to leave. Write once more to correct it."))
