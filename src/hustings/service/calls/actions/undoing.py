"""What was noted was wrong: it is undone, and who was taken off the list is to be called again. Nothing is deleted."""

from datetime import datetime

from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.service.answers.actions.corrections import put_back
from hustings.service.answers.models import CorrectionRecipient, RecipientState
from hustings.service.desk.actions.answering import take_back_answer

from ..models import Call, Outcome, Undoing
from ..queries.calls import undoing_of, visible_to
from ..queries.waiting import visible_to as people_to_call
from ..rules import LONGEST_NOTE, RECORD, Refused, Stale, may_undo, undoes_own
from .taking import TOPIC


@action
def undo_call(*, actor: User, call: Call, because: str = "", now: datetime) -> Undoing:
    """What was noted of this call counts no more: its words were not said, the conversation waits as before, and whom
    it took off the list of calls to make is on it again. By who noted it, for half an hour; by a lead at any time, with
    a reason. Stale when it was undone already, or when something else has settled the correction since. A wish not to
    be called that was heard stays: it is changed on the person's page."""
    row = Call.objects.select_for_update(of=("self",)).select_related("inquiry", "recipient").get(pk=call.pk)
    ended = row.ended_at
    if ended is None or not visible_to(actor).filter(pk=row.pk).exists():
        raise Refused(_("This call is not noted, or not yours. Nothing was changed."))
    if not may_undo(actor, noted_by=row.by_id, noted_at=ended, now=now):
        raise Refused(_("Who noted it can undo it for half an hour, and a lead later. Nothing was changed."))
    own = undoes_own(actor, noted_by=row.by_id, noted_at=ended, now=now)
    if len(because) > LONGEST_NOTE or not (own or because.strip()):
        raise Refused(_("Say why: whoever noted it reads this. Nothing was changed."))
    if undoing_of(row) is not None:
        raise Stale(_("It was undone already. Nothing was changed."))
    if row.recipient is not None:
        _free(actor, row.recipient, ended, now)
    made = Undoing.objects.create(call=row, by=actor, at=now, because=because.strip())
    if row.inquiry is not None and row.recipient is None and row.outcome == Outcome.TOLD:
        take_back_answer(inquiry=row.inquiry, actor=actor, answered_at=ended, now=now)
    record_audit(actor=actor, action="call.undone", record_type=RECORD, record_uid=row.uid, now=now)
    live.publish([TOPIC, *([f"inquiry:{row.inquiry.uid}"] if row.inquiry else [])])
    return made


@action
def undo_giving_up(*, actor: User, recipient: CorrectionRecipient, now: datetime) -> None:
    """Who gave somebody up without a call (no number was known) has them on the list again, for half an hour. Stale
    when something else has settled it since. The audit keeps both."""
    row = CorrectionRecipient.objects.select_for_update(of=("self",)).get(pk=recipient.pk)
    given_up = row.settled_at
    called = Call.objects.filter(recipient=row, ended_at=given_up, ended_at__isnull=False)
    if row.state != RecipientState.GIVEN_UP or given_up is None or called.exists():
        raise Stale(_("They were not given up, or something else settled it since. Nothing was changed."))
    theirs = people_to_call(actor, RecipientState.GIVEN_UP).filter(pk=row.pk).exists()
    if not theirs or not undoes_own(actor, noted_by=row.called_by_id, noted_at=given_up, now=now):
        raise Refused(_("Who gave them up can undo it for half an hour. Nothing was changed."))
    _free(actor, row, given_up, now)
    live.publish([TOPIC])


def _free(actor: User, recipient: CorrectionRecipient, noted_at: datetime, now: datetime) -> None:
    """On the list again; a call that did not take them off it leaves them there. Held, so that no letter and no other
    call comes between."""
    row = CorrectionRecipient.objects.select_for_update(of=("self",)).get(pk=recipient.pk)
    if row.state == RecipientState.TO_CALL:
        return
    said = _("What was noted of a call was undone.")
    if not put_back(actor=actor, recipient=row, settled_at=noted_at, because=said, now=now):
        raise Stale(_("Another call or a letter has settled it since. Nothing was changed."))
