"""What rooms put on a record's page. They fill it in `AppConfig.ready()`.

    registry.panel("feed", 20, "feed/record.html", feed_of)

`context(user, record) -> dict`, read by the template as `it`; None leaves the part out. The record's attributes give
what the user may see; its type is `core.records.get(kind.record)`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .models import CustomRecord

Context = Callable[[Any, CustomRecord], dict[str, Any] | None]


@dataclass(frozen=True)
class Part:
    name: str
    order: int
    template: str
    context: Context


@dataclass
class Registry:
    panels: dict[str, Part] = field(default_factory=dict)
    mains: dict[str, Part] = field(default_factory=dict)


registry = Registry()


def panel(name: str, order: int, template: str, context: Context) -> None:
    """A section at the side of the page."""
    registry.panels[name] = Part(name, order, template, context)


def main(name: str, order: int, template: str, context: Context) -> None:
    """A section under the record's own fields: its feed."""
    registry.mains[name] = Part(name, order, template, context)


def drawn(parts: dict[str, Part], user: Any, record: CustomRecord) -> list[dict[str, Any]]:
    """The parts this user is shown, in order, each with its template and what it reads."""
    ordered = sorted(parts.values(), key=lambda part: (part.order, part.name))
    return [
        {"name": part.name, "template": part.template, "it": it}
        for part in ordered
        if (it := part.context(user, record)) is not None
    ]
