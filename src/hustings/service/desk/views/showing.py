"""What the desk's pages show: the list pane, the thread pane, the side pane."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse

from hustings.constituents.topics.queries.taxonomy import names as topic_names
from hustings.constituents.topics.rules import NATURES, URGENCIES
from hustings.foundation.access.models import Team, User
from hustings.foundation.access.queries import colleagues
from hustings.foundation.core import records
from hustings.foundation.core.guard import may_read
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.geography.queries import state_name
from hustings.foundation.objects.queries import narrowing

from .. import panels
from ..forms import snooze_moments
from ..models import Inquiry, Priority, Queue, Stage, Status
from ..queries import presence, threads
from ..queries.bulk import run_at_work
from ..queries.inquiries import scope_of, visible_to
from ..queries.lists import ORDERS, URGENT_BY, order_of, page_of, soon
from ..queries.states import ListState, state_from, title_of
from ..registry import parts_for, registry, selection_acts_for
from ..rows import colour_of, place_of, rows_of, tag_of


def inquiry_of(request: HttpRequest, uid: UUID) -> Inquiry:
    """The inquiry, if the reader may see it; otherwise there is none (404 says no more)."""
    rows = visible_to(request.user).select_related("person", "person__canonical", "queue", "queue__team", "assignee")
    inquiry = rows.filter(uid=uid).first()
    if inquiry is None:
        raise Http404
    return inquiry


def state_of(request: HttpRequest) -> ListState:
    """The list that the page stands beside."""
    return state_from(request.GET)


def list_context(user: User, state: ListState, now: datetime, *, current: UUID | None = None) -> dict[str, Any]:
    """The list pane. The number of queries does not depend on how many rows there are."""
    scope = scope_of(user)
    page = page_of(user, state, now, scope=scope)
    order = next(name for name, one in ORDERS.items() if one is order_of(state))
    rows = rows_of(page.rows, user, now)
    following = replace(state, page=page.next)
    return {
        "state": state,
        "order": order,
        "title": list_title(state),
        "page": page,
        "rows": rows,
        "current": current,
        "next_href": following.href if page.next else "",
        "first_href": state.but().href if state.page else "",
        "chips": chips_of(user, state, rows),
        "list_topics": list_topics(user, state),
        "takes": state.kind in ("mine", "unassigned", "queue", "team"),
        "run": run_at_work(user),
        "selection_acts": selection_acts_for(user),
        "bulk_people": colleagues(user).exclude(pk=user.pk).values_list("uid", "name"),
        "bulk_moments": snooze_moments(now),
        "bulk_queues": Queue.objects.order_by("position", "id"),
    }


def list_title(state: ListState) -> str:
    """The heading: a queue's or a team's name, or what the view is called."""
    if state.kind == "queue":
        return Queue.objects.filter(slug=state.argument).values_list("name", flat=True).first() or state.argument
    if state.kind == "team" and state.argument.isdecimal():
        return Team.objects.filter(pk=int(state.argument)).values_list("name", flat=True).first() or state.argument
    return title_of(state.kind)


def hidden_fields() -> set[str]:
    """Names of the conversation's fields that the current reader may not read: nothing is asked or told by them."""
    return {one.name for one in records.registry.types["inquiry"].fields if not may_read("inquiry", one.name)}


def list_topics(user: User, state: ListState) -> str:
    """The narrowest topics that say this list has changed."""
    if state.kind in ("mine", "snoozed", "mentions", "sent"):
        return f"user:{user.pk}"
    if state.kind == "queue" and may_read("inquiry", "queue"):
        queue_id = Queue.objects.filter(slug=state.argument).values_list("pk", flat=True).first()
        return f"queue:{queue_id}" if queue_id else "desk"
    return "desk"


def chips_of(user: User, state: ListState, rows: list[Any]) -> list[dict[str, Any]]:
    """Orders, the states most frequent on this page, what is late; and each filter in force, to take away."""
    chips: list[dict[str, Any]] = []
    if (
        may_read("inquiry", *URGENT_BY)
        and state.sort in ("urgent", "newest")
        and state.kind in ("mine", "unassigned", "queue", "team", "open")
    ):
        urgent, newest = state.but(order=""), state.but(order="newest")
        chips += [
            {"kind": "urgent", "href": urgent.href, "on": state.sort == "urgent"},
            {"kind": "newest", "href": newest.href, "on": state.sort == "newest"},
        ]
    if state.state:
        chips.append({"label": state_name(state.state), "remove": state.but(state="").href})
    else:
        chips += _states_on(state, rows)
    for name in ("topic", "nature", "urgency", "tag", "lang", "stage", "who", "team", "after", "before", "q"):
        if value := getattr(state, name):
            chips.append({"name": name, "label": _said(name, value), "remove": state.but(**{name: ""}).href})
    if state.added:
        chips += _added_on(user, state)
    if state.late:
        chips.append({"kind": "late", "remove": state.but(late="").href})
    elif state.kind != "closed" and may_read("inquiry", "status", "due_at"):
        chips.append({"kind": "late", "href": state.but(late="1").href})
    return chips


