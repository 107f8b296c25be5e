"""What every action on an article ends with: its line of history, and telling whoever shows it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F

from hustings.foundation.access.models import User
from hustings.foundation.access.registry import ask_gates
from hustings.foundation.core import bus, live

from ..announcements import ArticleChanged, ArticlePublished
from ..models import Article, ArticleEvent, ArticleVersion, PublicChange, PublicStamp
from ..rules import may_change

TOPIC = "answers"  # the live topic every signed-in person may hear
MOST_CHANGES = 500  # that are kept for those who hold what the public reads; who is further behind reads it all
PUBLIC_TOPIC = "answers-public"  # what the processes that serve the public pages listen to; no person hears it


def lock(actor: User | None, article: Article, allowed: Callable[[User, Article], bool] = may_change) -> Article:
    """The article for this transaction alone. Raises PermissionDenied."""
    locked = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if actor is not None and not allowed(actor, locked):
        raise PermissionDenied
    return locked


def write_note(
    article: Article,
    kind: str,
    actor: User | None,
    now: datetime,
    *,
    version: ArticleVersion | None = None,
    text: str = "",
    own: bool = False,
) -> None:
    """One line of the article's history. Raises PermissionDenied while what was done is frozen."""
    ask_gates(f"article.{kind}", actor_id=actor.pk if actor else None, detail={"article": str(article.uid)}, now=now)
    ArticleEvent.objects.create(
        article=article, version=version, kind=kind, at=now, by=actor, note=text.strip(), own=own
    )


def told(event_type: Any, article: Article, **more: Any) -> Any:
    """An announcement about this article."""
    return event_type(article_id=article.pk, uid=article.uid, slug=article.slug, **more)


def publish_live(article: Article) -> None:
    """Whoever looks at it, or at the list, fetches it again."""
    live.publish([TOPIC, f"article:{article.uid}"])


def public_changed(article: Article, now: datetime, *, was_public: bool = False, others: Sequence[int] = ()) -> None:
    """Something the public reads, or read until now, changed: every cache learns it with this transaction, and rooms
    above are told which. `was_public`: it was in reach of the public before."""
    if not (was_public or article.is_public):
        return
    bump([article.pk, *others])
    if article.is_public and article.published_at is None and article.approved_version_id is not None:
        article.published_at = max(now, article.publish_at or now)
        Article.objects.filter(pk=article.pk).update(published_at=article.published_at)
        bus.announce(told(ArticlePublished, article))
    else:
        bus.announce(told(ArticleChanged, article))


def bump(articles: Sequence[int] | None = None) -> None:
    """The public stamp grows, in this transaction. With the articles that the change is of (none: of no words at all),
    who holds the others goes on holding them; else whatever the public reads is read anew."""
    if not PublicStamp.objects.filter(pk=1).update(number=F("number") + 1):
        PublicStamp.objects.get_or_create(pk=1)
        PublicStamp.objects.filter(pk=1).update(number=F("number") + 1)
    number = PublicStamp.objects.values_list("number", flat=True).get(pk=1)
    PublicChange.objects.create(number=number, articles=None if articles is None else list(articles))
    PublicChange.objects.filter(number__lte=number - MOST_CHANGES).delete()
    live.publish(PUBLIC_TOPIC)
