"""What tasks put into the rail, the palette, the live topics, and on the pages of the campaign's own records."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.clock import now
from hustings.foundation.feed.queries.seen import may_hear
from hustings.foundation.objects import registry as objects
from hustings.foundation.objects.models import CustomRecord
from hustings.foundation.objects.queries.shape import shape
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.navigation import MAIN, Item
from hustings.foundation.ui.palette import MAKE, MOST_HITS, Action, Hit

from . import queries
from .queries.panel import panel_for
from .rules import may_give, may_see


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item("tasks", _("Tasks"), "clipboard-list", "tasks:tasks", order=33, group=MAIN, allowed=may_see,
             count=queries.open_count, also=("tasks:task", "tasks:new"))
    )  # fmt: skip
    palette.register(
        Action("tasks.new", _("Give a task"), "clipboard-list", url_name="tasks:new", group=MAKE, order=4,
               words="to do remind assign", allowed=may_give)
    )  # fmt: skip
    palette.register_search("tasks", _("Tasks"), found, order=50)
    live.allow_topic("tasks")(lambda user, identifier: may_see(user) and may_hear(user, identifier))
    objects.panel("tasks", 15, "tasks/panel.html", of_own_record)


def found(user: Any, query: str) -> Iterator[Hit]:
    """Open ones and those that are over, the newest first."""
    for row in queries.newest_first(queries.searched(queries.visible_to(user), query))[:MOST_HITS]:
        yield Hit(row.title or str(_("Task")), row.get_absolute_url(), "clipboard-list")


def of_own_record(user: User, record: CustomRecord) -> dict[str, Any] | None:
    """The tasks about a record of the campaign's own."""
    return panel_for(user, shape().objects[record.object_id].record, record, now())
