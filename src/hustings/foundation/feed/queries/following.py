"""Who follows what."""

from collections.abc import Iterable
from dataclasses import dataclass

from hustings.foundation.access.models import User
from hustings.foundation.core.records import RecordType

from ..models import Follow, ReadMark, Standing
from .seen import Ref, as_read_by, seen, seen_types
from .showing import Named, named


@dataclass(frozen=True, slots=True)
class Followed:
    """A record in the list of what somebody follows."""

    record: Named
    muted: bool


def standing_of(user: User) -> Standing:
    """What the user wants of the feed; the defaults where they never said."""
    return Standing.objects.filter(user=user).first() or Standing(user=user)


def state_of(user: User, ref: Ref) -> str:
    """follow, mute, or "" for neither."""
    rows = Follow.objects.filter(user=user, record_type=ref[0], record_id=ref[1])
    muted = rows.values_list("muted", flat=True).first()
    return "" if muted is None else "mute" if muted else "follow"


def read_upto(user: User, ref: Ref) -> int:
    """The id of the newest post of this record that the user has had before them."""
    mark = ReadMark.objects.filter(user=user, record_type=ref[0], record_id=ref[1])
    return mark.values_list("upto", flat=True).first() or 0


def followed(user: User, *, most: int = 200) -> list[Followed]:
    """The records they follow or have muted and may see, the latest first."""
    rows = list(Follow.objects.filter(user=user).order_by("-id")[:most])
    with as_read_by(user):
        records = seen(user, ((row.record_type, row.record_id) for row in rows))
        return [
            Followed(named(row.record_type, records[row.record_type, row.record_id]), row.muted)
            for row in rows
            if (row.record_type, row.record_id) in records
        ]


def types_to_follow(user: User) -> list[RecordType]:
    """The types all of whose records somebody may follow at once: those they may see."""
    return sorted(seen_types(user), key=lambda one: str(one.plural))


def followers(ref: Ref, *, most: int = 500) -> Iterable[User]:
    """Those who work here and follow the record; whether they may see it is asked by the caller."""
    ids = Follow.objects.filter(record_type=ref[0], record_id=ref[1], muted=False).values("user_id")
    return User.objects.filter(pk__in=ids, is_active=True).order_by("id")[:most]


def type_followers(ref: Ref, *, most: int = 500) -> Iterable[User]:
    """The same for those who follow every record of the type and have not muted this one."""
    muted = Follow.objects.filter(record_type=ref[0], record_id=ref[1]).values("user_id")
    ids = Standing.objects.filter(types__contains=[ref[0]]).exclude(user_id__in=muted).values("user_id")
    return User.objects.filter(pk__in=ids, is_active=True).order_by("id")[:most]
