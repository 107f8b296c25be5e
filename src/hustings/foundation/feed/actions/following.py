"""Following, muting, reading, and what somebody wants of the feed."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Max

from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action

from ..models import Follow, Post, Standing
from ..queries.seen import may_see, seen_types
from ..schedule import next_digest

FOLLOW, MUTE, NEITHER = "follow", "mute", ""
_READ = """
insert into feed_readmark (user_id, record_type, record_id, upto) values (%s, %s, %s, %s)
on conflict (user_id, record_type, record_id) do update set upto = excluded.upto
where feed_readmark.upto < excluded.upto
"""


@action
def set_follow(*, actor: User, record_type: str, record: Any, state: str) -> None:
    """Follow the record, mute it, or neither. Raises PermissionDenied for a record the actor may not see, but leaving
    is always possible."""
    if state not in (FOLLOW, MUTE, NEITHER):
        raise ValueError(f"{state!r} is neither follow, mute nor empty")
    if state == NEITHER:
        Follow.objects.filter(user=actor, record_type=record_type, record_id=record.pk).delete()
    else:
        if not may_see(actor, (record_type, record.pk)):
            raise PermissionDenied
        Follow.objects.update_or_create(
            user=actor,
            record_type=record_type,
            record_id=record.pk,
            defaults={"record_uid": record.uid, "muted": state == MUTE},
        )
    live.publish(f"user:{actor.pk}")


@action
def mark_read(*, actor: User, record_type: str, record_id: int, upto: int) -> None:
    """The actor has had this record's feed before them, up to this post. What came since stays new."""
    newest = Post.objects.filter(record_type=record_type, record_id=record_id).aggregate(Max("id"))["id__max"] or 0
    with connection.cursor() as cursor:
        cursor.execute(_READ, [actor.pk, record_type, record_id, min(upto, newest)])
        if cursor.rowcount:
            live.publish(f"user:{actor.pk}")


@action
def mark_all_read(*, actor: User, upto: int) -> None:
    """Everything up to this post is read."""
    newest = Post.objects.aggregate(Max("id"))["id__max"] or 0
    row, _made = Standing.objects.get_or_create(user=actor)
    Standing.objects.filter(pk=row.pk).update(read_upto=max(row.read_upto, min(upto, newest)))
    live.publish(f"user:{actor.pk}")


@action
def change_standing(*, actor: User, now: datetime, **wishes: Any) -> Standing:
    """What somebody wants: `digest`, `hour`, `weekday`, `changes`, `types` (only those they may see are kept)."""
    if unknown := set(wishes) - {"digest", "hour", "weekday", "changes", "types"}:
        raise ValueError(f"not a wish about the feed: {sorted(unknown)}")
    row, _made = Standing.objects.get_or_create(user=actor)
    row = Standing.objects.select_for_update().get(pk=row.pk)
    if "types" in wishes:
        visible = {one.name for one in seen_types(actor)}
        wishes["types"] = [name for name in wishes["types"] if name in visible]
    for name, value in wishes.items():
        setattr(row, name, value)
    row.next_digest_at = next_digest(
        row.digest, hour=row.hour, weekday=row.weekday, zone=actor.time_zone, after=now
    )  # fmt: skip
    row.save()
    live.publish(f"user:{actor.pk}")
    return row
