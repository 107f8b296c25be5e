"""What Ctrl-K finds: actions and records. Rooms add theirs in `AppConfig.ready()`.

palette.register(Action("desk.snooze", _("Snooze"), "alarm-clock", key="h", event="snooze", group=THIS))
palette.register(Action("people.new", _("New person"), "user-plus", url_name="people:new", allowed=may_add))
palette.register_search("people", _("People"), search_people, order=20)    # search_people(user, query) -> hits
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse

from hustings.foundation.core.guard import FieldHidden

from . import navigation
from .words import Words

THIS, GO, MAKE = "this", "go", "make"
MOST_HITS = 6


def _everyone(user: Any) -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """One thing to do. Exactly one of `url_name` (go there), `post_name` (post to it) or `event`.

    An event is sent on the document as `hustings:<event>`; where the page holds an element with the action's key
    (`data-key`), that element is pressed instead. Actions of the group THIS appear only on pages that can do them.
    """

    name: str
    label: Words
    icon: str
    key: str = ""
    url_name: str = ""
    post_name: str = ""
    event: str = ""
    group: str = GO
    words: Words = ""
    allowed: Callable[[Any], bool] = _everyone
    order: int = 100


@dataclass(frozen=True)
class Hit:
    """A record found: `label` is ours, `quote` a person's own words, `note` what stands at the right."""

    label: str
    href: str
    icon: str
    quote: str = ""
    note: str = ""
    when: str = ""


@dataclass(frozen=True)
class Line:
    """A line as the palette draws it."""

    label: str
    icon: str
    href: str = ""
    post: str = ""
    event: str = ""
    key: str = ""
    quote: str = ""
    note: str = ""
    when: str = ""
    name: str = ""
    only_if: str = ""


@dataclass(frozen=True)
class Found:
    key: str
    label: str
    lines: tuple[Line, ...]


@dataclass
class Registry:
    actions: dict[str, Action] = field(default_factory=dict)
    searches: dict[str, tuple[int, Words, Callable[[Any, str], Iterable[Hit]]]] = field(default_factory=dict)


registry = Registry()


def register(action: Action) -> None:
    """Add an action; ValueError when it says not exactly one thing to do, or its name is another's."""
    if sum(map(bool, (action.url_name, action.post_name, action.event))) != 1:
        raise ValueError(f"{action.name}: give one of url_name, post_name and event")
    if registry.actions.get(action.name, action) != action:
        raise ValueError(f"The palette already has an action {action.name!r}")
    registry.actions[action.name] = action


def register_search(key: str, label: Words, search: Callable[[Any, str], Iterable[Hit]], *, order: int = 100) -> None:
    """`search(user, query)` yields what this user may see, best first; asked only for two letters or more."""
    registry.searches[key] = (order, label, search)


def find(user: Any, query: str, labels: dict[str, str]) -> list[Found]:
    """What fits the query, grouped: actions on this page, places to go, things to make, then records."""
    words = query.lower().split()
    lines = {THIS: [], GO: _places(user, words), MAKE: []}  # type: dict[str, list[Line]]
    for action in sorted(registry.actions.values(), key=lambda a: (a.order, str(a.label))):
        if action.allowed(user) and _fits(f"{action.label} {action.words}", words) and (line := _line(action)):
            lines[action.group].append(line)
    found = [Found(key, labels[key], tuple(lines[key][:12])) for key in (THIS, GO, MAKE) if lines[key]]
    if len(query.strip()) < 2:
        return found
    for key, (_order, label, search) in sorted(registry.searches.items(), key=lambda pair: pair[1][0]):
        try:
            hits = [Line(h.label, h.icon, h.href, quote=h.quote, note=h.note, when=h.when) for h in search(user, query)]
        except FieldHidden:
            continue  # it asks by a field that this user may not see, and so finds nothing for them
        if hits:
            found.append(Found(key, str(label), tuple(hits[:MOST_HITS])))
    return found


def _fits(text: str, words: list[str]) -> bool:
    have = text.lower()
    return all(word in have for word in words)


def _line(action: Action) -> Line | None:
    href = post = ""
    try:
        if action.url_name:
            href = reverse(action.url_name)
        elif action.post_name:
            post = reverse(action.post_name)
    except NoReverseMatch:
        return None
    only_if = action.key if action.group == THIS else ""
    return Line(str(action.label), action.icon, href, post, action.event, action.key, name=action.name, only_if=only_if)


def _places(user: Any, words: list[str]) -> list[Line]:
    places = []
    for item in sorted(navigation.registry.items.values(), key=lambda i: i.order):
        if item.method != "get" or not item.allowed(user) or not _fits(str(item.label), words):
            continue
        try:
            href = f"{reverse(item.url_name)}?{item.query}" if item.query else reverse(item.url_name)
            places.append(Line(str(item.label), item.icon, href, name=f"go.{item.key}"))
        except NoReverseMatch:
            continue
    for group in sorted(navigation.registry.groups.values(), key=lambda g: g.order) if words else ():
        for entry in group.entries(user):
            if _fits(entry.label, words):
                note = "" if entry.count is None else str(entry.count)
                places.append(Line(entry.label, entry.icon or "inbox", entry.href, note=note))
    return places