def _added_on(user: User, state: ListState) -> list[dict[str, Any]]:
    """What is asked by added fields, and what of it could not be read."""
    asked = narrowing.asked(user, "inquiry", state.params)
    chips: list[dict[str, Any]] = []
    for one in asked.conditions:
        rest = tuple(pair for pair in state.added if pair[0] not in one.parts)
        chips.append({"label": f"{one.field.label}: {one.text}", "remove": state.but(added=rest).href})
    if asked.problems:
        chips.append({"label": " ".join(asked.problems), "remove": state.but(added=()).href})
    return chips


def _states_on(state: ListState, rows: list[Any]) -> list[dict[str, Any]]:
    codes = [row.inquiry.state_code for row in rows if row.inquiry.state_code]
    often = sorted(set(codes), key=lambda code: (-codes.count(code), code))[:1]
    return [{"label": state_name(code), "href": state.but(state=code).href} for code in often if len(set(codes)) > 1]


def _said(name: str, value: str) -> str:
    if name == "team":
        return Team.objects.filter(pk=int(value)).values_list("name", flat=True).first() or value
    if name == "topic":
        return topic_names([value]).get(value, value)
    if name in ("nature", "urgency"):
        return str(dict([*NATURES, *((str(number), label) for number, label in URGENCIES)]).get(value, value))
    if name == "stage":
        return str(dict(Stage.choices).get(value, value))
    if name == "who":
        found = User.objects.filter(pk=whole_number(value, None)).first()
        return found.name if found else value
    return value


def thread_context(user: User, inquiry: Inquiry, state: ListState, now: datetime) -> dict[str, Any]:
    """The thread pane, whole."""
    return {
        **head_context(user, inquiry, state, now),
        **log_context(user, inquiry, now),
        **here_context(user, inquiry, now),
        "composer": next(iter(parts_for(registry.composers, user, inquiry)), None),
        "side_card": panels.card(inquiry),
        "side_parts": parts_for(registry.panels, user, inquiry),
    }


def head_context(user: User, inquiry: Inquiry, state: ListState, now: datetime) -> dict[str, Any]:
    """The thread's header: what it is, and what can be done with it."""
    return {
        "inquiry": inquiry,
        "state": state,
        "colour": colour_of(inquiry.queue),
        "state_name": _state_beside(inquiry),
        "place": place_of(inquiry),
        "tone": soon(inquiry, now),
        "is_mine": inquiry.assignee_id == user.pk,
        "is_open": inquiry.status == Status.OPEN,
        "is_closed": inquiry.status == Status.CLOSED,
        "is_snoozed": inquiry.status == Status.SNOOZED,
        "to_review": inquiry.status == Status.OPEN and inquiry.stage == Stage.NEW,
        "back": threads.why_back(inquiry) if inquiry.status == Status.OPEN else None,
        "priorities": [(p, p.label, p == inquiry.priority) for p in Priority if p != Priority.CRISIS],
        "header_parts": parts_for(registry.header_actions, user, inquiry),
        "here_href": reverse("desk:inquiry", args=[inquiry.uid]) + f"?{state.query or 'view=mine'}",
    }


def _state_beside(inquiry: Inquiry) -> str:
    """The state's name, where it fits beside the tag."""
    name = state_name(inquiry.state_code) if inquiry.state_code else ""
    return name if len(name) + len(tag_of(inquiry)) <= 16 else ""


def log_context(user: User, inquiry: Inquiry, now: datetime) -> dict[str, Any]:
    """What was written and done."""
    return {"inquiry": inquiry, "items": threads.thread_of(user, inquiry, now)}


def here_context(user: User, inquiry: Inquiry, now: datetime) -> dict[str, Any]:
    """Who else is here."""
    return {"inquiry": inquiry, "others": presence.others(user, inquiry, now)}
