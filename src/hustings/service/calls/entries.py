"""What calls put into the rail, the palette, the desk's thread, a person's page and timeline, and the articles."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people import registry as people
from hustings.constituents.people.queries import register_scope
from hustings.constituents.people.registry import Page
from hustings.constituents.people.rules import phone_words
from hustings.constituents.timeline import kinds
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.navigation import Item
from hustings.foundation.ui.palette import MAKE, Action
from hustings.service.answers import registry as answers
from hustings.service.desk import registry as desk
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.inquiries import unfinished_with

from .actions.taking import TOPIC
from .queries import calls, waiting
from .rules import may_call, why_not


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item("calls", _("Calls to make"), "phone", "calls:waiting", order=35, allowed=may_call,
             count=lambda user: waiting.count(user, now()) or None, also=("calls:call",))
    )  # fmt: skip
    navigation.register_topics(lambda user: [TOPIC] if may_call(user) else [])
    palette.register(
        Action("calls.next", _("Make the next call"), "phone", post_name="calls:next", group=MAKE, order=3,
               words="telephone correction ring", allowed=may_call)
    )  # fmt: skip
    live.allow_topic(TOPIC)(lambda user, identifier: not identifier and may_call(user))
    kinds.register(calls.TIMELINE, label=_("Call"), icon="phone", group="calls", render=calls.read_calls)
    desk.thread_source(calls.thread_of)
    desk.header_action("call", 20, "calls/thread_action.html", thread_action)
    people.header_action("call", 20, "calls/person_action.html", person_action)
    register_scope(in_hand, in_hand=in_hand)
    answers.answered(calls.answered_from)
    answers.usage(calls.uses_of)
    answers.registry.call_at = "calls:take"


def in_hand(user: User) -> Q | None:
    """Whom somebody is calling is theirs to see."""
    return Q(pk__in=waiting.people_in_hand(user, now())) if may_call(user) else None


def thread_action(user: User, inquiry: Inquiry) -> Mapping[str, Any] | None:
    """Call whoever a conversation is of, or note that they called."""
    return {"inquiry": inquiry} if may_call(user) else None


def person_action(user: User, page: Page) -> dict[str, Any] | None:
    """Take them in hand, for whoever makes calls; the number itself, for who only reads it; or why not."""
    calls_them, reads = may_call(user), may_read("person", "phone")
    if not (calls_them or reads):
        return None
    phones = page.standing.phones
    reason = why_not(page.standing, asked=unfinished_with(user, page.member_ids) is not None)
    number = phones[0].value if phones else ""
    return {
        "person": page.person,
        "reason": reason,
        "calls_them": calls_them,
        "number": number if reads else "",
        "shown": phone_words(number),
    }
