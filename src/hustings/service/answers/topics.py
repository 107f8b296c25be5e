"""Live topics: "answers" for the list, "article:UID" for one page. They carry no words, only that something changed."""

from uuid import UUID

from hustings.foundation.access.models import User
from hustings.foundation.core import live

from .models import Article


@live.allow_topic("answers")
def may_hear_answers(user: User, identifier: str) -> bool:
    return bool(user.is_active and not identifier)


@live.allow_topic("article")
def may_hear_article(user: User, identifier: str) -> bool:
    """Whoever is signed in: a volunteer must hear that what they read was withdrawn, when it is theirs no longer."""
    try:
        uid = UUID(identifier)
    except ValueError:
        return False
    return bool(user.is_active and Article.objects.filter(uid=uid).exists())
