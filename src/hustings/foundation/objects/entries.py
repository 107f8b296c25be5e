"""What objects puts into the rail, the palette and the live topics."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.grants import grants_of
from hustings.foundation.core import live
from hustings.foundation.core.numbers import whole_number
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.navigation import SETTINGS, Entry, Group, Item
from hustings.foundation.ui.palette import MOST_HITS, Action, Hit

from .queries.listing import found, page_of, wish_of
from .queries.rows import objects_for, visible_to
from .queries.shape import shape
from .records import title_of, url_of
from .rules import may_build


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item("build", _("Your own records"), "layers", "objects:setup", order=60, group=SETTINGS, allowed=may_build,
             also=("objects:new_object", "objects:setup_object", "objects:setup_fields", "objects:new_field",
                   "objects:setup_field"))
    )  # fmt: skip
    navigation.register_group(Group("records", _("Records"), order=60, entries=_entries))
    palette.register(
        Action("objects.new", _("New record type"), "layers", url_name="objects:new_object", allowed=may_build,
               group=palette.MAKE)
    )  # fmt: skip
    palette.register_search("objects", _("Records"), records_found, order=60)
    live.allow_topic("records")(_may_hear_list)
    live.allow_topic("record")(_may_hear_record)


def _entries(user: Any) -> Iterator[Entry]:
    for kind in objects_for(user):
        yield Entry(kind.plural, reverse("objects:list", args=[kind.slug]), kind.icon)


def records_found(user: Any, query: str) -> Iterator[Hit]:
    """Those that this person may see and that have the words in a field they may read, newest first."""
    left = MOST_HITS
    for kind in objects_for(user):
        wish = wish_of(user, kind, QueryDict(mutable=True))
        wish.q = query
        for row in page_of(found(user, wish), wish, size=left).rows:
            yield Hit(title_of(row), url_of(row), kind.icon, note=kind.label)
            left -= 1
        if left <= 0:
            return


def _may_hear_list(user: Any, identifier: str) -> bool:
    kind = shape().objects.get(whole_number(identifier, 0))
    return kind is not None and grants_of(user).may(kind.record, "see")


def _may_hear_record(user: Any, identifier: str) -> bool:
    try:
        UUID(identifier)
    except ValueError:
        return False
    return any(visible_to(user, kind).filter(uid=identifier).exists() for kind in objects_for(user))
