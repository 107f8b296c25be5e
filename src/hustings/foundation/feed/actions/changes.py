"""What of a record's changes its feed tells."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live, records
from hustings.foundation.core.guard import action
from hustings.foundation.core.records import RecordChanged

from ..models import ChangeLine, Post, TrackedFields
from ..models.posts import Kind
from ..queries.changes import fields_by_name, tracked
from ..rules import chooses_fields
from .posts import topic_of


@action
def keep_change(*, event: RecordChanged) -> Post | None:
    """The fields that are told, as a change in the record's feed: in the transaction that changed them. None when none
    of them is; a record's making is told by no line."""
    if event.is_new or event.is_deleted or not event.changes:
        return None
    told = [name for name in tracked(event.record) if name in event.changes]
    lines = [(name, *event.changes[name]) for name in told]
    lines = [(name, old, new) for name, old, new in lines if old != new]
    if not lines:
        return None
    post = Post.objects.create(
        kind=Kind.CHANGE,
        record_type=event.record,
        record_id=event.id,
        record_uid=event.uid,
        author_id=event.actor_id,
        fields=[name for name, _old, _new in lines],
        at=event.at,
    )
    Post.objects.filter(pk=post.pk).update(latest=post.pk)
    ChangeLine.objects.bulk_create(ChangeLine(post=post, field=name, old=old, new=new) for name, old, new in lines)
    live.publish(topic_of(post))
    return post


@action
def set_tracked(*, actor: User, record_type: str, fields: Iterable[str], now: datetime) -> None:
    """From now on the feeds of this type tell changes of these fields. Raises PermissionDenied, and ValueError for a
    type or field that there is not."""
    if not chooses_fields(actor):
        raise PermissionDenied
    if records.get(record_type) is None:
        raise ValueError(f"there is no record type {record_type!r}")
    known = fields_by_name(record_type)
    wanted = list(dict.fromkeys(fields))
    if unknown := [name for name in wanted if name not in known]:
        raise ValueError(f"{record_type} has no fields {unknown}")
    TrackedFields.objects.update_or_create(record_type=record_type, defaults={"fields": wanted})
    record_audit(
        actor=actor, action="feed.tracked", record_type=record_type, detail={"fields": sorted(wanted)}, now=now
    )
