"""Search over posts and comments: their words, English and Spanish stems, quotes, "or" and minus as on the web. Values
that were changed are not searched, so nothing of a hidden field is found."""

from django.contrib.postgres.search import SearchQuery

from hustings.foundation.access.models import User
from hustings.foundation.core.texts import storable

from ..models import Post
from ..models.posts import Kind
from .seen import as_read_by, seen
from .showing import Shown, show

BATCH = 200
MOST_LOOKED_AT = 2_000


def search(user: User, words: str, *, before: int | None = None, most: int = 20) -> tuple[list[Shown], int | None]:
    """Posts and comments with these words on records that the user may see, newest first; and where to go on."""
    words = storable(words).strip()[:200]
    if not words:
        return [], None
    query = SearchQuery(words, config="english", search_type="websearch")
    query |= SearchQuery(words, config="spanish", search_type="websearch")
    rows = Post.objects.filter(search=query, kind=Kind.POST, withdrawn_at=None).select_related("author")
    found: list[Post] = []
    records: dict[tuple[str, int], object] = {}
    looked_at, cursor = 0, before
    while looked_at < MOST_LOOKED_AT and len(found) <= most:
        batch = list((rows.filter(pk__lt=cursor) if cursor is not None else rows).order_by("-id")[:BATCH])
        records |= seen(user, {(row.record_type, row.record_id) for row in batch} - records.keys())
        found += [row for row in batch if (row.record_type, row.record_id) in records]
        looked_at += len(batch)
        cursor = batch[-1].pk if batch else None
        if len(batch) < BATCH:
            cursor = None
            break
    more = found[most - 1].pk if len(found) > most else cursor
    with as_read_by(user):
        return show(user, found[:most], of=records, comments=0), more
