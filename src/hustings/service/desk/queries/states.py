"""A list's address is its state: read from the query string, written back into it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from urllib.parse import urlencode

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

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
    order: str = ""
    page: str = ""  # where the page begins: a cursor

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
                    self.late))  # fmt: skip

    @property
    def first_day(self) -> date | None:
        return _day(self.after)

    @property
    def last_day(self) -> date | None:
        return _day(self.before)

    def but(self, **changes: str) -> "ListState":
        """This state with some of it changed, from its first page."""
        return replace(self, **{"page": "", **changes})

    @property
    def query(self) -> str:
        """As the address has it, without what is the default anyway."""
        parts = [(f.name, value) for f in fields(self) if (value := getattr(self, f.name)) and value != f.default]
        return urlencode(parts, safe=":")

    @property
    def href(self) -> str:
        return f"/?{self.query}" if self.query else "/?view=mine"


def state_from(data: Mapping[str, str]) -> ListState:
    """From a query string; what makes no sense in it is left out, so that an old address still shows a list."""
    values = {f.name: str(data.get(f.name, "")).strip()[:200] for f in fields(ListState)}
    kind, _colon, argument = values["view"].partition(":")
    if kind not in VIEWS or (kind in ("queue", "team")) != bool(argument):
        values["view"] = "all" if values["q"] and not values["view"] else "mine"
    if values["order"] not in ORDERS:
        values["order"] = ""
    values["state"] = values["state"].upper()[:2]
    values["late"] = "1" if values["late"] == "1" else ""
    values["team"] = values["team"] if values["team"].isdecimal() and len(values["team"]) < 10 else ""
    for name in ("after", "before"):
        values[name] = values[name] if _day(values[name]) else ""
    return ListState(**values)


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
