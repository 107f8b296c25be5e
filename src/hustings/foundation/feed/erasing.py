"""What feeds keep that can go: posts on a record, with their comments, files and earlier words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from hustings.foundation.retention import registry
from hustings.foundation.retention.registry import Part, Subject, deleting

from .models import Attachment, Follow, Post


def _threads() -> "QuerySet[Any]":
    newest = Post.objects.filter(parent_id=OuterRef("pk")).order_by("-at").values("at")[:1]
    return Post.objects.filter(parent=None).annotate(newest_at=Coalesce(Subquery(newest), F("at")))


def _of(subject: Subject) -> Q:
    return subject.about("record_type", "record_id__in")


def _erase(ids: Sequence[int], now: datetime) -> list[str]:
    posts = Post.objects.filter(Q(pk__in=ids) | Q(parent_id__in=ids))
    kept = list(Attachment.objects.filter(post__in=posts).values_list("sha256", flat=True))
    Post.objects.filter(pk__in=ids).delete()
    return kept


def register() -> None:
    """Called once, when the app is ready."""
    registry.uses_objects(lambda sha256: Attachment.objects.filter(sha256=sha256).exists())
    registry.part(
        Part("feed.posts", _("Feed posts, with their comments and files"), rows=_threads, erase=_erase, of=_of,
             at="newest_at", begins="at", expires=True)
    )  # fmt: skip
    registry.part(
        Part("feed.follows", _("Who follows them"), rows=Follow.objects.all, erase=deleting(Follow), of=_of,
             at="created_at", private=True)
    )  # fmt: skip
