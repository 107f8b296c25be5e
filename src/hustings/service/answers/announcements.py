"""What answers tells the rooms above."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ArticleApproved:
    """These words may be cited from now on; also told when a withdrawn article is restored."""

    article_id: int
    version_id: int


@dataclass(frozen=True)
class ArticleWithdrawn:
    """The article, or only its words for one state, may no longer be said: drafts and unsent replies that cite it must
    be stopped, pages and scripts that show it must drop it."""

    article_id: int
    state_code: str = ""  # empty: the whole article
    uid: UUID | None = None
    slug: str = ""


@dataclass(frozen=True)
class ArticlePublished:
    """The public may read it from now on (or from its `publish_at`)."""

    article_id: int
    uid: UUID
    slug: str


@dataclass(frozen=True)
class ArticleChanged:
    """Something the public reads of it changed: its words, its address, its times, its place; or it went off the
    public pages without being wrong."""

    article_id: int
    uid: UUID
    slug: str


@dataclass(frozen=True)
class ArticleCorrected:
    """A correction of it was approved and goes to those who were answered from it."""

    article_id: int
    uid: UUID
    slug: str
    correction_id: int
