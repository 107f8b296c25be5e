"""What became of a reply that was handed to the outbox."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import OutgoingState
from hustings.foundation.core import jobs, live
from hustings.foundation.core.guard import action
from hustings.service.answers.actions.citing import count_cited
from hustings.service.answers.actions.corrections import settle_recipient
from hustings.service.answers.models import ArticleState, RecipientState
from hustings.service.answers.queries.sayable import is_withdrawn, may_not_leave
from hustings.service.desk.actions import answering

from ..models import Reply, ReplyState
from ..registry import is_followed_elsewhere
from ..rules import SendRefused, may_settle

_FOLLOWS = {
    OutgoingState.SENT: ReplyState.SENT,
    OutgoingState.FAILED: ReplyState.FAILED,
    OutgoingState.UNCERTAIN: ReplyState.UNCERTAIN,
}


def follow_outbox(*, outgoing_id: int, state: str, now: datetime) -> None:
    """Called inside the outbox's transaction. A refusal for good puts the inquiry back on the desk with the server's
    words; an uncertain one is counted and waits for a person."""
    if state == OutgoingState.WAITING:
        _stop_withdrawn(outgoing_id, now)
    if state not in _FOLLOWS:
        return
    rows = Reply.objects.select_for_update(of=("self",)).select_related("inquiry", "outgoing")
    reply = rows.filter(outgoing_id=outgoing_id).first()
    if reply is None:
        return  # an acknowledgement, or another room's
    was, reply.state = reply.state, _FOLLOWS[OutgoingState(state)]
    reply.save(update_fields=["state"])
    if reply.state == ReplyState.SENT != was:
        versions = list(reply.citations.values_list("version_id", flat=True))
        of = reply.inquiry
        count_cited(versions=versions, language=of.language, state_code=of.state_code, now=now)
    said = reply.outgoing.last_reply if reply.outgoing else ""
    if reply.state == ReplyState.FAILED and not _was_correction(reply, said, now):
        answering.record_undelivered(inquiry=reply.inquiry, reason=said, now=now)
    elif reply.state != ReplyState.FAILED:
        _was_correction(reply, "", now)
    live.publish(["desk", f"inquiry:{reply.inquiry.uid}", f"user:{reply.author_id}"], kind=str(reply.state))


def _stop_withdrawn(outgoing_id: int, now: datetime) -> None:
    """One that was being handed over while its words were withdrawn could not be stopped then. The server put it off,
    so it has not left: it is stopped now."""
    rows = Reply.objects.select_related("inquiry__person").filter(outgoing_id=outgoing_id, state=ReplyState.LEAVING)
    reply = rows.first()
    if reply is None or is_followed_elsewhere(reply):
        return
    reader_state = reply.inquiry.state_code or reply.inquiry.person.state_code
    for cited in reply.citations.select_related("version__article"):
        article = cited.version.article
        if is_withdrawn(article, cited.state_code, reader_state) and outbox.cancel(outgoing_id=outgoing_id, now=now):
            whole = article.state == ArticleState.WITHDRAWN
            code = "" if whole else cited.state_code or reader_state
            jobs.enqueue("correspondence.take_out_withdrawn", article_id=article.pk, state_code=code)


_OF_CORRECTION = {
    ReplyState.SENT: RecipientState.SENT,
    ReplyState.UNCERTAIN: RecipientState.UNCERTAIN,
    ReplyState.FAILED: RecipientState.TO_CALL,
}


def _was_correction(reply: Reply, said: str, now: datetime) -> bool:
    """A correction's letter is followed on its list: one that was refused is a call to make there."""
    state = _OF_CORRECTION[ReplyState(reply.state)]
    return settle_recipient(sent_as=reply.uid, state=state, because=said, now=now)


@action
def settle_uncertain(*, actor: User, reply: Reply, arrived: bool, now: datetime) -> Reply:
    """A lead's word on an uncertain reply: it arrived, or it is to be sent again. Kept in the audit trail. Words that
    may not be said any more are not sent again (SendRefused)."""
    if not may_settle(actor, reply):
        raise PermissionDenied
    assert reply.outgoing_id is not None  # an uncertain reply was in the outbox
    if not arrived:
        _refuse_withdrawn(reply, now)
    if not outbox.settle(actor_id=actor.pk, outgoing_id=reply.outgoing_id, sent=arrived, now=now):
        raise SendRefused("settled", _("This was settled already. Nothing was changed."))
    if not arrived:
        Reply.objects.filter(pk=reply.pk).update(state=ReplyState.LEAVING)
        live.publish(["desk", f"inquiry:{reply.inquiry.uid}"], kind="leaving")
    record_audit(
        actor=actor,
        action="reply.settled",
        record_type="reply",
        record_uid=reply.uid,
        detail={"arrived": arrived},
        now=now,
    )
    return Reply.objects.select_related("inquiry").get(pk=reply.pk)


def _refuse_withdrawn(reply: Reply, now: datetime) -> None:
    cited = [(one.version, one.state_code) for one in reply.citations.select_related("version")]
    gone = may_not_leave(cited, reply.inquiry.state_code or reply.inquiry.person.state_code, now)
    if gone is None:
        return
    title = {"title": gone.article.title}
    if gone.is_over:
        raise SendRefused(
            "over",
            _(
                "“%(title)s” holds no longer: its deadline has passed, or the polls have closed. "
                "So this is not sent again. If it did not arrive, write to them anew."
            )
            % title,
        )
    raise SendRefused(
        "withdrawn",
        _("“%(title)s” was withdrawn since, so this is not sent again. If it did not arrive, write to them anew.")
        % title,
    )
