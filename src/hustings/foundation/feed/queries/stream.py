"""What is in somebody's stream, what of it is new, and the feed of one record. Candidates come from the database in
their order; what their reader may not see falls out in bulk, so that it is neither shown nor counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from hustings.foundation.access.models import User

from ..models import Follow, Mention, Post, ReadMark, Standing
from ..models.posts import Kind
from .changes import shown_fields
from .following import read_upto, standing_of
from .seen import Ref, as_read_by, seen
from .showing import COMMENTS_SHOWN, Shown, show

PAGE = 20
BATCH = 100
MOST_LOOKED_AT = 1_000  # in one go; the page's end then says where to go on
COUNT_TO = 99
VIEWS = ("all", "mentions", "unread")


@dataclass(frozen=True)
class Page:
    """Some of a feed, newest first. `before`: where the next page begins, None at the end. `newest`: the newest id
    that was there, for marking it read."""

    shown: list[Shown]
    before: int | None = None
    newest: int = 0


def stream(user: User, *, view: str = "all", before: int | None = None, most: int = PAGE) -> Page:
    """The home stream: what they follow, what calls them, and the types they chose."""
    standing = standing_of(user)
    threads = Post.objects.filter(parent=None).select_related("author")
    if view == "mentions":
        threads = threads.filter(_mentions(user, "thread"))
    elif view == "unread":
        new = [row.parent_id or row.pk for row in unread_rows(user, standing)]
        threads = threads.filter(pk__in=new)
    else:
        threads = threads.filter(_relevant(user, standing, "thread"))
        threads = threads.filter(Q(kind=Kind.POST) | _follows(user, muted=False) if standing.changes else _POST)
    return _page(user, _standing_only(threads), standing, before=before, most=most)


def record_feed(
    user: User, ref: Ref, record: Any, *, before: int | None = None, most: int = PAGE, comments: int = COMMENTS_SHOWN
) -> Page:
    """One record's feed, which the caller has seen to be visible: posts, and those changes of which the reader may
    know."""
    rows = Post.objects.filter(record_type=ref[0], record_id=ref[1], parent=None).select_related("author")
    rows = _standing_only(rows).filter(_POST | Q(fields__overlap=shown_fields(user, ref[0])))
    if before is not None:
        rows = rows.filter(latest__lt=before)
    found = list(rows.order_by("-latest")[: most + 1])
    with as_read_by(user):
        shown = show(user, found[:most], comments=comments, new=new_on(user, ref)) if found else []
    return Page(shown, found[most - 1].latest if len(found) > most else None, found[0].latest if found else 0)


def thread(user: User, uid: Any) -> tuple[Post, Any] | None:
    """The post that begins a thread, and its record; None when the user may not see it. A comment's uid gives its
    thread."""
    post = Post.objects.select_related("author", "parent", "parent__author").filter(uid=uid).first()
    if post is None:
        return None
    top = post.parent or post
    ref = (top.record_type, top.record_id)
    record = seen(user, [ref]).get(ref)
    if record is None or (top.withdrawn_at and not top.comment_count):
        return None
    if top.kind == Kind.CHANGE and set(top.fields).isdisjoint(shown_fields(user, top.record_type)):
        return None
    return top, record


def new_on(user: User, ref: Ref) -> list[int]:
    """The ids of what others posted on this record since the user last saw its feed."""
    rows = Post.objects.filter(_POST, record_type=ref[0], record_id=ref[1], withdrawn_at=None)
    rows = rows.filter(pk__gt=max(read_upto(user, ref), standing_of(user).read_upto)).exclude(author=user)
    return list(rows.order_by("-id").values_list("id", flat=True)[:BATCH])


def unread_rows(user: User, standing: Standing | None = None, *, most: int = BATCH * 3) -> list[Post]:
    """Posts and comments of others that are in the user's stream and unread, newest first; no more than `most` are
    looked at."""
    standing = standing or standing_of(user)
    rows = list(unread(user, standing).order_by("-id")[:most])
    if not rows:
        return []
    records = seen(user, {(row.record_type, row.record_id) for row in rows})
    return [row for row in rows if (row.record_type, row.record_id) in records]


# As `unread`, for the rail of every page, where making the query would cost more than asking it.
_UNREAD = """
select p.record_type, p.record_id from feed_post p
where p.kind = 'post' and p.withdrawn_at is null and p.author_id is distinct from %(user)s
  and p.id > coalesce((select s.read_upto from feed_standing s where s.user_id = %(user)s), 0)
  and (exists (select 1 from feed_follow f where f.user_id = %(user)s and not f.muted
               and f.record_type = p.record_type and f.record_id = p.record_id)
    or exists (select 1 from feed_mention m where m.user_id = %(user)s and m.told and m.post_id = p.id
               and m.team_id is null)
    or ((exists (select 1 from feed_mention m where m.user_id = %(user)s and m.told and m.post_id = p.id)
         or p.record_type = any(select unnest(s.types) from feed_standing s where s.user_id = %(user)s))
        and not exists (select 1 from feed_follow f where f.user_id = %(user)s and f.muted
                        and f.record_type = p.record_type and f.record_id = p.record_id)))
  and not exists (select 1 from feed_readmark r where r.user_id = %(user)s and r.upto >= p.id
                  and r.record_type = p.record_type and r.record_id = p.record_id)
