"""A reply that was sent, as the beginning of an article: its question and its answer, without the person."""

import re
from uuid import UUID

from hustings.constituents.people.models import Identifier, Person
from hustings.constituents.people.queries import members
from hustings.foundation.access.models import User
from hustings.foundation.core.guard import unveiled
from hustings.service.answers.queries.stripping import strip_personal
from hustings.service.answers.registry import FromAnswer

from ..models import Reply, ReplyState
from .replies import visible_to

_AGAIN = re.compile(r"^(?:(?:re|fwd?|rv)\s*:\s*)+", re.IGNORECASE)


def as_article(user: User, uid: UUID) -> FromAnswer | None:
    """The question and answer of a sent reply this user may see, as they may read them. What is known of the person is
    looked for in full, whatever the user sees of it."""
    reply = visible_to(user).filter(uid=uid, state=ReplyState.SENT).first()
    if reply is None:
        return None
    known = _known(reply)
    question, in_question = strip_personal(_AGAIN.sub("", reply.subject), known)
    answer, in_answer = strip_personal(reply.text, known)
    return FromAnswer(
        question=question,
        answer=answer,
        language=reply.inquiry.language or "en",
        state_code=reply.inquiry.state_code or reply.inquiry.person.state_code,
        marks=in_question + in_answer,
    )


def _known(reply: Reply) -> dict[str, list[str]]:
    with unveiled():
        ids = members(reply.inquiry.person_id)
        people = list(Person.objects.filter(pk__in=ids))
        reach = list(Identifier.objects.filter(person_id__in=ids).values_list("value", flat=True))
    return {
        "name": [name for one in people for name in (one.name, one.first_name, one.last_name)],
        "reach": [*reach, reply.to_address],
        "street": [one.street for one in people],
        "ZIP": [one.zip for one in people],
        "city": [one.city for one in people],
    }
