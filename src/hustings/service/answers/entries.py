"""What answers puts into the rail and the palette."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import may_read
from hustings.foundation.ui import navigation, palette
from hustings.foundation.ui.palette import MOST_HITS, Hit

from .models import ArticleState
from .queries import Wish, listed, overdue_count
from .rules import may_make, may_see_polls, may_set_synonyms


def answers_found(user: User, query: str) -> Iterator[Hit]:
    """Articles the user may see, those that are approved first said as such."""
    for article in listed(user, Wish(q=query), timezone.localdate())[:MOST_HITS]:
        plain = not may_read("article", "state") or article.state == ArticleState.APPROVED
        note = article.topic if plain else article.get_state_display()
        yield Hit(article.title, article.get_absolute_url(), "book-open", note=note)


def register() -> None:
    """Called once, when the application is ready."""
    navigation.register_public("help:start", _("Answers"), order=10)
    navigation.register(
        navigation.Item(
            "answers",
            _("Approved language"),
            "book-open",
            "answers:list",
            order=20,
            group=navigation.ELSEWHERE,
            count=lambda user: overdue_count(user) or None,
            tab=_("Answers"),
            also=(
                *("answers:article", "answers:revise", "answers:make", "answers:compare", "answers:publish"),
                *("answers:states", "answers:answered", "answers:correct", "answers:correction", "answers:polls"),
                *("answers:places", "answers:synonyms"),
            ),
        )
    )
    palette.register(
        palette.Action(
            "answers.make",
            _("Write an approved answer"),
            "plus",
            url_name="answers:make",
            group=palette.MAKE,
            words="article language saved reply",
            allowed=may_make,
        )
    )
    palette.register(
        palette.Action(
            "answers.polls",
            _("When polls close"),
            "clock",
            url_name="answers:polls",
            words="election hours voting deadline",
            allowed=may_see_polls,
        )
    )
    palette.register(
        palette.Action(
            "answers.places",
            _("Polling places and election offices"),
            "map-pin",
            url_name="answers:places",
            words="county office vote voting feed VIP import",
            allowed=may_see_polls,
        )
    )
    palette.register(
        palette.Action(
            "answers.synonyms",
            _("Words that mean the same"),
            "spell-check",
            url_name="answers:synonyms",
            words="synonyms search finding",
            allowed=may_set_synonyms,
        )
    )
    palette.register_search("answers", _("Approved language"), answers_found, order=30)
