"""Posts as a reader sees them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.urls import NoReverseMatch, reverse

from hustings.foundation.access.models import User
from hustings.foundation.core import records
from hustings.foundation.core.guard import may_read

from ..models import Attachment, Mention, Post
from ..rules import may_edit, may_withdraw
from .changes import Line, lines_of
from .drafts import Draft, draft_under
from .seen import Ref, as_read_by

COMMENTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A record as feeds name it. `url` is its own page, `feed_url` its feed."""

    type_name: str
    label: str
    title: str
    icon: str
    url: str
    feed_url: str
    uid: Any


@dataclass(slots=True)
class Shown:
    """A post, comment or change, with what belongs to it."""

    post: Post
    author: str
    by_me: bool
    may_edit: bool
    may_withdraw: bool
    names: Sequence[str] = ()  # of those mentioned, longest first
    lines: Sequence[Line] = ()
    files: Sequence[Attachment] = ()
    comments: list["Shown"] = field(default_factory=list)
    earlier: int = 0  # comments that are not among `comments`
    record: Named | None = None
    is_new: bool = False

    @property
    def is_change(self) -> bool:
        return bool(self.post.fields)

    @property
    def key(self) -> str:
        return str(self.post.uid)

    @property
    def draft(self) -> Draft:
        """An empty composer for a comment."""
        return draft_under(self.post)

    @property
    def own_mark(self) -> int:
        """Changes when the reader has commented: what stands in the composer is then the next comment's."""
        return max((comment.post.pk for comment in self.comments if comment.by_me), default=0)

    @property
    def has_new(self) -> bool:
        return self.is_new or any(comment.is_new for comment in self.comments)


def named(type_name: str, record: Any) -> Named:
    """What this record is called and where it stands, as the current reader sees it."""
    kind = records.get(type_name)
    assert kind is not None
    feed_url = reverse("feed:record", args=[type_name, record.uid])
    try:
        url = kind.url(record)
    except (NoReverseMatch, AttributeError):
        url = feed_url  # a type without pages of its own
    return Named(type_name, str(kind.label), kind.title(record), kind.icon, url, feed_url, record.uid)


def show(
    user: User,
    posts: Sequence[Post],
    *,
    of: Mapping[Ref, Any] | None = None,
    comments: int = COMMENTS_SHOWN,
    new: Iterable[int] = (),
) -> list[Shown]:
    """These posts, which the user may see, with the newest `comments` of each. `of`: their records, where the reader is
    to be told which. `new`: ids of what is unread. Six queries, however many posts."""
    unread = set(new)
    below = _comments_of(posts, comments)
    everything = [*posts, *(comment for some in below.values() for comment in some)]
    with as_read_by(user):
        lines = lines_of(user, posts)
        files, names = _files_of(everything), _names_in(everything)
        reads_names = may_read("user", "name")

        def one(post: Post) -> Shown:
            return Shown(
                post,
                post.author.name if post.author and reads_names else "",
                post.author_id == user.pk,
                may_edit(user, post),
                may_withdraw(user, post),
                names=names.get(post.pk, ()),
                lines=lines.get(post.pk, ()),
                files=files.get(post.pk, ()),
                is_new=post.pk in unread,
            )

        shown = []
        for post in posts:
            this = one(post)
            this.comments = [one(comment) for comment in below.get(post.pk, ())]
            this.earlier = max(0, post.comment_count - len(this.comments))
            if of is not None and (record := of.get((post.record_type, post.record_id))) is not None:
                this.record = named(post.record_type, record)
            shown.append(this)
        return shown


def _comments_of(posts: Sequence[Post], most: int) -> dict[int, list[Post]]:
    """The newest comments that stand under each post, oldest first."""
    ids = [post.pk for post in posts if post.comment_count]
    if not ids or not most:
        return {}
    numbered = Window(RowNumber(), partition_by=[F("parent_id")], order_by=F("id").desc())
    rows = Post.objects.filter(parent_id__in=ids, withdrawn_at=None).annotate(number=numbered)
    found: dict[int, list[Post]] = {}
    for comment in rows.filter(number__lte=most).select_related("author").order_by("id"):
        found.setdefault(comment.parent_id or 0, []).append(comment)
    return found


def _files_of(posts: Sequence[Post]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    for file in Attachment.objects.filter(post__in=[p.pk for p in posts if not p.withdrawn_at and not p.fields]):
        found.setdefault(file.post_id, []).append(file)
    return found


def _names_in(posts: Sequence[Post]) -> dict[int, list[str]]:
    """Who is called in each post, as it is written after @: a whole name, a first name, a team."""
    wanted = [post.pk for post in posts if "@" in post.text]
    found: dict[int, set[str]] = {}
    if wanted:
        for mention in Mention.objects.filter(post_id__in=wanted, told=True).select_related("user", "team"):
            names = found.setdefault(mention.post_id, set())
            names |= {mention.team.name} if mention.team else {mention.user.name, mention.user.first_name}
    return {post_id: sorted(names, key=len, reverse=True) for post_id, names in found.items()}
