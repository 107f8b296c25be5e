"""Reading is watched while it happens. What it costs where nothing is unusual: for a record not seen before in this
hour by this process, one count over somebody's own lines of the last hour and one row kept."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Q

from hustings.foundation.core import live
from hustings.foundation.core.guard import unveiled

from .. import unusual
from ..grants import grants_of_roles
from ..models import Alert, AuditEntry, HourOfReading, User, Watch
from ..queries.alerts import watchers_of
from ..unusual import Verdict

READINGS = ("read", "person.seen")
DAYS = timedelta(days=14)
SPELL = timedelta(hours=1)  # this long without unusual reading ends a spell of it
MOST_HOURS = 2_000  # of colleagues, the latest
MOST_KNOWN = 20_000
_known: OrderedDict[tuple[int, datetime, str, int], None] = OrderedDict()


def watch_reading(*, user_id: int, seen: Iterable[tuple[str, int]], now: datetime) -> None:
    """These records (type and id) were just opened, or read something sensitive of, and are in the audit already.
    An unusual hour raises an alert."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if not _note_new(user_id, hour, seen):
        return
    with unveiled(), transaction.atomic():
        people, this_hour = _people(user_id, hour, now)
        _keep_hour(user_id, hour, this_hour)
        if people < min(unusual.FLOOR, people_an_hour()):
            return
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        if verdict := _judged(user, people, now):
            raise_alert(user=user, kind=Alert.Kind.READING, numbers=_told(verdict), since=hour, now=now)


def _note_new(user_id: int, hour: datetime, seen: Iterable[tuple[str, int]]) -> bool:
    """Whether any of them is new to this process in this hour."""
    new = [key for record, pk in seen if (key := (user_id, hour, record, pk)) not in _known]
    _known.update(dict.fromkeys(new))
    while len(_known) > MOST_KNOWN:
        _known.popitem(last=False)
    return bool(new)


def _people(user_id: int, hour: datetime, now: datetime) -> tuple[int, int]:
    """How many different records this user has read in the last sixty minutes, and since the clock's hour began."""
    since = now - timedelta(hours=1)
    lines = AuditEntry.objects.filter(actor_id=user_id, at__gte=since, at__lte=now, action__in=READINGS)
    counted = lines.exclude(record_id=None).aggregate(
        people=Count("record_id", distinct=True),
        this_hour=Count("record_id", distinct=True, filter=Q(at__gte=hour)),
    )
    return int(counted["people"]), int(counted["this_hour"])


def _keep_hour(user_id: int, hour: datetime, people: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_hourofreading (user_id, hour, people) values (%s, %s, %s)"
            " on conflict (user_id, hour) do update"
            " set people = greatest(excluded.people, access_hourofreading.people)",
            [user_id, hour, people],
        )


def people_an_hour() -> int:
    """The campaign's fixed number."""
    watch = Watch.objects.first()
    return watch.people_an_hour if watch else Watch._meta.get_field("people_an_hour").default


def _judged(user: User, people: int, now: datetime) -> Verdict | None:
    grants = grants_of_roles(tuple(user.roles))
    limit = None if grants.can("lead") else people_an_hour()
    hour = now.replace(minute=0, second=0, microsecond=0)
    past = HourOfReading.objects.filter(hour__gte=now - DAYS, hour__lt=hour)
    own = past.filter(user=user).values_list("people", flat=True)
    others = past.filter(user__roles__overlap=user.roles).exclude(user=user).order_by("-hour")
    colleagues = others.values_list("people", flat=True)[:MOST_HOURS]
    return unusual.judge(people, own=list(own), colleagues=list(colleagues), limit=limit)


def _told(verdict: Verdict) -> dict[str, object]:
    return {
        "people": verdict.people,
        "reason": verdict.reason,
        "own": verdict.own,
        "colleagues": verdict.colleagues,
        "limit": verdict.limit,
    }


def raise_alert(*, user: User, kind: str, numbers: dict[str, object], since: datetime, now: datetime) -> Alert:
    """One alert for a person and spell: while it goes on, its numbers grow. Closed, it rises again only when the
    reading has doubled since."""
    last = Alert.objects.filter(user=user, kind=kind, last_at__gt=now - SPELL).order_by("-last_at").first()
    people = int(str(numbers["people"]))
    if last is not None and (last.state != Alert.State.CLOSED or people < 2 * int(last.numbers["people"])):
        if last.state != Alert.State.CLOSED:
            last.numbers = {**last.numbers, "people": max(people, int(last.numbers["people"]))}
        last.last_at = now
        last.save(update_fields=["numbers", "last_at"])
        return last
    alert = Alert.objects.create(user=user, kind=kind, since=since, last_at=now, numbers=numbers)
    live.publish([f"{topic}:{pk}" for pk in watchers_of(user) for topic in ("alerts", "user")])
    return alert
