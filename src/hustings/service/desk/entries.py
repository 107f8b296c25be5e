"""What the desk puts into the rail, the palette, the keys and the live topics."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people.queries import register_scope
from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.access.queries import roles_of
from hustings.foundation.core import live
from hustings.foundation.core.clock import now
from hustings.foundation.core.guard import FieldHidden, Level
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.ui import keys, navigation, palette
from hustings.foundation.ui.navigation import SETTINGS, Entry, Group, Item
from hustings.foundation.ui.palette import MAKE, MOST_HITS, THIS, Action, Hit

from .queries.inquiries import Scope, person_ids_in_hand, person_ids_of, scope_of, visible_to
from .queries.lists import count_of, page_of
from .queries.rail import COUNT_TO, own_counts, queue_lines, saved_views
from .queries.states import OPEN_VIEWS, ListState, state_from
from .rows import colour_of, name_of

MOST_COUNTED_VIEWS = 8


def register() -> None:
    """Called once, when the app is ready."""
    _items()
    _actions()
    keys.register(keys.Key("t", _("Take the next one"), keys.ANYWHERE, order=20))
    palette.register_search("inquiries", _("Conversations"), _found, order=10)
    live.allow_topic("queue")(_may_hear_queue)
    live.allow_topic("inquiry")(_may_hear)
    live.allow_topic("here")(_may_hear)
    live.allow_topic("desk")(lambda user, _identifier: bool(user.is_active))
    live.allow_topic("release")(lambda user, _identifier: bool(user.leads))
    register_scope(lambda user: Q(pk__in=person_ids_of(user)), in_hand=lambda user: Q(pk__in=person_ids_in_hand(user)))


def _items() -> None:
    # Waiting for approval (correspondence) comes between mentions and snoozed, at 30.
    for place, key, label, icon in (
        (10, "mine", _("My conversations"), "inbox"),
        (20, "unassigned", _("Unassigned"), "users-round"),
        (25, "mentions", _("Mentions"), "at-sign"),
        (40, "snoozed", _("Snoozed"), "alarm-clock"),
        (50, "sent", _("Sent"), "send"),
        (60, "all", _("Everything"), "search"),
    ):
        tab = _("Inbox") if key == "mine" else ""
        navigation.register(
            Item(f"desk.{key}", label, icon, "desk:home", order=place, tab=tab, query=f"view={key}")
        )  # fmt: skip
    navigation.register_counts(tuple(f"desk.{key}" for key in ("mine", "unassigned", "mentions", "snoozed")), _counts)
    navigation.register_me_line(roles_of)
    navigation.register_group(Group("queues", _("Teams"), 20, _queues))
    navigation.register_group(Group("views", _("Saved views"), 30, _views))
    navigation.register(
        Item("desk.queues", _("Queues and rules"), "layers", "desk:queues", order=20, group=SETTINGS, allowed=_leads)
    )


def _actions() -> None:
    for order, (key, label, icon) in enumerate(
        (
            ("a", _("Assign or hand over"), "user-check"),
            ("h", _("Snooze"), "alarm-clock"),
            ("e", _("Done"), "check"),
            ("n", _("Note to the team"), "message-square-text"),
        )
    ):
        palette.register(Action(f"desk.{key}", label, icon, key=key, event=f"desk-{key}", group=THIS, order=order))
    palette.register(
        Action("desk.next", _("Take the next one"), "zap", key="t", post_name="desk:take_next", group=MAKE, order=1)
    )


def _leads(user: User) -> bool:
    return bool(user.leads)


def _may_hear_queue(user: User, queue_id: str) -> bool:
    """Who may not read in which queue a conversation lies is not told that one of a queue's changed."""
    told = grants_of(user).level("inquiry", "queue") >= Level.READ
    return told and whole_number(queue_id, 0) in scope_of(user).queue_ids


def _may_hear(user: User, uid: str) -> bool:
    try:
        return visible_to(user).filter(uid=UUID(uid)).exists()
    except ValueError:
        return False


def _number(count: int) -> int | str | None:
    return f"{COUNT_TO:,}+" if count >= COUNT_TO else count or None


def _counts(user: User) -> dict[str, int | str | None]:
    counts = own_counts(user)
    names = ("mine", "unassigned", "mentions", "snoozed")
    return {f"desk.{name}": _number(getattr(counts, name)) for name in names}


def _queues(user: User) -> Iterator[Entry]:
    for line in queue_lines(user):
        href = ListState(view=f"queue:{line.queue.slug}").href
        yield Entry(line.queue.name, href, count=_number(line.count), colour=colour_of(line.queue))


def _views(user: User) -> Iterator[Entry]:
    views = saved_views(user)
    moment, scope = now(), scope_of(user) if views else None
    for number, view in enumerate(views):
        state = state_from(QueryDict(view.query))
        # What is open is counted by small indexes; a search or an archive is not worth asking on every page.
        counted = number < MOST_COUNTED_VIEWS and state.kind in OPEN_VIEWS and not state.q
        count = _count_of(user, state, moment, scope) if counted else 0
        yield Entry(view.name, f"/?{view.query}", icon="pin", count=_number(count))


def _count_of(user: User, state: ListState, moment: datetime, scope: Scope | None) -> int:
    """None told of a colleague's view that asks by a field this person may not read."""
    try:
        return count_of(user, state, moment, scope=scope)
    except FieldHidden:
        return 0


def _found(user: Any, query: str) -> Iterator[Hit]:
    for row in page_of(user, ListState(view="all", q=query), now()).rows[:MOST_HITS]:
        href = reverse("desk:inquiry", args=[row.uid])
        yield Hit(
            name_of(row), href, "mail", quote=row.subject or row.snippet, note=row.queue.name if row.queue else ""
        )
