"""Opening a person's page: kept in the trail, counted against the limit of a shift."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hustings.foundation.core.guard import current, unveiled
from hustings.foundation.core.models import Record

from ..grants import grants_of
from ..looking import look_of
from ..models import Alert, AuditEntry, User
from ..queries.shifts import SHIFT, opened_in_shift
from .watching import raise_alert, watch_reading

Row = TypeVar("Row", bound=Record)


class ShiftOver(PermissionDenied):
    """Someone has opened as many people in this shift as their roles allow; nothing of this one was shown."""

    def __init__(self, limit: int) -> None:
        said = _(
            "You have opened %(n)s people in eight hours, which is what your role allows in a shift. This page was not"
            " opened. Your lead has been told and can help; people you have opened today stay open to you."
        )
        super().__init__(said % {"n": limit})
        self.limit = limit


def note_visit(*, user: User, record_type: str, record: Record, is_part: bool = False, now: datetime) -> None:
    """This user opens the page of this record. Raises ShiftOver, and tells the lead, when it is one person more than a
    role of theirs allows in a shift; then the page must show nothing. What was opened in the shift opens again.
    `is_part`: a part of the page, a form of it, something sent to it: counted the same, kept only when the page itself
    was not opened before."""
    limit = grants_of(user).people_a_shift
    if is_part and (limit is None or _was_opened(user, record.pk, now)):
        return
    reader = current()
    looks = reader is not None and reader.read_only
    with unveiled():
        with transaction.atomic():
            if limit is not None and not looks:
                # One at a time, or many pages opened at once would all find room.
                User.objects.select_for_update(no_key=True).get(pk=user.pk)
            over = limit is not None and not looks and _is_over(user, record.pk, limit, now)
            detail: dict[str, Any] = {"refused": True} if over else _as_whom(user)
            AuditEntry.objects.create(
                at=now,
                actor_id=user.pk,
                action="person.refused" if over else "person.seen",
                record_type=record_type,
                record_uid=record.uid,
                record_id=record.pk,
                detail=detail,
            )
            if over and limit is not None:
                numbers: dict[str, object] = {"people": limit, "limit": limit, "reason": "shift"}
                raise_alert(user=user, kind=Alert.Kind.SHIFT, numbers=numbers, since=now, now=now)
        if over and limit is not None:
            raise ShiftOver(limit)
        watch_reading(user_id=user.pk, seen=[(record_type, record.pk)], now=now)


def note_visits(*, user: User, record_type: str, records: Sequence[Record], now: datetime) -> None:
    """These records are told whole, without their pages (the API): for whom a shift is limited each counts as opened.
    Raises ShiftOver, and tells the lead, when they are more than are left; then nothing of any may be told."""
    limit, reader = grants_of(user).people_a_shift, current()
    if limit is None or not records or (reader is not None and reader.read_only):
        return
    with unveiled():
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=user.pk)
            opened = opened_in_shift(user, now)
            new = [one for one in records if one.pk not in opened]
            over = len(opened) + len(new) > limit
            if over:  # one line, however many were asked for
                AuditEntry.objects.create(
                    at=now, actor_id=user.pk, action="person.refused", record_type=record_type,
                    detail={"refused": True, "people": len(new)},
                )  # fmt: skip
            else:
                AuditEntry.objects.bulk_create(
                    AuditEntry(
                        at=now, actor_id=user.pk, action="person.seen", record_type=record_type, record_uid=one.uid,
                        record_id=one.pk,
                    )
                    for one in new
                )  # fmt: skip
            if over:
                numbers: dict[str, object] = {"people": limit, "limit": limit, "reason": "shift"}
                raise_alert(user=user, kind=Alert.Kind.SHIFT, numbers=numbers, since=now, now=now)
        if over:
            raise ShiftOver(limit)
        watch_reading(user_id=user.pk, seen=[(record_type, one.pk) for one in new], now=now)


def open_all(*, user: User, record_type: str, rows: QuerySet[Row], now: datetime) -> Sequence[Row] | None:
    """All of these are about to leave in a file: for whom a shift is limited each counts as opened, before the first of
    them is told. What is to leave, then; None: the rows as they are, without a limit. Raises ShiftOver."""
    limit = grants_of(user).people_a_shift
    if limit is None:
        return None
    found = list(rows[: limit + 1])
    note_visits(user=user, record_type=record_type, records=found, now=now)
    return found if len(found) <= limit else None


def _was_opened(user: User, record_id: int, now: datetime) -> bool:
    lines = AuditEntry.objects.filter(actor_id=user.pk, at__gt=now - SHIFT, action="person.seen", record_id=record_id)
    return lines.exists()


def _as_whom(user: User) -> dict[str, Any]:
    look = look_of(user)
    return {"looking_as": list(look.roles)} if look else {}


def _is_over(user: User, record_id: int, limit: int, now: datetime) -> bool:
    opened = opened_in_shift(user, now)
    return record_id not in opened and len(opened) >= limit
