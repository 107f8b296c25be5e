"""When the house itself stops a rule, or one of its runs: said in the log, and to its owner."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.access.queries import slugs_that_can

from ..models import Rule
from .notices import give_notice


def stop_rule(*, rule: Rule, why: str, now: datetime) -> None:
    """It acts no more until someone turns it on again. In the caller's transaction."""
    Rule.objects.filter(pk=rule.pk).update(is_on=False, stopped_at=now, stopped_because=why, next_at=None)
    rule.is_on, rule.stopped_at, rule.stopped_because = False, now, why
    record_audit(actor=None, action="rule.stopped", record_type="rule", record_uid=rule.uid, now=now)
    text = _("The rule “%(name)s” was stopped. %(why)s") % {"name": rule.name, "why": why}
    tell_owner(rule=rule, text=text, matter=f"stopped:{rule.pk}", now=now)


def tell_owner(*, rule: Rule, text: str, matter: str, now: datetime) -> None:
    """Its owner, or the administrators where the owner works here no more."""
    people: list[User] = [rule.owner]
    if not rule.owner.is_active:
        people = list(User.objects.filter(is_active=True, roles__overlap=slugs_that_can("administer")))
    url = reverse("automation:log", args=[rule.uid])
    give_notice(users=people, text=text, url=url, rule=rule, matter=matter, now=now)
