"""Counting what was answered with: an answer that agents send solves questions as one that is read."""

from collections.abc import Collection
from datetime import datetime

from hustings.constituents.insight.actions import citing

from ..models import Article


def count_cited(*, versions: Collection[int], language: str, state_code: str, now: datetime) -> None:
    """An answer that carried these versions has left; once the caller's transaction commits it is counted for each of
    their articles, under its category."""
    cited = Article.objects.filter(versions__in=versions).distinct().values_list("uid", "category__slug")
    for uid, topic in cited if versions else ():
        citing.count_cited(subject=str(uid), topic=topic or "", language=language, state_code=state_code, now=now)
