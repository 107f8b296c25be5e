"""Words to colleagues inside the thread."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from hustings.constituents.timeline.actions import Line, write_lines
from hustings.foundation.access import queries as access
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import Inquiry, Mention, Note
from ..queries.inquiries import ids_of_whole
from ..queries.mentionable import team_members, without_team
from ..queries.mentions import colleagues_for, named_in
from ..rules import Refused, may_see
from .changing import lock_one

LONGEST_NOTE = 10_000


@action
def write_note(*, actor: User, inquiry: Inquiry, text: str, now: datetime, mentioned: Sequence[User] = ()) -> Note:
    """Post the note; those named in it with @ (and `mentioned`) find it under their mentions, as does everyone of the
    team that answers it when the team is named. Refused, before anything is posted, when someone named may not see the
    inquiry, or a name is two people's."""
    row = lock_one(actor, inquiry)
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE:
        raise Refused(_("A note has between 1 and {n} letters. It was not posted.").format(n=LONGEST_NOTE))
    known = {user.pk: user for user in [*access.colleagues(actor), *colleagues_for(row)]} if "@" in text else {}
    rest, team = without_team(text, row) if "@" in text else (text, False)
    people = {user.pk: user for user in [*named_in(rest, list(known.values())), *mentioned]}
    if blind := [user.name for user in people.values() if not may_see(user, row)]:
        raise Refused(
            _("{names} may not see this inquiry, so the note was not posted. Take the name out, or hand it over first.")
            .format(names=", ".join(sorted(blind)))
        )  # fmt: skip
    people |= {user.pk: user for user in (team_members(row) if team else ())}
    note = Note.objects.create(inquiry=row, author=actor, at=now, text=text)
    called = [user_id for user_id in people if user_id != actor.pk]
    Mention.objects.bulk_create(Mention(note=note, user_id=user_id) for user_id in called)
    write_lines([Line(at=now, person_id=row.person_id, kind="desk.note", ref=note.uid, actor_id=actor.pk, detail=None)])
    live.publish([f"inquiry:{row.uid}", *(f"user:{user_id}" for user_id in called)])
    return note


def see_mentions(*, actor: User, inquiry: Inquiry, now: datetime) -> int:
    """The actor has opened it: their mentions in it are seen. How many were new."""
    unseen = Mention.objects.filter(user=actor, seen_at=None, note__inquiry_id__in=ids_of_whole(inquiry))
    seen = Mention.objects.filter(pk__in=list(unseen.values_list("pk", flat=True))).update(seen_at=now)
    if seen:
        live.publish(f"user:{actor.pk}")
    return seen
