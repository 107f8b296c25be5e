"""The rail and the phone's tabs: rooms put their entries here in `AppConfig.ready()`.

navigation.register(Item("inbox", _("My conversations"), "inbox", "desk:mine", order=10, count=mine_waiting))
navigation.register_group(Group("teams", _("Teams"), order=20, entries=teams_of))
navigation.register_counts(("inbox", "unassigned"), counts_of)     # one query for several counts
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, get_urlconf, resolve, reverse
from django.utils.translation import get_language

from .words import Words

Predicate = Callable[[Any], bool]
MAIN, ELSEWHERE, SETTINGS, ME = "main", "elsewhere", "settings", "me"


def _everyone(user: Any) -> bool:
    return True


@dataclass(frozen=True)
class Item:
    """One fixed entry. `group` is main, elsewhere, settings or me; `tab` puts it among the phone's tabs (four at most).
    `query` ("view=mine") is the state of the list it goes to; it is current wherever the address says the same."""

    key: str
    label: Words
    icon: str
    url_name: str
    order: int = 100
    group: str = MAIN
    allowed: Predicate = _everyone
    count: Callable[[Any], int | None] | None = None
    tab: Words = ""
    method: str = "get"
    also: tuple[str, ...] = ()
    query: str = ""


@dataclass(frozen=True)
class Entry:
    """One line as the rail draws it; what a group's `entries(user)` yields."""

    label: str
    href: str
    icon: str = ""
    count: int | str | None = None
    hue: int | None = None
    colour: str = ""
    current: bool = False
    key: str = ""
    method: str = "get"
    tab: str = ""


@dataclass(frozen=True)
class Group:
    """A heading with lines that depend on the user: teams, saved views."""

    key: str
    label: Words
    order: int
    entries: Callable[[Any], Iterable[Entry]]


@dataclass
class Registry:
    items: dict[str, Item] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    counts: list[tuple[tuple[str, ...], Callable[[Any], Mapping[str, int | str | None]]]] = field(default_factory=list)
    me_line: Callable[[Any], str] | None = None
    topics: list[Callable[[Any], Iterable[str]]] = field(default_factory=list)
    public: dict[str, tuple[int, Words, str]] = field(default_factory=dict)
    listeners: list[tuple[str, Callable[[Any], str]]] = field(default_factory=list)
    banners: list[tuple[str, Callable[[Any], Any]]] = field(default_factory=list)


registry = Registry()


def register(item: Item) -> None:
    """Add a fixed entry; ValueError when the key is taken by another."""
    if registry.items.get(item.key, item) != item:
        raise ValueError(f"The navigation already has an entry {item.key!r}")
    registry.items[item.key] = item


def register_group(group: Group) -> None:
    registry.groups[group.key] = group


def register_counts(keys: Iterable[str], counts: Callable[[Any], Mapping[str, int | str | None]]) -> None:
    """Counts of several entries by one call (`counts(user)` -> {key: number}); asked once a page."""
    registry.counts.append((tuple(keys), counts))


def register_me_line(line: Callable[[Any], str]) -> None:
    """What stands under the user's name: "Taking new mail, 6 of 8"."""
    registry.me_line = line


def register_topics(topics: Callable[[Any], Iterable[str]]) -> None:
    """Live topics every page of this user listens to, beside user:ID."""
    registry.topics.append(topics)


def register_listener(url_name: str, topic: Callable[[Any], str]) -> None:
    """An address that every page inside asks when `topic(user)` is published; it answers with toasts, or nothing."""
    if url_name not in [known for known, _topic in registry.listeners]:
        registry.listeners.append((url_name, topic))


def register_banner(template: str, it: Callable[[Any], Any]) -> None:
    """A line over every page of whoever `it(user)` is not None for; the template reads that as `it`."""
    if template not in [known for known, _it in registry.banners]:
        registry.banners.append((template, it))


def banners(user: Any) -> list[tuple[str, Any]]:
    """(template, it) of each that this user's pages bear."""
    return [(template, found) for template, it in registry.banners if (found := it(user)) is not None]


def listeners(user: Any) -> list[tuple[str, str]]:
    """(address, topic) of each."""
    found = []
    for url_name, topic in registry.listeners:
        if (href := _href(url_name)) is not None:
            found.append((href, topic(user)))
    return found


