"""A call is over: what came of it, what was said, and what follows from it."""

from datetime import datetime

from django.utils.translation import gettext as _

from hustings.constituents.people.actions.changes import record_consent
from hustings.constituents.people.models import Consent
from hustings.constituents.timeline.actions import Line, write_lines
from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.access.rules import may
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.service.answers.actions.citing import count_cited
from hustings.service.answers.actions.corrections import add_answered, settle_call
from hustings.service.answers.models import ArticleText, RecipientState
from hustings.service.answers.queries.sayable import hold
from hustings.service.desk.actions.answering import record_answer

from ..models import Call, Direction, Outcome
from ..queries.calls import TIMELINE, answer_of
from ..queries.waiting import tries_of
from ..queries.words import find_text, place_of
from ..rules import LONGEST_NOTE, MOST_TRIES, RECORD, SAID, Refused, Stale, is_under_way
from .taking import TOPIC


@action
def note_call(
    *,
    actor: User,
    call: Call,
    outcome: str,
    direction: str = Direction.OUT,
    note: str = "",
    text: ArticleText | None = None,
    close: bool = False,
    now: datetime,
) -> Call:
    """Keep the actor's call that is under way: what came of it, and which approved words were said. Its conversation
    is answered where they were spoken with (and, with `close`, done); who was to be called is told, tried once more,
    left alone or given up. Noting twice changes nothing. Stale for one that is too long ago."""
    row = Call.objects.select_for_update(of=("self",)).select_related("person", "inquiry", "recipient").get(pk=call.pk)
    if row.by_id != actor.pk:
        raise Refused(_("This call is not yours. Nothing was kept."))
    if row.ended_at is not None:
        return row
    if not is_under_way(row, now):
        raise Stale(_("This call was not noted for half an hour and went back. Begin it again; nothing was kept."))
    if outcome not in Outcome.values or direction not in Direction.values or len(note) > LONGEST_NOTE:
        raise ValueError(f"not a call: {outcome!r}, {direction!r}, a note of {len(note)} characters")
    if direction == Direction.IN and outcome not in (Outcome.TOLD, Outcome.REFUSED):
        raise Refused(_("They called: say what came of it. Nothing was kept."))
    if text is not None and outcome in SAID and row.recipient is None and find_text(text.uid) is not None:
        hold([text.version.article_id])  # a correction being approved waits for this call, or this call for it
        row.version, row.language, row.state_code = text.version, text.language, text.state_code
    row.ended_at, row.outcome, row.direction, row.note = now, outcome, direction, note.strip()
    row.save()
    write_lines([Line(now, row.person_id, TIMELINE, row.uid, actor.pk)])
    _audit(row, actor, now)
    _follow_words(row, now)
    _follow_wish(row, actor, now)
    _follow_conversation(row, actor, close, now)
    _follow_correction(row, actor, now)
    live.publish([TOPIC, *([f"inquiry:{row.inquiry.uid}"] if row.inquiry else [])])
    return row


def _audit(call: Call, actor: User, now: datetime) -> None:
    detail = {"outcome": call.outcome, "direction": call.direction}
    if call.version is not None:
        detail |= {"version": str(call.version.uid), "state": call.state_code}
    record_audit(actor=actor, action="call.noted", record_type=RECORD, record_uid=call.uid, detail=detail, now=now)


def _follow_words(call: Call, now: datetime) -> None:
    """Words that were said count as an answer, and where they have been corrected meanwhile, the correction goes to
    this person as well."""
    if call.version is None:
        return
    place = place_of(call)
    if call.outcome == Outcome.TOLD:
        count_cited(versions=[call.version_id], language=call.language, state_code=place, now=now)  # type: ignore[list-item]
    codes = {call.state_code or place} - {""}
    add_answered(article=call.version.article, answered=answer_of(call), state_codes=codes, now=now)


def _follow_wish(call: Call, actor: User, now: datetime) -> None:
    if call.outcome == Outcome.REFUSED:
        record_consent(
            actor=None, person=call.person, channel="phone", state=Consent.State.REFUSED,
            source=f"user:{actor.uid}", now=now,
        )  # fmt: skip


def _follow_conversation(call: Call, actor: User, close: bool, now: datetime) -> None:
    """Spoken with about what they asked: it is answered. A correction answers nothing new."""
    if call.inquiry is None or call.recipient is not None or call.outcome != Outcome.TOLD:
        return
    if may(actor, "inquiry", "change"):
        record_answer(inquiry=call.inquiry, actor=actor, close=close, now=now)


def _follow_correction(call: Call, actor: User, now: datetime) -> None:
    """What it means for the one who was to be told."""
    if call.recipient is None:
        return
    state, because = "", ""
    if call.outcome == Outcome.TOLD:
        state = RecipientState.CALLED
    elif call.outcome == Outcome.REFUSED:
        state, because = RecipientState.NOT_CONTACTED, _("They asked on the telephone not to be called.")
    elif call.outcome == Outcome.WRONG:
        state, because = RecipientState.GIVEN_UP, _("The number is somebody else’s.")
    elif tries_of([call.recipient.pk])[call.recipient.pk][0] >= MOST_TRIES:
        state, because = RecipientState.GIVEN_UP, _("Called %(n)d times and not reached.") % {"n": MOST_TRIES}
    if state:
        settle_call(actor=actor, recipient=call.recipient, state=state, because=because, now=now)
