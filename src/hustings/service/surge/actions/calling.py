"""Calling volunteers in: a notice on their page, and a letter, to those of a team who are not at it already."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import Team, User
from hustings.foundation.access.queries import members
from hustings.foundation.automation.actions.notices import give_notice
from hustings.foundation.channels.actions.outbox import queue_mail
from hustings.foundation.channels.models import Mailbox
from hustings.foundation.channels.queries import default_mailbox
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.foundation.feed.actions.mailing import compose
from hustings.foundation.ui.queries import campaign
from hustings.service.desk.queries.presence import people_on

from ..models import CallIn
from ..queries.standing import surge_now
from ..rules import Refused, may_switch
from .switching import TOPIC

log = logging.getLogger(__name__)
APART = timedelta(hours=2)  # nobody is called twice within these


@action
def call_in(*, actor: User | None, team: Team, because: str, now: datetime) -> CallIn:
    """Ask the people of a team to come. Refused when they were asked within two hours."""
    if actor is not None and not may_switch(actor):
        raise Refused(_("Those who lead call people in. Nothing was changed."))
    Team.objects.select_for_update().get(pk=team.pk)
    if CallIn.objects.filter(team=team, at__gt=now - APART).exists():
        raise Refused(
            _("%(team)s was called in within the last two hours. Nobody was told twice.") % {"team": team.name}
        )
    on = people_on(now)
    people = [user for user in members(team) if _may_come(user, on, now)]
    made = CallIn.objects.create(team=team, surge=surge_now(), at=now, by=actor, because=because[:500])
    made.told = give_notice(
        users=people, text=_("Many letters are waiting: come and help if you can."), url="/?view=unassigned",
        matter=f"call-in:{team.pk}", now=now,
    )  # fmt: skip
    made.save(update_fields=["told"])
    for user in people:
        _write_to(user, made, now)
    detail = {"team": team.pk, "told": made.told, "by_rule": actor is None}
    record_audit(
        actor=actor, action="surge.called_in", record_type="surge", record_uid=made.uid, detail=detail, now=now
    )
    live.publish(TOPIC)
    return made


def _may_come(user: User, on: set[int], now: datetime) -> bool:
    ended = user.access_ends_at is not None and user.access_ends_at <= now
    return user.is_active and not ended and user.pk not in on


def _write_to(user: User, made: CallIn, now: datetime) -> None:
    """Without a mailbox, or for an address that is none, the notice alone is what they get."""
    try:
        box = default_mailbox()
        domain = box.address.rpartition("@")[2]
        message_id = f"<call-in.{made.uid}.{user.pk}@{domain}>"
        with translation.override(user.language or "en"):
            content = compose(
                mailbox=box.address, from_name=campaign().name, to=user.email, to_name=user.name,
                subject=_("Many letters are waiting: can you come?"), text=_words(user), message_id=message_id, now=now,
            )  # fmt: skip
    except (Mailbox.DoesNotExist, ValueError) as problem:
        log.info("no letter to user %s: %s", user.pk, type(problem).__name__)
        return
    queue_mail(
        matter=f"call-in:{made.uid}:{user.pk}", message_id=message_id, envelope_from=box.address,
        envelope_to=user.email, content=content, not_before=now,
    )  # fmt: skip


def _words(user: User) -> str:
    return _(
        "Hello %(name)s,\n\nmore letters are coming in than we can answer. If you have an hour, sign in and take the "
        "next one:\n\n%(address)s\n\nThank you."
    ) % {"name": user.first_name, "address": settings.BASE_URL}
