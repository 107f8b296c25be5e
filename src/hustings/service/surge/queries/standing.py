"""What is switched on, and what that means for letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from hustings.constituents.topics.queries.taxonomy import as_read, members, tops

from ..models import Freeze, FrozenChange, GiveWay, Plan, Surge

SHRINK = 0.8  # a step ends at this share of the number it begins at, so that it does not flutter


def plan() -> Plan:
    return Plan.objects.filter(pk=1).first() or Plan(pk=1)


def surge_now() -> Surge | None:
    return Surge.objects.filter(ended_at=None).select_related("began_by").first()


def freeze_now() -> Freeze | None:
    return Freeze.objects.filter(ended_at=None).select_related("began_by").first()


def changed_in(freeze: Freeze) -> QuerySet[FrozenChange]:
    """What was changed all the same, the newest first."""
    return FrozenChange.objects.filter(freeze=freeze).select_related("leave", "leave__by").order_by("-at", "-id")


@dataclass(frozen=True)
class Order:
    """What gives way, in this order, and what never does."""

    steps: tuple[GiveWay, ...]
    never: tuple[GiveWay, ...]
    whole: Mapping[str, str] = field(default_factory=dict)  # what each topic's slug is read as

    def gives(self, count: int) -> Q | None:
        """The inquiries that wait behind the others while the first `count` steps give way; None for none. What never
        gives way does not, whatever else names it."""
        behind = self._any(self.steps[:count])
        ahead = self._any(self.never)
        return None if behind is None else behind if ahead is None else behind & ~ahead

    def has_way(self, topic: str, nature: str, count: int) -> bool:
        """The same of one topic and nature."""
        return self._names(self.steps[:count], topic, nature) and not self._names(self.never, topic, nature)

    def _any(self, steps: Sequence[GiveWay]) -> Q | None:
        found: Q | None = None
        for step in steps:
            topics = members(step.topics, self.whole)
            for lookup, slugs in (("nature__in", step.natures), ("topics__overlap", topics)):
                if slugs:
                    one = Q(**{lookup: list(slugs)})
                    found = one if found is None else found | one
        return found

    def _names(self, steps: Sequence[GiveWay], topic: str, nature: str) -> bool:
        top = self.whole.get(topic, topic)
        return any(
            (nature and nature in step.natures) or (top and top in as_read(step.topics, self.whole)) for step in steps
        )


def order() -> Order:
    rows = list(GiveWay.objects.all())
    return Order(tuple(row for row in rows if not row.never), tuple(row for row in rows if row.never), tops())


def steps_at(order: Order, waiting: int, now: int) -> int:
    """How many steps give way when so many wait and `now` of them do already: in their order, none before the one
    above it."""
    count = 0
    for place, step in enumerate(order.steps, start=1):
        begins = step.from_waiting * (SHRINK if place <= now else 1)
        if waiting < begins:
            break
        count = place
    return count


def behind() -> Q | None:
    """For the desk: what waits behind everything else at this moment."""
    surge = surge_now()
    return order().gives(surge.steps) if surge is not None and surge.steps else None
