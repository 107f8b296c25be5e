"""People as the palette finds them."""

from collections.abc import Iterator

from django.urls import reverse

from hustings.foundation.access.models import User
from hustings.foundation.ui.palette import MOST_HITS, Hit

from .queries.search import Wish, people


def people_found(user: User, query: str) -> Iterator[Hit]:
    """Those the user may see, as the people page would find them."""
    for person in people(user, Wish.of({"q": query}))[:MOST_HITS]:
        place = ", ".join(filter(None, [person.city, person.state_code]))
        yield Hit(str(person), reverse("people:page", args=[person.uid]), "users-round", note=place)
