"""What people say a letter is about: each word of theirs is a label to learn from."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import Label
from ..queries.taxonomy import canonical_slugs
from ..rules import Refused, fits

MOST_TOPICS = 5


@action
def say(
    *, actor: User, inquiry_id: int, message_id: int, field: str, was: Sequence[str], values: Sequence[str],
    now: datetime,
) -> Label:  # fmt: skip
    """Keep the word of `actor` on one field (`Label.Field`) of an inquiry; also when it only says that the reading was
    right (`was` equals `values`), which is as good to learn from. Whoever calls this has asked whether they may, and
    writes the inquiry's own row. Refused for a topic that is no more, or too many."""
    if field == Label.Field.TOPIC:
        refuse_topics(values, kept=was)
    elif not fits({field: values[0] if values else "0" if field == Label.Field.URGENCY else ""}):
        raise Refused(_("There is no such choice. Nothing was changed."))
    return Label.objects.create(
        inquiry_id=inquiry_id, message_id=message_id, field=field, was=list(was), values=list(values), at=now, by=actor
    )


def refuse_topics(slugs: Sequence[str], *, kept: Sequence[str] = ()) -> None:
    """Raise Refused when one of them is no topic that letters get, or they are too many. What is `kept` may be one that
    was retired since."""
    if len(slugs) > MOST_TOPICS:
        raise Refused(_("A letter has at most five topics. Nothing was changed."))
    known = canonical_slugs()
    if any(known.get(slug) != slug for slug in slugs if slug not in kept):
        raise Refused(_("One of these topics is there no more. Choose again; nothing was changed."))


@action
def take_back(*, label_ids: Sequence[int], now: datetime) -> int:
    """These words were undone: they teach nothing. How many."""
    return Label.objects.filter(pk__in=list(label_ids), withdrawn_at=None).update(withdrawn_at=now)
