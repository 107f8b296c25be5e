"""What rooms above put on a person's page. They fill it in `AppConfig.ready()`.

    registry.main("timeline", "timeline/person.html", timeline_of)
    registry.panel("writes", 30, "desk/person_writes.html", topics_of)
    registry.header_action("write", 10, "correspondence/write.html", may_write)

Each gives `context(user, page) -> dict`, read by the template as `it`; None leaves the part out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hustings.foundation.access.models import User

from .models import Person
from .queries.standing import Standing


@dataclass(frozen=True)
class Page:
    """The page being drawn: the whole person, all their record ids, what may be done, and the address's parameters."""

    person: Person
    member_ids: list[int]
    params: Mapping[str, str]
    now: datetime
    url: str
    standing: Standing


Context = Callable[[User, Page], dict[str, Any] | None]


@dataclass(frozen=True)
class Part:
    name: str
    order: int
    template: str
    context: Context


@dataclass(frozen=True)
class Drawn:
    """A part with what its template needs, in `it`."""

    name: str
    template: str
    it: dict[str, Any]


@dataclass
class Registry:
    mains: dict[str, Part] = field(default_factory=dict)
    panels: dict[str, Part] = field(default_factory=dict)
    actions: dict[str, Part] = field(default_factory=dict)


registry = Registry()


def main(name: str, template: str, context: Context, *, order: int = 50) -> None:
    """The wide part of the page (the timeline). The template reads its context as `it`."""
    registry.mains[name] = Part(name, order, template, context)


def panel(name: str, order: int, template: str, context: Context) -> None:
    """A section at the side. The page's own: details 10, household 40, perhaps the same 80."""
    registry.panels[name] = Part(name, order, template, context)


def header_action(name: str, order: int, template: str, context: Context) -> None:
    """A button in the head: write, call."""
    registry.actions[name] = Part(name, order, template, context)


def drawn(parts: Mapping[str, Part], user: User, page: Page) -> list[Drawn]:
    """The parts this user is shown, in order."""
    ordered = sorted(parts.values(), key=lambda part: (part.order, part.name))
    return [Drawn(part.name, part.template, it) for part in ordered if (it := part.context(user, page)) is not None]
