"""Whether a person may be written to unasked, and where that letter goes."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hustings.constituents.people.models import Consent
from hustings.constituents.people.queries.standing import Standing
from hustings.constituents.people.registry import Page
from hustings.foundation.access.models import User
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.inquiries import queues_to_write_from, unfinished_with


@dataclass(frozen=True)
class Writing:
    """`code` and `reason` say why nobody may write to them ("" when one may); `warning` what to mind; `inquiry` is the
    conversation that is open already, to go on in."""

    code: str
    reason: str
    warning: str
    inquiry: Inquiry | None


def writing_to(user: User, standing: Standing) -> Writing:
    """What this user meets who wants to write to this person."""
    code, reason = _refusal(standing)
    if not code and not queues_to_write_from(user).exists():
        code, reason = "no_queue", _("You are in no team that answers letters.")
    inquiry = unfinished_with(user, list(standing.member_ids))
    return Writing(code, reason, "" if inquiry else warning_of(standing), inquiry)


def _refusal(standing: Standing) -> tuple[str, str]:
    if standing.do_not_contact:
        return "do_not_contact", _("Marked “do not contact”.")
    if not standing.emails:
        return "no_address", _("No email address is known.")
    if all(email.bounced_for_good for email in standing.emails):
        return "bounces", _("Mail to %(address)s comes back for good.") % {"address": standing.emails[0].value}
    return "", ""


def warning_of(standing: Standing) -> str:
    """What to mind when writing to them unasked, or nothing."""
    consent = standing.consents.get("email")
    if consent is not None and consent.state == Consent.State.REFUSED:
        return _(
            "They unsubscribed on %(day)s. Write about their own matter, as one person to another, and ask them for "
            "nothing."
        ) % {"day": date_format(consent.at, "j F Y")}
    if standing.is_child:
        return _("They write as a child. Answer what they asked, and ask them for nothing.")
    return ""


def header_action(user: User, page: Page) -> dict[str, Any]:
    """For the person's page: the button that writes."""
    found = writing_to(user, page.standing)
    return {"reason": found.reason, "inquiry": found.inquiry, "warning": found.warning, "uid": page.person.uid}