order by p.id desc limit %(most)s
"""


def unread_count(user: User) -> int | str | None:
    """What the rail shows: a number, "99+", or None for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, {"user": user.pk, "most": BATCH * 3})
        refs: list[Ref] = cursor.fetchall()
    records = seen(user, set(refs)) if refs else {}
    count = sum(ref in records for ref in refs)
    return f"{COUNT_TO}+" if count > COUNT_TO else count or None


_POST = Q(kind=Kind.POST)


def _standing_only(rows: QuerySet[Post]) -> QuerySet[Post]:
    """Without what was withdrawn and nobody answered."""
    return rows.filter(Q(withdrawn_at=None) | Q(comment_count__gt=0))


def unread(user: User, standing: Standing) -> QuerySet[Post]:
    """Posts and comments of others in the user's stream that are not read, before anything falls out that the user may
    not see: the caller asks `seen`."""
    read = ReadMark.objects.filter(
        user=user, record_type=OuterRef("record_type"), record_id=OuterRef("record_id"), upto__gte=OuterRef("pk")
    )
    rows = Post.objects.filter(_POST, pk__gt=standing.read_upto, withdrawn_at=None).exclude(author=user)
    return rows.filter(_relevant(user, standing, "post")).filter(~Exists(read))


def _relevant(user: User, standing: Standing, through: str) -> Q:
    """What belongs in the user's stream: followed records, calls by name; and, but on muted records, calls to their
    team and everything of the types they chose."""
    wide = Q(_mentions(user, through))
    if standing.types:
        wide |= Q(record_type__in=standing.types)
    by_name = Q(_mentions(user, through, team__isnull=True))
    return Q(_follows(user, muted=False)) | by_name | (wide & ~Q(_follows(user, muted=True)))


def _follows(user: User, *, muted: bool) -> Q:
    return Q(_of_record(Follow, user=user, muted=muted))


def _of_record(model: type[Model], **more: Any) -> Exists:
    rows: Any = model._default_manager
    return Exists(rows.filter(record_type=OuterRef("record_type"), record_id=OuterRef("record_id"), **more))


def _mentions(user: User, through: str, **more: Any) -> Exists:
    return Exists(Mention.objects.filter(user=user, told=True, **{through: OuterRef("pk")}, **more))


def _page(user: User, threads: QuerySet[Post], standing: Standing, *, before: int | None, most: int) -> Page:
    found, records, cursor = _look(user, threads, before=before, most=most)
    new = unread(user, standing).filter(Q(pk__in=[p.pk for p in found]) | Q(parent__in=[p.pk for p in found]))
    with as_read_by(user):
        shown = show(user, found, of=records, new=new.values_list("id", flat=True))
    return Page(shown, cursor, found[0].latest if found else 0)


def _look(
    user: User, threads: QuerySet[Post], *, before: int | None, most: int
) -> tuple[list[Post], dict[Ref, Any], int | None]:
    """The next threads that the user may see, their records, and where to go on."""
    found: list[Post] = []
    records: dict[Ref, Any] = {}
    looked_at = 0
    while looked_at < MOST_LOOKED_AT:
        rows = threads if before is None else threads.filter(latest__lt=before)
        batch = list(rows.order_by("-latest")[:BATCH])
        records |= seen(user, {(row.record_type, row.record_id) for row in batch} - records.keys())
        for row in batch:
            if (row.record_type, row.record_id) not in records or not _tells(user, row):
                continue
            if len(found) == most:
                return found, records, found[-1].latest
            found.append(row)
        if len(batch) < BATCH:
            return found, records, None
        before = batch[-1].latest
        looked_at += len(batch)
    return found, records, before


def _tells(user: User, row: Post) -> bool:
    return row.kind == Kind.POST or not set(row.fields).isdisjoint(shown_fields(user, row.record_type))


def comments_of(user: User, top: Post, *, before: int | None = None, most: int = 100) -> tuple[list[Shown], int | None]:
    """A thread's comments, oldest first, the newest `most`; and the id before which earlier ones are."""
    rows = Post.objects.filter(parent=top, withdrawn_at=None).select_related("author")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found: Sequence[Post] = list(rows.order_by("-id")[: most + 1])
    earlier = found[most - 1].pk if len(found) > most else None
    with as_read_by(user):
        return show(user, list(reversed(found[:most])), new=new_on(user, (top.record_type, top.record_id))), earlier
