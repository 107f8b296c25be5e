"""What people puts into the rail and the palette."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access import rules as access
from hustings.foundation.access.models import User
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.palette import MOST_HITS, Hit

from . import registry
from .queries.search import Wish, people
from .registry import Page


def people_found(user: User, query: str) -> Iterator[Hit]:
    """Those the user may see, as the people page would find them."""
    for person in people(user, Wish.of({"q": query}))[:MOST_HITS]:
        place = ", ".join(filter(None, [person.city, person.state_code]))
        yield Hit(str(person), reverse("people:page", args=[person.uid]), "users-round", note=place)


def _who_read(user: User, page: Page) -> dict[str, Any] | None:
    """For those who may search the audit."""
    if not access.can(user, "audit"):
        return None
    return {"url": f"{reverse('access:trail')}?{urlencode({'type': 'person', 'record': page.person.uid})}"}


def register() -> None:
    """Called once, when the application is ready."""
    navigation.register(
        navigation.Item(
            "people",
            _("People"),
            "users-round",
            "people:list",
            order=30,
            group=navigation.ELSEWHERE,
            tab=_("People"),
            also=("people:page", "people:compare"),
        )
    )
    navigation.register(
        navigation.Item(
            "people.vips", _("VIPs"), "star", "people:vips", order=25, group=navigation.SETTINGS,
            allowed=lambda user: bool(user.leads),
        )
    )  # fmt: skip
    registry.header_action("who_read", 90, "people/parts/who_read.html", _who_read)
    palette.register_search("people", _("People"), people_found, order=20)
