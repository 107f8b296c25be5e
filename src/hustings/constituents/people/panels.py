"""What the rooms below put on a person's page: the fields the campaign added, the approvals, tasks, the feed."""

from typing import Any

from hustings.foundation.access.models import User
from hustings.foundation.automation.queries import panel_for as approvals_for
from hustings.foundation.feed.queries import panel_for as feed_for
from hustings.foundation.objects.queries.fields import panel_for as fields_for
from hustings.foundation.tasks.queries.panel import panel_for as tasks_for

from . import registry
from .models import Vip
from .queries import vips
from .queries.marked import vip_kinds
from .registry import Page
from .rules import may_mark_vips


def register() -> None:
    """Called once, when the application is ready."""
    registry.panel("added", 12, "objects/panel.html", added_of)
    registry.panel("approvals", 17, "automation/panel.html", approvals_of)
    registry.panel("tasks", 18, "tasks/panel.html", tasks_of)
    registry.panel("vip", 15, "people/parts/vip.html", vip_of)
    registry.panel("feed", 20, "feed/panel.html", feed_of)


def added_of(user: User, page: Page) -> dict[str, Any] | None:
    """The whole person's; records merged into it keep theirs for when they are taken apart."""
    return fields_for(user, "person", page.person)


def approvals_of(user: User, page: Page) -> dict[str, Any] | None:
    """What was asked for about this person, and what can be."""
    shown = approvals_for(user, "person", page.person, page.now)
    return shown if shown["approvals"] or shown["processes"] else None


def tasks_of(user: User, page: Page) -> dict[str, Any] | None:
    """What is to be done about the whole person."""
    return tasks_for(user, "person", page.person, page.now)


def feed_of(user: User, page: Page) -> dict[str, Any] | None:
    """What colleagues posted about the whole person; their merged records have no feed of their own."""
    return feed_for(user, "person", page.person)


def vip_of(user: User, page: Page) -> dict[str, Any] | None:
    """Whether their letters go to people alone, and for leads the way to say so."""
    mark, may = vips([page.person.pk]).get(page.person.pk), may_mark_vips(user)
    if mark is None and not may:
        return None
    row = Vip.objects.filter(person_id__in=page.member_ids, ended_at=None).order_by("-id").first()
    kinds = vip_kinds()
    kind = kinds.get(mark.kind, mark.kind) if mark else ""
    return {"mark": mark, "kind": kind, "row": row, "may": may, "kinds": kinds, "person": page.person}
