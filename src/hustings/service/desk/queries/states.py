"""A list's address is its state: read from the query string, written back into it."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from hustings.foundation.core.texts import storable
from hustings.foundation.objects.queries.narrowing import Params, parts_of

OPEN_VIEWS = ("mine", "unassigned", "queue", "team", "open")
VIEWS = (*OPEN_VIEWS, "snoozed", "mentions", "sent", "closed", "all")
ORDERS = ("urgent", "newest")


@dataclass(frozen=True)
class ListState:
    """Which inquiries, in which order, from which place on. Empty means: not asked for."""

    view: str = "mine"  # a name of VIEWS, "queue:<slug>" or "team:<id>"
    q: str = ""
    state: str = ""
    tag: str = ""
    lang: str = ""
    stage: str = ""
    who: str = ""  # an assignee's id, or "none"
    after: str = ""  # opened on this day or later, YYYY-MM-DD
    before: str = ""  # opened before this day
    team: str = ""  # a team's id: what waits in its queues
    late: str = ""  # "1": over target
    topic: str = ""  # a slug
    nature: str = ""
    urgency: str = ""  # at least: "1" soon, "2" today
    order: str = ""
    page: str = ""  # where the page begins: a cursor
    added: tuple[tuple[str, str], ...] = ()  # by fields that were added to conversations: ("f.county_chair", "yes")

    @property
    def kind(self) -> str:
        return self.view.partition(":")[0]

    @property
    def argument(self) -> str:
        return self.view.partition(":")[2]

    @property
    def sort(self) -> str:
        """The order in force: what waits is most urgent first, what is looked up newest first."""
        if self.kind == "snoozed":
            return "waking"
        if self.order in ORDERS and (self.order == "newest" or self.kind in OPEN_VIEWS):
            return self.order
        if self.kind in OPEN_VIEWS:
            return "urgent"
        return "opened" if self.kind == "all" else "newest"

    @property
    def is_narrowed(self) -> bool:
        return any((self.q, self.state, self.tag, self.lang, self.stage, self.who, self.after, self.before, self.team,
                    self.late, self.topic, self.nature, self.urgency, self.added))  # fmt: skip

    @property
    def first_day(self) -> date | None:
        return _day(self.after)

    @property
    def last_day(self) -> date | None:
        return _day(self.before)

    def but(self, **changes: Any) -> "ListState":
        """This state with some of it changed, from its first page."""
        return replace(self, **{"page": "", **changes})

    @property
    def params(self) -> QueryDict:
        """What is asked by added fields, as an address says it."""
        return QueryDict(urlencode(self.added))

    @property
    def query(self) -> str:
        """As the address has it, without what is the default anyway."""
        parts = [(name, value) for name in NAMES if (value := getattr(self, name)) and value != DEFAULTS[name]]
        return urlencode([*parts, *self.added], safe=":")

    @property
    def href(self) -> str:
        return f"/?{self.query}" if self.query else "/?view=mine"


DEFAULTS = {f.name: f.default for f in fields(ListState)}
NAMES = tuple(name for name in DEFAULTS if name != "added")


def state_from(data: Params) -> ListState:
    """From a query string; what makes no sense in it is left out, so that an old address still shows a list."""
    values = {name: storable(str(data.get(name, ""))).strip()[:200] for name in NAMES}
    kind, _colon, argument = values["view"].partition(":")
    if kind not in VIEWS or (kind in ("queue", "team")) != bool(argument):
        values["view"] = "all" if values["q"] and not values["view"] else "mine"
    if values["order"] not in ORDERS:
        values["order"] = ""
    values["state"] = values["state"].upper()[:2]
    values["urgency"] = values["urgency"] if values["urgency"] in ("1", "2") else ""
    values["late"] = "1" if values["late"] == "1" else ""
    values["team"] = values["team"] if values["team"].isdecimal() and len(values["team"]) < 10 else ""
    for name in ("after", "before"):
        values[name] = values[name] if _day(values[name]) else ""
    return ListState(**values, added=parts_of(data))


def title_of(kind: str) -> str:
    """The heading of the views that are not a queue's or a team's."""
    return {
        "mine": _("My conversations"),
        "unassigned": _("Unassigned"),
        "open": _("All that is open"),
        "mentions": _("Mentions"),
        "snoozed": _("Snoozed"),
        "sent": _("Sent"),
        "closed": _("Closed"),
        "all": _("Everything"),
    }.get(kind, "")


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None
