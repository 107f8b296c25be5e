"""Dealing with what was searched for in vain."""

from datetime import datetime

from hustings.foundation.access.models import User
from hustings.foundation.core.guard import action

from ..models import PhraseDone


@action
def settle_phrase(*, actor: User | None, words: str, language: str, subject: str = "", now: datetime) -> None:
    """Take a search off the list: an answer was begun from it, or it needs none. Twice is once."""
    PhraseDone.objects.update_or_create(
        words=words[:120],
        language=language[:8],
        defaults={"at": now, "by_id": actor.pk if actor else None, "subject": subject},
    )
