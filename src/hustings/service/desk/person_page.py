"""The desk's parts of a person's page: their conversations, what they write about, and the telephone."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from hustings.constituents.people import registry
from hustings.constituents.people.models import Consent
from hustings.constituents.people.registry import Page
from hustings.constituents.people.rules import phone_words
from hustings.foundation.access.models import User

from .models import Inquiry, Status
from .queries.inquiries import unfinished_with, unmerged
from .queries.states import ListState
from .rows import tag_of

SHOWN = 6
COUNTED = 200
TOPICS = 4


def register() -> None:
    """Called once, when the app is ready."""
    registry.header_action("call", 20, "desk/person/call.html", call)
    registry.panel("conversations", 15, "desk/person/conversations.html", conversations)


def call(user: User, page: Page) -> dict[str, Any]:
    """The number to call, or why they may not be called: `reason`. Who asked something may be called back about it,
    also when they want no calls else."""
    phones = page.standing.phones
    reason = ""
    if not phones:
        reason = _("No telephone number is known.")
    elif page.standing.do_not_contact:
        reason = _("Marked “do not contact”.")
    elif _refuses(page, "phone") and unfinished_with(user, page.member_ids) is None:
        reason = _("They asked not to be called, and have no open question.")
    number = phones[0].value if phones else ""
    return {"number": number, "shown": phone_words(number) if number else "", "reason": reason}


def _refuses(page: Page, channel: str) -> bool:
    consent = page.standing.consents.get(channel)
    return consent is not None and consent.state == Consent.State.REFUSED


def conversations(user: User, page: Page) -> dict[str, Any] | None:
    """Those of their conversations that the reader may see, what waits first, and what they are about."""
    rows = unmerged(user).filter(person_id__in=page.member_ids)
    found = list(rows.select_related("queue").order_by("-last_message_at", "-id")[:COUNTED])
    if not found:
        return None
    waiting = [row for row in found if row.status != Status.CLOSED]
    closed = [row for row in found if row.status == Status.CLOSED]
    email = next((one.value for one in page.standing.emails), "")
    everything = ListState(view="all", q=f"from:{email}").href if email and len(found) > SHOWN else ""
    return {"rows": [*waiting, *closed][:SHOWN], "count": len(found), "topics": _topics(found), "href": everything}


def _topics(rows: list[Inquiry]) -> list[dict[str, Any]]:
    """What their conversations are tagged, else the queues they came to: (name, how many, per cent of the most)."""
    counts = Counter(topic for row in rows for topic in (row.tags or filter(None, [tag_of(row)])))
    most = max(counts.values(), default=0)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"name": name, "n": n, "used": 100 * n // most} for name, n in ordered[:TOPICS]]
