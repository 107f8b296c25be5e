"""Queues and rules as the settings show them, and trying a rule before it holds."""

from dataclasses import dataclass

from django.db.models import QuerySet

from hustings.constituents.people.queries import vips
from hustings.constituents.topics.rules import Reading
from hustings.foundation.access import queries as access
from hustings.foundation.access.models import User

from ..models import Inquiry, Queue, QueueRule
from ..registry import registry
from .inquiries import visible_to
from .routing import Router, with_members

TRIED_ON = 500


@dataclass(frozen=True)
class Trial:
    """What a rule would have done to the newest letters."""

    tried: int
    matched: int
    examples: list[Inquiry]


def queues() -> list[Queue]:
    """All, in their order, with their teams."""
    return list(Queue.objects.select_related("team").order_by("position", "id"))


def queues_ruled_by(user: User) -> QuerySet[Queue]:
    """The queues whose rules this user may change."""
    rows = Queue.objects.order_by("position", "id")
    if user.is_administrator:
        return rows
    return rows.filter(team_id__in=access.team_ids(user)) if user.leads else rows.none()


def rules_in_order() -> list[QueueRule]:
    """All rules, the first that holds decides."""
    return list(QueueRule.objects.select_related("queue", "queue__team").order_by("position", "id"))


def try_rule(user: User, rule: QueueRule) -> Trial:
    """The rule alone against the newest 500 letters that the user may see, saved or not."""
    found = visible_to(user).select_related("person", "person__canonical", "queue").order_by("-id")
    newest = list(found[:TRIED_ON])
    texts: dict[int, str] = {}
    for source in registry.texts:
        texts.update(source([row.pk for row in newest]))
    with_members([rule])
    router = Router([rule.queue], [rule])
    marks = vips({row.person_id for row in newest}) if rule.vip else {}
    matched = [
        row
        for row in newest
        if router.route(
            [row.mailbox],
            texts.get(row.pk) or f"{row.subject}\n{row.snippet}",
            row.state_code,
            row.language,
            Reading(topics=tuple(row.topics), nature=row.nature, urgency=row.urgency or 0, stance=row.stance),
            marks[row.person_id].kind if row.person_id in marks else "",
        )
        is not router.default
    ]
    return Trial(len(newest), len(matched), matched[:5])
