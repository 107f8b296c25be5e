"""What answers tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ArticleApproved:
    """These words may be cited from now on; also told when a withdrawn article is restored."""

    article_id: int
    version_id: int


@dataclass(frozen=True)
class ArticleWithdrawn:
    """The article may no longer be cited; drafts and unsent replies that cite it must be stopped."""

    article_id: int
