"""What correspondence plugs in below: the desk's thread, composer and panels, the rail, keys, timelines."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from hustings.constituents.people import registry as people
from hustings.constituents.timeline import kinds
from hustings.constituents.topics import registry as topics
from hustings.foundation.access.models import User
from hustings.foundation.access.rules import is_security_lead
from hustings.foundation.core.clock import now
from hustings.foundation.ui import keys, navigation, palette
from hustings.foundation.ui.navigation import ELSEWHERE, Item
from hustings.foundation.ui.queries import campaign
from hustings.service.answers import registry as answers
from hustings.service.campaigns import registry as campaigns
from hustings.service.desk import registry as desk
from hustings.service.desk.models import Inquiry
from hustings.service.desk.registry import ThreadItem

from .actions import sealing, splitting
from .engine.safety import alarm_in
from .models import ReplyState, Seal
from .queries import composer, giving, replies, searching, threads, timelines, withdrawing, writing
from .rules import may_see_ledger, may_see_sealed, may_see_set_aside


def register() -> None:
    """Called once, when the app is ready."""
    _desk()
    _rail()
    _keys()
    kinds.register(
        threads.TIMELINE_LETTER, label=_("Letter"), icon="mail", group="letters", render=timelines.read_letters
    )
    kinds.register(
        threads.TIMELINE_REPLY, label=_("Reply"), icon="reply", group="letters", render=timelines.read_replies
    )
    answers.usage(timelines.uses_of)
    answers.answered(withdrawing.answered_from)
    answers.answer_reader(giving.as_article)
    campaigns.alarming(alarm_in)
    people.header_action("write", 10, "correspondence/person/write.html", writing.header_action)
    palette.register_search("letters", _("Letters"), found_letters, order=30)


def _desk() -> None:
    desk.thread_source(thread_of)
    desk.composer("correspondence/composer.html", composer.context)
    desk.panel("crisis", 0, "correspondence/panels/crisis.html", crisis_panel)
    desk.header_action("seal", 90, "correspondence/panels/seal.html", seal_action)
    desk.search_source(searching.inquiry_ids)
    desk.text_source(timelines.first_texts)
    topics.text_source(timelines.letter_texts)
    desk.split_verb(splitting.MOVER)
    desk.before_close(waits_for_release)


def _rail() -> None:
    navigation.register(
        Item(
            "release",
            _("Waiting for approval"),
            "badge-check",
            "correspondence:release",
            order=30,
            count=lambda user: replies.waiting_count(user) or None,
            also=("correspondence:release_one",),
        )
    )
    for key, label, icon, url_name, allowed, count, also in (
        ("uncertain", _("Uncertain replies"), "circle-help", "correspondence:uncertain", _leads, _uncertain, ()),
        ("set-aside", _("Set aside"), "archive", "correspondence:set_aside", may_see_set_aside, None,
         ("correspondence:aside",)),
        ("sealed", _("Under seal"), "siren", "correspondence:sealed", may_see_sealed, _sealed,
         ("correspondence:sealed_one",)),
        ("ledger", _("The ledger"), "clipboard-list", "correspondence:ledger", may_see_ledger, None, ()),
    ):  # fmt: skip
        navigation.register(
            Item(key, label, icon, url_name, order=700, group=ELSEWHERE, allowed=allowed, count=count, also=also)
        )
    navigation.register_public("correspondence:ask", _("Ask us"), order=20)
    navigation.register_topics(lambda user: ["release"] if user.leads else [])


def _keys() -> None:
    keys.register(keys.Key("$mod+Enter", _("Send the reply"), keys.THREAD, order=20))
    keys.register(keys.Key("i", _("Insert the answer that is suggested"), keys.THREAD, order=25))
    for order, (pressed, label) in enumerate(
        (
            ("m", _("Mend a waiting reply")),
            ("b", _("Send a waiting reply back")),
            ("Shift+Enter", _("Release all that are as approved")),
        ),
        start=60,
    ):
        keys.register(keys.Key(pressed, label, keys.THREAD, order=order))


def thread_of(user: User, inquiry: Inquiry) -> list[ThreadItem]:
    """The letters and replies; a look at what is sealed is written down before it shows anything."""
    if inquiry.is_sealed and is_security_lead(user):
        seal = Seal.objects.select_related("inquiry").filter(inquiry=inquiry, lifted_at=None).first()
        if seal is not None:
            sealing.touch(actor=user, seal=seal, how="read", now=now())
    return threads.items(user, inquiry)


def crisis_panel(user: User, inquiry: Inquiry) -> Mapping[str, Any] | None:
    """The help line to offer someone in crisis."""
    if not inquiry.is_crisis:
        return None
    return {"campaign": campaign(), "spanish": inquiry.language == "es"}


def seal_action(user: User, inquiry: Inquiry) -> Mapping[str, Any] | None:
    """Anyone who reads a letter may call it a threat."""
    return None if inquiry.is_sealed else {"inquiry": inquiry}


def waits_for_release(inquiry: Inquiry) -> str:
    """An inquiry whose reply waits for a lead is not done."""
    waiting = any(reply.state == ReplyState.WAITING_RELEASE for reply in replies.of_inquiry(inquiry, limit=20))
    return str(_("A reply waits for a lead’s release. It closes by itself once it is released.")) if waiting else ""


def found_letters(user: Any, query: str) -> list[palette.Hit]:
    """For the palette: the newest letters with these words."""
    return searching.palette_hits(user, query, most=palette.MOST_HITS)


def _leads(user: Any) -> bool:
    return bool(user.leads)


def _uncertain(user: Any) -> int | None:
    return replies.uncertain_count(user) or None


def _sealed(user: Any) -> int | None:
    return Seal.objects.filter(lifted_at=None).count() or None
