"""What rooms above tell correspondence, in AppConfig.ready():

registry.followed_elsewhere(lambda: Copy.objects.filter(reply__isnull=False).values("reply_id"))
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

Replies = Callable[[], "QuerySet[Any, Any]"]


@dataclass
class Registry:
    followed: list[Replies] = field(default_factory=list)


registry = Registry()


def followed_elsewhere(replies: Replies) -> None:
    """Replies (a query of their ids, none of them null) that the room looks after by itself: withdrawn words are
    stopped and taken back there, and become nobody's draft."""
    if replies not in registry.followed:
        registry.followed.append(replies)
