"""The desk's own part of the side pane: who it is, how to reach them, what was before, what else they asked."""

from typing import Any

from django.db.models import F

from hustings.constituents.people.models import Person
from hustings.constituents.people.queries import members, vips
from hustings.constituents.people.queries.marked import vip_kinds
from hustings.constituents.people.queries.page import household_of
from hustings.constituents.people.queries.standing import prohibitions_from, standing_of, ways_from
from hustings.constituents.timeline.queries import newest_of
from hustings.constituents.topics.queries.labels import has_word, newest_word, reading_of
from hustings.constituents.topics.queries.taxonomy import as_read, tops
from hustings.constituents.topics.queries.taxonomy import names as topic_names
from hustings.constituents.topics.rules import DANGERS, NATURES, STANCES, URGENCIES
from hustings.foundation.access.models import User
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import may_read
from hustings.foundation.geography.queries import state_name
from hustings.foundation.objects.queries.fields import panel_for as fields_for
from hustings.foundation.retention.actions.refusing import notice_of
from hustings.foundation.tasks.queries.panel import panel_for as tasks_for

from . import registry
from .models import Inquiry
from .queries.inquiries import unmerged
from .rows import name_of

HISTORY = 5
OTHERS = 5


def register() -> None:
    """Called once, when the app is ready."""
    registry.panel("desk.hold", 1, "retention/notice.html", lambda user, one: notice_of(user, "inquiry", one.pk))
    registry.panel("desk.about", 10, "desk/side/about.html", _about)
    registry.panel("desk.reach", 20, "desk/side/reach.html", _reach)
    registry.panel("desk.added", 25, "objects/panel.html", _added)
    registry.panel("desk.others", 30, "desk/side/others.html", _others)
    registry.panel("desk.history", 40, "desk/side/history.html", _history)
    registry.panel("desk.household", 50, "desk/side/household.html", _household)
    registry.panel("desk.tasks", 57, "tasks/panel.html", lambda user, one: tasks_for(user, "inquiry", one, now()))


def person_of(inquiry: Inquiry) -> Person:
    """The whole person's record."""
    return inquiry.person.canonical or inquiry.person


def card(inquiry: Inquiry) -> dict[str, Any]:
    """What stands at the head of the pane."""
    person = person_of(inquiry)
    place = ", ".join(
        part for part in (person.city, state_name(person.state_code) if person.state_code else "") if part
    )
    return {"person": person, "name": name_of(inquiry), "place": place}


def _about(user: User, inquiry: Inquiry) -> dict[str, Any]:
    """What it is about, who said so, and what might be right as well; and whether a VIP wrote it."""
    read, word = reading_of(inquiry.pk), newest_word(inquiry.pk)
    suggested = read.suggested if read and word is None else []
    whole = tops() if inquiry.topics or suggested else {}
    topics = as_read(inquiry.topics, whole)
    perhaps = [slug for slug in as_read(suggested, whole) if slug not in topics]
    perhaps = perhaps if may_read("inquiry", "topic") else []
    names = topic_names([*topics, *perhaps]) if topics or perhaps else {}
    # What may be a threat stays first until somebody says what the letter wants; its topics say nothing of that.
    said = word is not None and has_word(inquiry.pk, "nature")
    maybe = "" if read is None or said else read.maybe
    maybe = maybe if may_read("inquiry", "nature") else ""
    mark = vips([inquiry.person_id]).get(inquiry.person_id)
    natures = dict(NATURES)
    return {
        "topics": [(names.get(slug, slug), slug) for slug in topics],
        "perhaps": [names.get(slug, slug) for slug in perhaps],
        "nature": natures.get(inquiry.nature, ""),
        "maybe": natures.get(maybe, "") if maybe in DANGERS or not inquiry.nature else "",
        "danger": maybe in DANGERS,
        "urgency": dict(URGENCIES).get(inquiry.urgency, "") if inquiry.urgency else "",
        "stance": dict(STANCES).get(inquiry.stance, ""),
        "word": word if may_read("inquiry", "topic", "nature", "urgency", "stance") else None,
        "by_model": bool(read and read.topic_version),
        "vip": vip_kinds().get(mark.kind, mark.kind) if mark else "",
    }


def _reach(user: User, inquiry: Inquiry) -> dict[str, Any]:
    standing = standing_of(person_of(inquiry))
    kept = [one for one in prohibitions_from(standing) if one.code in ("do_not_contact", "child", "bounced")]
    return {"ways": ways_from(standing), "prohibitions": kept}


def _added(user: User, inquiry: Inquiry) -> dict[str, Any] | None:
    return fields_for(user, "inquiry", inquiry)


def _others(user: User, inquiry: Inquiry) -> dict[str, Any] | None:
    same = unmerged(user).filter(person_id__in=members(inquiry.person_id)).exclude(pk=inquiry.pk)
    # By the order in which they were opened; not by the bare id, or the newest of everybody are walked through to find
    # the few of one person.
    rows = list(same.order_by((F("id") + 0).desc())[: OTHERS + 1])
    return {"others": rows[:OTHERS], "more": len(rows) > OTHERS} if rows else None


def _history(user: User, inquiry: Inquiry) -> dict[str, Any] | None:
    lines = newest_of(user, members(inquiry.person_id), limit=HISTORY)
    return {"lines": lines, "person": person_of(inquiry)} if lines else None


def _household(user: User, inquiry: Inquiry) -> dict[str, Any] | None:
    mates = household_of(user, person_of(inquiry))
    return {"mates": mates[:4]} if mates else None
