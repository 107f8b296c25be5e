"""The list of rules, and their log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from hustings.foundation.access.models import User
from hustings.foundation.access.rules import administers
from hustings.foundation.core import records

from ..models import Rule, Run, Work, WorkState
from ..rules import may_write
from ..words import if_words, then_words, when_words

WAITING = (WorkState.ACTING, WorkState.LIMIT, WorkState.RETRY)
MOST_WORKS = 20  # of one run, in the log


@dataclass(slots=True)
class Line:
    """A rule as the list has it."""

    rule: Rule
    label: str
    when: str
    asks: str
    then: list[str]
    last: datetime | None = None
    done: int = 0
    failed: int = 0
    to_do: int = 0
    limited: int = 0
    retried: int = 0
    until: datetime | None = None


def visible_to(user: User) -> QuerySet[Rule]:
    """One's own rules; an administrator's are all. Removed ones are not among them."""
    if not may_write(user):
        return Rule.objects.none()
    rows = Rule.objects.filter(removed_at=None).select_related("owner", "version")
    return rows if administers(user) else rows.filter(owner=user)


def lines_for(user: User, since: datetime) -> list[Line]:
    """The rules in their order, by type of record, with what they did since. Two questions, however many there are."""
    rules = list(visible_to(user).order_by("record", "position", "id"))
    counts = counts_of([rule.pk for rule in rules], since)
    return [line for rule in rules if (line := _line(rule, counts.get(rule.pk, {}))) is not None]


def counts_of(rule_ids: Sequence[int], since: datetime) -> dict[int, Mapping[str, Any]]:
    """By rule: what waits, and what was done since."""
    of = Work.objects.filter(rule_id__in=rule_ids).values("rule_id")
    rows = of.annotate(
        last=Max("begun_at"),
        done=Count("pk", filter=Q(state=WorkState.DONE, at__gte=since)),
        failed=Count("pk", filter=Q(state__in=[WorkState.FAILED, WorkState.STOPPED], at__gte=since)),
        to_do=Count("pk", filter=Q(state=WorkState.ACTING)),
        limited=Count("pk", filter=Q(state=WorkState.LIMIT)),
        retried=Count("pk", filter=Q(state=WorkState.RETRY)),
        until=Min("not_before", filter=Q(state=WorkState.LIMIT)),
    )
    return {row["rule_id"]: row for row in rows}


def _line(rule: Rule, counts: Mapping[str, Any]) -> Line | None:
    record_type, version = records.get(rule.record), rule.version
    if version is None:
        return None
    known = {name: value for name, value in counts.items() if name != "rule_id"}
    if record_type is None:  # withdrawn since
        return Line(rule, rule.record, "", "", [], **known)
    return Line(
        rule,
        str(record_type.plural),
        when_words(version.trigger, record_type),
        if_words(version.conditions, record_type, rule.owner),
        then_words(version.actions, record_type, rule.owner),
        **known,
    )


def line_of(rule: Rule, since: datetime) -> Line | None:
    """One rule as the list has it."""
    return _line(rule, counts_of([rule.pk], since).get(rule.pk, {}))


@dataclass(slots=True)
class Logged:
    """A run with some of its works; of each record the title as the reader may see it, "" where they may not."""

    run: Run
    works: list[tuple[Work, str, str]] = field(default_factory=list)
    more: int = 0


def runs_of(user: User, *, rule: Rule | None = None, everything: bool = False) -> QuerySet[Run]:
    """The log, newest first: of one rule, or of all this person sees. Looks that found nothing to do are left out
    unless `everything`."""
    rows = Run.objects.filter(rule=rule) if rule else Run.objects.filter(rule__in=visible_to(user))
    if not everything:
        rows = rows.exclude(matched=0, why="", stopped=False)
    return rows.select_related("rule", "happening").order_by("-at", "-id")


def logged(user: User, runs: Sequence[Run]) -> list[Logged]:
    """The runs with what was done. A question for all works, one for their deeds, one for each type of record."""
    lines = {run.pk: Logged(run) for run in runs}
    works = Work.objects.filter(run_id__in=list(lines)).prefetch_related("deeds").order_by("run_id", "id")
    kept: dict[int, list[Work]] = {}
    for work in works[: MOST_WORKS * 50]:
        part = kept.setdefault(work.run_id, [])
        if len(part) < MOST_WORKS:
            part.append(work)
    titles = _titles(user, [work for part in kept.values() for work in part])
    for run_id, part in kept.items():
        lines[run_id].works = [(work, *titles.get((work.record, work.record_id), ("", ""))) for work in part]
        lines[run_id].more = max(0, lines[run_id].run.matched - len(part))
    return list(lines.values())


def _titles(user: User, works: Sequence[Work]) -> dict[tuple[str, int], tuple[str, str]]:
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for name in {work.record for work in works}:
        record_type = records.get(name)
        ids = {work.record_id for work in works if work.record == name}
        if record_type is None:
            continue
        for record in record_type.visible_to(user).filter(pk__in=ids):
            found[name, record.pk] = (str(record_type.title(record)), record_type.url(record))
    return found
