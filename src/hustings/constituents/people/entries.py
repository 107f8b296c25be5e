"""What people puts into the rail and the palette."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.palette import MOST_HITS, Hit

from .queries.search import Wish, people


def people_found(user: User, query: str) -> Iterator[Hit]:
    """Those the user may see, as the people page would find them."""
    for person in people(user, Wish.of({"q": query}))[:MOST_HITS]:
        place = ", ".join(filter(None, [person.city, person.state_code]))
        yield Hit(str(person), reverse("people:page", args=[person.uid]), "users-round", note=place)


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
    palette.register_search("people", _("People"), people_found, order=20)
