"""A conversation that the campaign begins: there is no letter of theirs yet."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import Assignment, Channel, Inquiry, Queue, Stage
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
    inquiry = Inquiry.objects.create(
        person=person, queue=queue, assignee=actor, subject=subject, channel=Channel.MAIL,
        language=person.language, state_code=person.state_code, stage=Stage.ANSWER, opened_at=now,
        due_at=now + timedelta(minutes=queue.minutes_to_answer), last_message_at=now, messages=0, unread=False,
    )  # fmt: skip
    count_made([inquiry])
    Assignment.objects.create(inquiry=inquiry, user=actor, by=actor, at=now)
    record(inquiry, actor=actor, now=now, kind="begun", detail={})
    tell_made(inquiry, actor=actor, now=now)
    return inquiry
