"""Searches that found nothing, or whose answers nobody opened: what is to be written next."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet, Sum

from ..models import Phrase, PhraseDone, Reason

LEAST_OPENED = 0.15  # of the searches; fewer, and what was found did not look like an answer
LEAST_SEARCHES = 5


@dataclass(frozen=True)
class Wanted:
    words: str
    language: str
    searches: int
    empty: int
    opened: int

    @property
    def found_nothing(self) -> bool:
        return self.empty * 2 >= self.searches


def wanted(*, today: date, days: int = 28, most: int = 200) -> list[Wanted]:
    """The searches of the last days that nobody dealt with since, the most frequent first."""
    done = set(PhraseDone.objects.values_list("words", "language"))
    rows = (
        Phrase.objects.filter(day__gt=today - timedelta(days=days))
        .values("words", "language")
        .annotate(searches=Sum("count"), nothing=Sum("empty"), clicks=Sum("opened"))
        .filter(
            Q(nothing__gt=0, nothing__gte=F("searches") / 2)
            | Q(searches__gte=LEAST_SEARCHES, clicks__lt=F("searches") * LEAST_OPENED)
        )
        .order_by("-searches", "words")[: most + len(done)]
    )
    found = [Wanted(row["words"], row["language"], row["searches"], row["nothing"], row["clicks"]) for row in rows]
    return [one for one in found if (one.words, one.language) not in done][:most]


def reasons_of(subject: str) -> QuerySet[Reason]:
    """Why an answer did not help, newest first."""
    return Reason.objects.filter(subject=subject).order_by("-at", "-id")
