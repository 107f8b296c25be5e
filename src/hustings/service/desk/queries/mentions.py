"""Who can be mentioned, who is, and in what."""

import re

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.access.queries import slugs_that_can
from hustings.foundation.core.guard import unveiled

from ..models import Inquiry, Mention
from ..rules import Refused

_AT = re.compile(r"(?<![\w@.])@(?=\w)")


def colleagues_for(inquiry: Inquiry) -> list[User]:
    """Everyone the inquiry could be given to, by name: people of its queue's team, administrators, and for someone in
    crisis those who are trained. One query for people, none for each."""
    with unveiled():
        return _colleagues_for(inquiry)


def _colleagues_for(inquiry: Inquiry) -> list[User]:
    people = User.objects.filter(is_active=True)
    everywhere = Q(roles__overlap=slugs_that_can("administer"))
    if inquiry.is_crisis or inquiry.queue.is_crisis:
        people = people.filter(Q(is_crisis_trained=True) | Q(roles__overlap=slugs_that_can("lead")))
        if not inquiry.queue.is_crisis:
            people = people.filter(Q(memberships__team_id=inquiry.queue.team_id) | everywhere)
    else:
        people = people.filter(Q(memberships__team_id=inquiry.queue.team_id) | everywhere)
    if inquiry.is_sealed:
        people = people.filter(is_security_lead=True)
    return list(people.distinct().order_by("name", "id"))


def named_in(text: str, people: list[User]) -> list[User]:
    """Those of the people who are named with @ in the text: by whole name, by e-mail's local part, or by a first name
    that is only one person's. Refused when a first name is several people's; an @word of nobody's is only a word."""
    found: dict[int, User] = {}
    for at in _AT.finditer(text):
        following = text[at.end() :].lower()
        if who := _named(people, following):
            found[who.pk] = who
    return list(found.values())


def _named(people: list[User], following: str) -> User | None:
    def begins(name: str) -> bool:
        return following.startswith(name) and not following[len(name) : len(name) + 1].isalnum()

    whole = [user for user in people if begins(user.name.lower()) or begins(user.email.split("@")[0])]
    if whole:
        return max(whole, key=lambda user: len(user.name))
    first = [user for user in people if begins(user.first_name.lower())]
    if len(first) > 1:
        names = ", ".join(user.name for user in first)
        raise Refused(_("Who is meant: {names}? Write the whole name. The note was not posted.").format(names=names))
    return first[0] if first else None


def mentioned_inquiries(user: User) -> QuerySet[Mention, int]:
    """Ids of the inquiries with a mention of this user, as a subquery; of a merged one the one it went
    into."""
    where = Coalesce("note__inquiry__merged_into_id", "note__inquiry_id")
    return Mention.objects.filter(user=user).values_list(where, flat=True)


def unseen_count(user: User) -> int:
    return Mention.objects.filter(user=user, seen_at=None).count()
