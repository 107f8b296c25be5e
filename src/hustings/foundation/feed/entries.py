"""What feed puts into the rail, the palette and the live topics."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.navigation import ME, SETTINGS, Item
from hustings.foundation.ui.palette import MOST_HITS, Hit

from .queries.searching import search
from .queries.seen import may_hear
from .queries.stream import unread_count
from .rules import chooses_fields


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(
        Item("feed", gettext_lazy("Feed"), "message-square-text", "feed:home", order=28, also=("feed:search",))
    )
    navigation.register_counts(("feed",), lambda user: {"feed": unread_count(user)})
    navigation.register(
        Item(
            "feed-fields",
            gettext_lazy("Changes that feeds tell"),
            "history",
            "feed:fields",
            order=60,
            group=SETTINGS,
            allowed=chooses_fields,
        )
    )
    navigation.register(
        Item("feed-preferences", gettext_lazy("Feed and digest"), "bell", "feed:preferences", order=20, group=ME)
    )
    palette.register_search("posts", gettext_lazy("Posts"), posts_found, order=60)
    live.allow_topic("feed")(may_hear)


def posts_found(user: User, query: str) -> Iterator[Hit]:
    """For the palette."""
    shown, _more = search(user, query, most=MOST_HITS)
    for one in shown:
        title = one.record.title if one.record else ""
        yield Hit(
            title,
            reverse("feed:post", args=[one.post.uid]),
            "message-square-text",
            quote=" ".join(one.post.text.split())[:120],
            note=one.author or _("A colleague"),
        )
