"""What other rooms have to do with bulk replies: a mail campaign is answered by one, and who is known joins none."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people.queries import vips
from hustings.foundation.access.models import User
from hustings.service.campaigns import registry as campaigns
from hustings.service.campaigns.models import StandingReply
from hustings.service.campaigns.queries.groups import open_inquiry_ids
from hustings.service.campaigns.queries.groups import visible_to as campaigns_visible_to
from hustings.service.campaigns.rules import Refused
from hustings.service.desk.models import Inquiry

from . import registry, rules
from .actions import following_up
from .actions.drafting import Draft
from .forms import CLOSING, OPENING
from .queries.later import tells


def register() -> None:
    """Called once, when the app is ready."""
    registry.register_source("campaign", _("Mail campaign"), letters_of)
    registry.keep_out(written_by_vips)
    campaigns.answering(answer)
    campaigns.later(tells)


def letters_of(user: User, key: str) -> tuple[str, Sequence[int]] | None:
    """A campaign's name, and the letters that its reply would answer."""
    try:
        group = campaigns_visible_to(user).filter(uid=UUID(key)).first()
    except ValueError:
        return None
    return (group.name, open_inquiry_ids(group)) if group is not None else None


def written_by_vips(inquiry_ids: Sequence[int]) -> set[int]:
    """Those of the inquiries whose writer a person must answer."""
    people = dict(Inquiry.objects.filter(pk__in=inquiry_ids).values_list("pk", "person_id"))
    known = vips(people.values())
    return {pk for pk, person in people.items() if person in known}


def answer(*, standing_reply: StandingReply, inquiry_ids: Sequence[int], actor: User, now: datetime) -> str:
    """A draft of the standing reply to these letters, for another person to approve; its address, or that of the one
    that is open already. Raises the campaigns' Refused, with the reason."""
    draft = Draft(article=standing_reply.article, opening=OPENING, closing=CLOSING)
    chosen_by = str(_("Mail campaign: %(name)s") % {"name": standing_reply.group.name})
    try:
        bulk = following_up.begin(
            actor=actor, reply=standing_reply, inquiry_ids=inquiry_ids, draft=draft, chosen_by=chosen_by, now=now
        )
    except rules.Refused as refused:
        raise Refused(str(refused)) from refused
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    return bulk.get_absolute_url()