def register_public(url_name: str, label: Words, *, order: int = 100) -> None:
    """An entry of the public pages' head and foot: Answers, Ask us, Volunteer."""
    registry.public[url_name] = (order, label, url_name)


def public_links(request: HttpRequest) -> list[Entry]:
    match, links = request.resolver_match, []
    for _order, label, url_name in sorted(registry.public.values(), key=lambda entry: entry[0]):
        # A page may have an address for each language.
        for name in (f"{url_name}-{get_language() or 'en'}", url_name):
            if (href := _href(name)) is not None:
                links.append(Entry(str(label), href, current=bool(match and match.view_name == name)))
                break
    return links


@dataclass(frozen=True)
class Section:
    key: str
    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Navigation:
    main: tuple[Entry, ...] = ()
    groups: tuple[Section, ...] = ()
    elsewhere: tuple[Entry, ...] = ()
    settings: tuple[Entry, ...] = ()
    me: tuple[Entry, ...] = ()
    tabs: tuple[Entry, ...] = ()


def build(request: HttpRequest) -> Navigation:
    """Everything the rail shows this user on this page. One evaluation a page; counts in one batch."""
    user = request.user
    allowed = [item for item in sorted(registry.items.values(), key=lambda i: (i.order, i.key)) if item.allowed(user)]
    counts = _counts(user, {item.key for item in allowed})
    entries = {item.key: _entry(item, request, counts.get(item.key)) for item in allowed}

    def of(group: str) -> tuple[Entry, ...]:
        return tuple(entry for item in allowed if item.group == group and (entry := entries[item.key]) is not None)

    groups = tuple(
        Section(group.key, str(group.label), tuple(_at(entry, request) for entry in group.entries(user)))
        for group in sorted(registry.groups.values(), key=lambda g: g.order)
    )
    tabs = tuple(e for item in allowed if item.tab and (e := entries[item.key]) is not None)[:4]
    return Navigation(of(MAIN), tuple(g for g in groups if g.entries), of(ELSEWHERE), of(SETTINGS), of(ME), tabs)


def _counts(user: Any, keys: set[str]) -> dict[str, int | str | None]:
    counts: dict[str, int | str | None] = {}
    for these, counting in registry.counts:
        if keys & set(these):
            counts.update(counting(user))
    for item in registry.items.values():
        if item.count is not None and item.key in keys:
            counts[item.key] = item.count(user)
    return counts


@lru_cache(maxsize=512)
def _address(url_name: str, urls: str, prefix: str) -> str | None:
    """Where it leads; None where its room is installed without its pages (a command, a test)."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def _href(url_name: str) -> str | None:
    return _address(url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


def _entry(item: Item, request: HttpRequest, count: int | str | None) -> Entry | None:
    href = _href(item.url_name)
    if href is None:
        return None
    match = request.resolver_match
    if item.query:
        href = f"{href}?{item.query}"
        here = _says(href, request)
    else:
        here = bool(match and match.view_name in (item.url_name, *item.also)) or request.path == href
    return Entry(
        str(item.label), href, item.icon, count, key=item.key, current=here, method=item.method, tab=str(item.tab)
    )


def _at(entry: Entry, request: HttpRequest) -> Entry:
    here = entry.href in (request.get_full_path(), request.path) or _says(entry.href, request)
    return replace(entry, current=True) if here and not entry.current else entry


@lru_cache(maxsize=512)
def _room(path: str, urls: str) -> str:
    try:
        return resolve(path, urls).app_name
    except Resolver404:
        return ""


def _says(href: str, request: HttpRequest) -> bool:
    """Whether the page is one of the room that `href` leads to, and its address holds all that the query asks for."""
    asked, match = _asked(href), request.resolver_match
    path = "/" + href.partition("?")[0].removeprefix(get_script_prefix())
    if match and match.app_name != _room(path, get_urlconf() or settings.ROOT_URLCONF):
        return False
    return bool(asked) and all(request.GET.get(name) == value for name, value in asked)


@lru_cache(maxsize=512)
def _asked(href: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(urlsplit(href).query))
