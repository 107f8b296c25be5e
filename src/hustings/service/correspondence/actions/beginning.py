"""Writing to someone who did not ask: the conversation is opened here, and answered like every other."""

from datetime import datetime

from hustings.constituents.people.models import Person
from hustings.constituents.people.queries import canonical_id
from hustings.constituents.people.queries.standing import standing_of
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action
from hustings.service.desk.actions.opening import open_outgoing
from hustings.service.desk.models import Inquiry, Queue

from ..queries.writing import writing_to
from ..rules import SendRefused


@action
def begin_letter(*, actor: User, person: Person, queue: Queue, subject: str, now: datetime) -> Inquiry:
    """The conversation to write in: one that is open with this person and that the actor may see, else a new one of
    the actor's. Its letter is then written and sent as a reply (`actions.replies`): draft, release, undo, outbox.

    Raises SendRefused when this person may not or cannot be written to, and desk's Refused for a queue that is not
    the actor's; nothing is opened then.
    """
    # Held, so that two presses at one moment begin one conversation.
    whole = Person.objects.select_for_update(of=("self",)).get(pk=canonical_id(person.pk))
    found = writing_to(actor, standing_of(whole))
    if found.code:
        raise SendRefused(found.code, found.reason)
    return found.inquiry or open_outgoing(actor=actor, person=whole, queue=queue, subject=subject, now=now)
