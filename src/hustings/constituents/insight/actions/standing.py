"""Working out, from the counts, what is popular, what is rising, and what is read together.

**Popular** is what solves questions. For each of the last 28 days, with half of its weight gone every seven days:

    solved = helped + partly/2 - unhelped/2 + cited + (reads - again) / 10, at least 0

where helped + partly is never taken as more than the reads of that day: nobody is helped by what they have not read.
Reads and votes count a few times a day from one network (rules.READS_OF_ONE, VOTES_OF_ONE), so stuffing from one
place moves nothing.

**Rising** compares the reads of the last 24 hours, n, with the mean of the seven days before, m. Counts that come by
chance are Poisson, with the square root of m as their spread: rising is what has n >= 10, n >= 2 m and
(n - m) / sqrt(m + 1) >= 4.

**Read together**: of N visits, a read the one and b the other; chance alone would have E = a b / N read both. The lift
is n / E; with the Gamma prior of DuMouchel ("Bayesian data mining in large frequency tables", The American
Statistician 53, 1999) of weight K it is held back where there is little to go by: (n + K) / (E + K). It takes n >= 5
visits and a lift of 1.3. Of those the most shared come first, by share times the logarithm of the lift.
"""

import math
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum

from ..models import Hour, Kin, Kind, Pair, Standing, Tally

DAYS, HALF_LIFE = 28, 7.0
LEAST_RISING, TIMES, SPREADS = 10, 2.0, 4.0
LEAST_TOGETHER, LEAST_LIFT, PRIOR = 5, 1.3, 2.0
MOST_KIN = 6
COUNTED = (Kind.VIEW, Kind.READ, Kind.HELPED, Kind.PARTLY, Kind.UNHELPED, Kind.CITED, Kind.AGAIN)


def refresh_standings(*, now: datetime) -> None:
    """Write anew what is popular, rising and read together. Cheap: it reads counters, not views."""
    with transaction.atomic():
        standings = _standings(now)
        Standing.objects.all().delete()
        Standing.objects.bulk_create(standings, batch_size=2000)
        kin = _kin(now)
        Kin.objects.all().delete()
        Kin.objects.bulk_create(kin, batch_size=2000)


def solved(day: dict[str, int]) -> float:
    """What one day's counts of one subject say it solved (see above)."""
    reads = day.get(Kind.READ, 0)
    voted = min(day.get(Kind.HELPED, 0) + day.get(Kind.PARTLY, 0) / 2, reads)
    quiet = max(reads - day.get(Kind.AGAIN, 0), 0)
    return max(voted - day.get(Kind.UNHELPED, 0) / 2 + day.get(Kind.CITED, 0) + quiet / 10, 0.0)


def is_rising(last: int, usual: float) -> float:
    """How many times as often as usual; 0.0 when chance may have done it."""
    if last < LEAST_RISING or last < TIMES * usual or (last - usual) / math.sqrt(usual + 1) < SPREADS:
        return 0.0
    return last / max(usual, 1.0)


def lift(together: int, first: int, second: int, visits: int) -> float:
    """How much more often than by chance, held back where there is little to go by."""
    expected = first * second / visits if visits else 0.0
    return (together + PRIOR) / (expected + PRIOR)


def _standings(now: datetime) -> list[Standing]:
    today = now.date()
    rows = (
        Tally.objects.filter(day__gt=today - timedelta(days=DAYS), kind__in=COUNTED)
        .exclude(subject="")
        .values_list("subject", "day", "kind")
        .annotate(n=Sum("count"))
    )
    days: dict[str, dict[Any, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for subject, day, kind, count in rows.iterator():
        days[subject][day][kind] = count
    rising = _rising(now)
    found = []
    for subject, by_day in days.items():
        of_kind = {kind: sum(day.get(kind, 0) for day in by_day.values()) for kind in COUNTED}
        score = sum(solved(counts) * 0.5 ** ((today - day).days / HALF_LIFE) for day, counts in by_day.items())
        helped = min(of_kind[Kind.HELPED], of_kind[Kind.READ])
        found.append(
            Standing(
                subject=subject,
                score=score,
                helped=helped + of_kind[Kind.CITED],
                voted=of_kind[Kind.HELPED] + of_kind[Kind.PARTLY] + of_kind[Kind.UNHELPED],
                views=of_kind[Kind.VIEW],
                rising=rising.get(subject, 0.0),
            )
        )
    return found


def _rising(now: datetime) -> dict[str, float]:
    day_ago = now - timedelta(days=1)
    reads = Hour.objects.filter(kind=Kind.READ).exclude(subject="")

    def sums(**within: datetime) -> dict[str, int]:
        return dict(reads.filter(**within).values_list("subject").annotate(n=Sum("count")))

    last = sums(hour__gt=day_ago, hour__lte=now)
    before = sums(hour__gt=now - timedelta(days=8), hour__lte=day_ago)
    return {subject: is_rising(count, before.get(subject, 0) / 7) for subject, count in last.items()}


def _kin(now: datetime) -> list[Kin]:
    since = now.date() - timedelta(days=DAYS)
    reads: dict[str, int] = dict(
        Tally.objects.filter(day__gt=since, kind=Kind.READ).values_list("subject").annotate(n=Sum("count"))
    )
    visits = reads.pop("", 0)
    pairs = Pair.objects.filter(day__gt=since).values_list("first", "second").annotate(n=Sum("count"))
    near: dict[str, list[Kin]] = defaultdict(list)
    for first, second, together in pairs.filter(n__gte=LEAST_TOGETHER).iterator():
        over = lift(together, reads.get(first, 0), reads.get(second, 0), visits)
        if over < LEAST_LIFT:
            continue
        for one, other in ((first, second), (second, first)):
            share = min(together / max(reads.get(one, 0), together), 1.0)
            near[one].append(Kin(subject=one, other=other, share=share, lift=over))
    return [
        kin
        for kins in near.values()
        for kin in sorted(kins, key=lambda kin: (-kin.share * math.log(kin.lift), kin.other))[:MOST_KIN]
    ]
