"""A conversation that the campaign begins: there is no letter of theirs yet."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import Assignment, Channel, Inquiry, Queue, Stage, Status
from ..queries.inquiries import queues_to_write_from
from ..rules import Refused
from .changing import record
from .counting import count_made
from .telling import tell_made

LONGEST_SUBJECT = 200


@action
def open_outgoing(*, actor: User, person: Person, queue: Queue, subject: str, now: datetime) -> Inquiry:
    """Open a conversation with this person in a queue of the actor's, as theirs. It holds no letter until the first
    reply leaves; `last_message_id` stays empty until the person writes. Refused for a queue the actor does not
    answer, and without a subject."""
    subject = " ".join(subject.split())
    if not subject or len(subject) > LONGEST_SUBJECT:
        raise Refused(_("A subject has between 1 and {n} letters. Nothing was begun.").format(n=LONGEST_SUBJECT))
    if not queues_to_write_from(actor).filter(pk=queue.pk).exists():
        raise Refused(_("That queue is not of your teams. Nothing was begun."))
    inquiry = _open(actor, person, queue, subject, now, assignee=actor, stage=Stage.ANSWER)
    Assignment.objects.create(inquiry=inquiry, user=actor, by=actor, at=now)
    return inquiry


@action
def open_to_tell(*, actor: User, person: Person, subject: str, now: datetime) -> Inquiry | None:
    """Open a conversation for one letter that the campaign owes this person, and that asks for nothing: it is closed
    and in nobody's hand, and what they write back opens it. None where no queue is. The caller has asked whether the
    actor may write to them."""
    queue = Queue.objects.order_by("-is_default", "position", "id").first()
    if queue is None:
        return None
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    return _open(actor, person, queue, subject, now, status=Status.CLOSED, stage=Stage.NONE, closed_at=now)


def _open(actor: User, person: Person, queue: Queue, subject: str, now: datetime, **more: Any) -> Inquiry:
    inquiry = Inquiry.objects.create(
        person=person, queue=queue, subject=subject, channel=Channel.MAIL, language=person.language,
        state_code=person.state_code, opened_at=now, due_at=now + timedelta(minutes=queue.minutes_to_answer),
        last_message_at=now, messages=0, unread=False, **more,
    )  # fmt: skip
    count_made([inquiry])
    record(inquiry, actor=actor, now=now, kind="begun", detail={})
    tell_made(inquiry, actor=actor, now=now)
    return inquiry
