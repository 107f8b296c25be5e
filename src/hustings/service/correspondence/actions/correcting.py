"""A correction leaves: to exactly those who were answered from the withdrawn words, once each, by the way every reply
goes (outbox, Message-ID, threading, timeline, the thread on the desk).

The list was fixed when the correction was approved. Each letter's uid follows from the correction and the person, and
is unique: whatever dies between two letters, whoever begins again goes on with those that have none yet.
"""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hustings.constituents.people.models import Person
from hustings.constituents.people.queries import best_email, canonical_id, is_bouncing, members
from hustings.foundation.access.models import User
from hustings.foundation.core import jobs
from hustings.foundation.core.guard import action
from hustings.service.answers.models import Correction, CorrectionRecipient, CorrectionState, RecipientState
from hustings.service.answers.rules import MergeFieldError, fill_merge_fields
from hustings.service.desk.actions.opening import open_to_tell
from hustings.service.desk.models import Inquiry

from ..models import Reply, ReplyState
from ..queries import composing, messages
from ..rules import SendRefused
from . import checking, leaving

BATCH = 50


def begin(*, correction_id: int) -> None:
    """In the approval's transaction: the job that sends it."""
    jobs.enqueue("correspondence.send_correction", correction_id=correction_id)


def send_correction(*, correction_id: int, now: datetime) -> int:
    """Write every letter that is not written yet; how many. Each is a transaction of its own. May run again, and two
    at a time: nobody is written to twice."""
    written = 0
    while recipient_ids := _next(correction_id):
        for recipient_id in recipient_ids:
            written += write_letter(recipient_id=recipient_id, now=now)
    return written


def _next(correction_id: int) -> list[int]:
    rows = CorrectionRecipient.objects.filter(
        correction_id=correction_id, correction__state=CorrectionState.APPROVED, state=RecipientState.WAITING
    )
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


@action
def write_letter(*, recipient_id: int, now: datetime) -> bool:
    """One letter into the outbox, or one more call to make where none can be written; False when it was done."""
    rows = CorrectionRecipient.objects.select_for_update(of=("self",)).select_related(
        "correction__article", "correction__approved_by", "person"
    )
    row = rows.get(pk=recipient_id)
    if row.state != RecipientState.WAITING:
        return False
    problem = _write(row, now)
    row.state = RecipientState.TO_CALL if problem else RecipientState.LEAVING
    row.because, row.settled_at = problem, now if problem else None
    row.save(update_fields=["state", "because", "settled_at", "sent_as"])
    return not problem


def _write(row: CorrectionRecipient, now: datetime) -> str:
    """Why no letter can be written, or nothing when one is in the outbox."""
    with transaction.atomic():
        problem = _put_in_outbox(row, now)
        transaction.set_rollback(bool(problem))  # nor is a conversation begun for it
    return problem


def _put_in_outbox(row: CorrectionRecipient, now: datetime) -> str:
    answered = Reply.objects.select_related("inquiry").filter(uid=row.answered_in).first()
    address, author = _address(row, answered), row.correction.approved_by
    if not address:
        return _("There is no address that mail reaches.")
    of = answered.inquiry if answered else _conversation(row, author, now)
    if of is None or author is None:
        return _("They were not answered by mail, and there is no conversation to write in.")
    inquiry = checking.lock_current(of)
    text = _text(row.correction, inquiry, author)
    if text is None:
        return _("A field of the letter stays empty for them.")
    uid = letter_uid(row)
    reply = Reply(
        uid=uid,
        inquiry=inquiry,
        author=author,
        to_address=address,
        subject=row.correction.subject,
        text=text,
        attachments=[],
        mailbox=composing.mailbox_of(inquiry),
        state=ReplyState.LEAVING,
        close_after=False,
        last_message_seen=0,
        written_at=now,
    )
    reply.save(force_insert=True)
    try:
        leaving.put_in_outbox(
            reply, actor=author, answered=messages.newest_with_body(inquiry), now=now, is_answer=False
        )
    except SendRefused as refused:
        return str(refused)
    row.sent_as = uid
    return ""


def letter_uid(row: CorrectionRecipient) -> UUID:
    """The one letter of this correction to this person."""
    return uuid5(row.correction.uid, f"correction:{row.person.uid}")


def _conversation(row: CorrectionRecipient, author: User | None, now: datetime) -> Inquiry | None:
    """Of somebody who was answered on the telephone: the conversation that the call was about, else their newest, else
    one that is begun for it. What is sealed is written in by nobody."""
    theirs = Inquiry.objects.filter(person_id__in=members(row.person_id)).order_by("-last_message_at", "-id")
    about = Inquiry.objects.filter(uid=row.about, is_sealed=False).first() if row.about else None
    found = about or theirs.filter(is_sealed=False).first()
    if found or author is None or theirs.exists():
        return found
    # Held, so that two corrections at one moment begin one; letters that come in meanwhile do not wait for it.
    whole = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=canonical_id(row.person_id))
    return theirs.filter(is_sealed=False).first() or open_to_tell(
        actor=author, person=whole, subject=row.correction.subject, now=now
    )


def _address(row: CorrectionRecipient, answered: Reply | None) -> str:
    """Where the answer went, while mail reaches it; else the person's best."""
    if answered and answered.to_address and not is_bouncing(answered.to_address):
        return answered.to_address
    return best_email(members(row.person_id))


def _text(correction: Correction, inquiry: Inquiry, author: User) -> str | None:
    language = inquiry.language if inquiry.language in correction.texts else "en"
    with translation.override(language):
        try:
            return fill_merge_fields(correction.texts[language], composing.merge_values(author, inquiry))
        except MergeFieldError:
            return None
