"""The sample campaign's Answer Center put before the public, and three weeks of visits to it.

The visits are made as counts, since counts are all that is ever kept: who comes from where, what they read after what,
what they search for and whether it helped. Chance is seeded. Two pairs of questions are read together on purpose, and
one question rises in the last day, so that the pages have something true to show.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from hustings.constituents.insight.actions.counting import HourKey, Key, PairKey, PhraseKey, TallyKey, write_counts
from hustings.constituents.insight.actions.standing import refresh_standings
from hustings.constituents.insight.models import Kind, Tally
from hustings.constituents.insight.queries.places import Region, region_of_zip
from hustings.foundation.access.models import Role, Team, User
from hustings.foundation.geography.models import Zip
from hustings.service.answers.actions.filling import Piece, bring_in, make_categories
from hustings.service.answers.actions.wording import Cited, Words
from hustings.service.answers.models import Article, Synonym
from hustings.service.answers.public.words import write_words

from .answer_center import load

DAYS, A_DAY = 22, 900
WEIGHTS = {
    "OH": 16,
    "PA": 14,
    "MI": 12,
    "WI": 9,
    "AZ": 8,
    "GA": 9,
    "NV": 6,
    "NC": 9,
    "FL": 7,
    "TX": 5,
    "CA": 3,
    "NY": 2,
}
SYNONYMS = {
    "en": [
        ["mail ballot", "absentee ballot", "vote by mail", "mail-in ballot"],
        ["polling place", "poll", "voting place", "polling station"],
        ["register", "sign up to vote", "registration"],
        ["donate", "give", "contribute", "gift"],
        ["ride", "lift", "drive me"],
        ["yard sign", "lawn sign"],
    ],
    "es": [
        ["boleta por correo", "voto por correo", "voto ausente"],
        ["casilla", "lugar de votación", "centro de votación"],
    ],
}
IN_VAIN = ("bring my dog to vote", "signed photo of the governor", "parking at the courthouse", "refund for a t-shirt")
IN_VAIN_ES = ("votar desde méxico", "llevar a mi perro")


def open_answer_center(*, end: datetime, seed: int) -> None:
    """Its questions, then the visits; each only when it is not there yet."""
    _bring_in_questions(end)
    if not Tally.objects.exists():
        write_counts(dict(Visits(end, seed).counts()))
    write_words()
    refresh_standings(now=end)


def _bring_in_questions(end: datetime) -> None:
    told = load()
    make_categories(
        (one["slug"], {key: value for key, value in one.items() if key != "slug"}) for one in told["categories"]
    )
    administrator = User.objects.filter(roles__contains=[Role.ADMINISTRATOR]).order_by("id").first()
    if administrator is None:
        raise RuntimeError("the sample campaign has no administrator yet")
    chance = Random(f"{end.date()}answers")
    pieces = [
        _piece(one, number, end - timedelta(days=9 + chance.random() * 30))
        for number, one in enumerate(told["articles"])
    ]
    bring_in(approver=administrator, pieces=pieces, team=Team.objects.order_by("id").first(), now=end)
    if not Synonym.objects.exists():
        Synonym.objects.bulk_create(
            Synonym(language=code, words=one) for code, sets in SYNONYMS.items() for one in sets
        )


def _piece(one: dict[str, Any], number: int, at: datetime) -> Piece:
    steps = one.get("steps") or {}
    texts = [
        Words(code, body, title="" if code == "en" else one["question"].get(code, ""), steps=tuple(steps.get(code, ())))
        for code, body in one["answer"].items()
    ]
    for state, by in (one.get("states") or {}).items():
        texts += [
            Words(code, body, state, "" if code == "en" else one["question"].get(code, "")) for code, body in by.items()
        ]
    source = one.get("source") or {}
    official = bool(source.get("official", one["voting"]))
    sources = [Cited(source["title"], source["url"], at + timedelta(days=5), official)] if source else []
    return Piece(
        slug=one["slug"],
        title=one["question"]["en"],
        texts=texts,
        category=one["category"],
        voting=bool(one["voting"]) and bool(sources) and official,
        sources=sources,
        approved_at=at,
        is_first=number == 0,
        pinned_until=at + timedelta(days=90) if number == 3 else None,
    )


class Visits:
    """Three weeks of readers, as counts."""

    def __init__(self, end: datetime, seed: int) -> None:
        self._end = end.astimezone(UTC)
        self._chance = Random(seed)
        found = Article.objects.filter(is_public=True).select_related("category").order_by("id")
        self._articles = [(str(one.uid), one.category.slug if one.category else "", one.title) for one in found]
        self._counts: Counter[Key] = Counter()
        weights = [1 / (rank + 2) ** 0.85 for rank in range(len(self._articles))]
        self._chance.shuffle(weights)
        self._sums = list(accumulate(weights))
        self._near = self._groups()
        self._places = {state: self._regions(state) for state in WEIGHTS}

    def counts(self) -> Counter[Key]:
        if len(self._articles) < 12:
            return self._counts
        states, weights = list(WEIGHTS), list(WEIGHTS.values())
        for day in range(DAYS):
            start = self._end - timedelta(days=DAYS - day)
            for _ in range(int(A_DAY * (0.7 + 0.6 * day / DAYS))):
                at = start + timedelta(seconds=self._chance.random() * 86_400)
                self._visit(at, self._chance.choices(states, weights)[0], day)
        return self._counts

    def _groups(self) -> dict[int, list[int]]:
        by: dict[str, list[int]] = {}
        for index, (_uid, category, _title) in enumerate(self._articles):
            by.setdefault(category, []).append(index)
        return {index: group for group in by.values() for index in group}

    def _regions(self, state: str) -> list[Region]:
        codes = Zip.objects.filter(state_id=state).order_by("-population").values_list("code", flat=True)[:12]
        return [region_of_zip(code) for code in codes] or [Region(state)]

    def _visit(self, at: datetime, state: str, day: int) -> None:
        chance, hour = self._chance, at.replace(minute=0, second=0, microsecond=0)
        language = "es" if chance.random() < 0.14 else "en"
        regions = self._places[state]
        place = regions[min(int(chance.expovariate(0.5)), len(regions) - 1)]
        where = (place.state_code, place.county_fips, place.market, place.zip)
        read = self._reads(day)
        self._counts[TallyKey(at.date(), Kind.READ)] += 1
        if chance.random() < 0.35:
            self._search(at, language, where, read)
        for order, index in enumerate(read):
            uid, topic, _title = self._articles[index]
            self._counts[TallyKey(at.date(), Kind.VIEW, uid, topic, language, *where)] += 1
            self._counts[HourKey(hour, Kind.VIEW, uid)] += 1
            self._counts[TallyKey(at.date(), Kind.READ, uid, topic, language)] += 1
            self._counts[HourKey(hour, Kind.READ, uid)] += 1
            for other in read[:order]:
                self._counts[PairKey(at.date(), *sorted((uid, self._articles[other][0])))] += 1
            if chance.random() < 0.11:
                kind = chance.choices(
                    (Kind.HELPED, Kind.PARTLY, Kind.UNHELPED), (78 - index % 9 * 3, 12, 10 + index % 7)
                )[0]
                self._counts[TallyKey(at.date(), kind, uid, topic, language, *where)] += 1
        if chance.random() < 0.06:
            self._counts[TallyKey(at.date(), Kind.AGAIN, self._articles[read[-1]][0])] += 1

    def _reads(self, day: int) -> list[int]:
        chance, total = self._chance, len(self._articles)
        first = chance.choices(range(total), cum_weights=self._sums)[0]
        if day == DAYS - 1 and chance.random() < 0.12:
            first = 7  # what the news of the last day made everybody ask
        read = [first]
        if first in (0, 4) and chance.random() < 0.45:
            read.append(first + 1)  # read together on purpose
        while len(read) < 6 and chance.random() < 0.38:
            group = self._near[read[-1]] if chance.random() < 0.7 else range(total)
            index = chance.choice(group)
            if index not in read:
                read.append(index)
        return read

    def _search(self, at: datetime, language: str, where: tuple[str, str, str, str], read: list[int]) -> None:
        chance, vain = self._chance, self._chance.random() < 0.07
        if vain:
            words = chance.choice(IN_VAIN if language == "en" else IN_VAIN_ES)
        else:
            title = self._articles[read[0]][2].casefold()
            words = " ".join(word.strip("?,.!’'") for word in title.split()[:5])
        topic = "" if vain else self._articles[read[0]][1]
        key = PhraseKey(at.date(), words[:120], language, where[0], "count")
        self._counts[key] += 1
        self._counts[key._replace(column="empty" if vain else "opened")] += 1
        self._counts[TallyKey(at.date(), Kind.SEARCH, "", topic, language, *where)] += 1
