"""Going to every address of the house, and what it answers there. The addresses come from the URL configuration."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from django.http import HttpResponseNotFound
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hustings.foundation.core import records
from hustings.foundation.ui import navigation

from . import planted
from .planted import POST
from .world import MARKERS, World

# A post stands for itself: whoever sees its record reads it.
PLACES = MARKERS | {(POST, record): markers for record, markers in planted.POSTS.items()}

# Addresses that sign out, or that answer with a stream that does not end.
NOT_VISITED = {"sign-out/", "live/"}
# Whose records an address can name, by how it begins; one that begins otherwise is tried with every record.
ROOMS = {
    "people/": ("people",),
    "answers/": ("answers",),
    "help/": ("answers",),
    "settings/topics/": ("topics",),
    "letters/": ("correspondence", "desk", "people"),
    "campaigns/": ("campaigns",),
    "i/": ("desk",),
    "desk/": ("desk",),
    "feed/": ("feed", "people", "desk"),
    "records/": ("objects", "people"),
    "mailbox/": ("channels",),
    "settings/users/": ("access",),
    "settings/sign-in/": ("access",),
    "settings/tokens/": ("access",),
    "settings/sign-on/": ("access",),
    "settings/invitations/": ("access",),
    "settings/mail/": ("channels",),
    "settings/queues/": ("desk",),
    "settings/rules/ask/": ("objects", "people", "desk"),
    "settings/rules/": ("automation",),
    "bulk/": ("bulk",),
    "vetting/": ("confidences",),
    "incidents/": ("incidents", "desk"),
    "calls/": ("calls", "answers"),
    "tasks/on/": ("people", "desk"),
    "tasks/": ("tasks",),
    "settings/holds/": ("retention",),
    "settings/erasures/": ("retention", "people"),
}
# Arguments that say whose they are.
NAMED = {"message": "correspondence.message", "other_uid": "people.person", "post_uid": "feed.post"}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def routes(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, here)
        elif isinstance(entry, URLPattern):
            yield here


def arguments(route: str) -> list[str]:
    return [part.split(">")[0] for part in route.split("<")[1:]]


def choices(route: str, kind: str, world: World) -> list[str]:
    converter = kind.partition(":")[0] if ":" in kind else "str"
    if (model := NAMED.get(kind.partition(":")[2])) is not None:
        return [str(uid) for uid in world.uids[model]]
    if converter.startswith("uuid"):
        rooms = next((rooms for start, rooms in ROOMS.items() if route.startswith(start)), None)
        models = [label for label in world.uids if rooms is None or label.partition(".")[0] in rooms]
        return [str(uid) for label in models for uid in world.uids[label]]
    if converter == "slug":
        return [*(one.name for one in records.all_types()), planted.SLUG, "file"]
    return {"int": ["1"], "str": ["assign", "note", "snooze", *(one.name for one in records.all_types())]}.get(
        converter, ["x"]
    )


def addresses(route: str, world: World) -> Iterator[str]:
    """The route with every record of the world in it; with two records, those of one room. Where it names a type of
    records too, with every record of that type."""
    kinds = arguments(route)
    found = [choices(route, kind, world) for kind in kinds]
    types = {one.name: one.model._meta.label_lower for one in records.all_types()} | {
        planted.SLUG: "objects.customrecord"
    }
    of_type = {name: {str(uid) for uid in world.uids.get(label, ())} for name, label in types.items()}
    for given in product(*found):
        named = next((of_type[value] for value in given if value in of_type), None)
        if named is not None and not named.issuperset(value for value in given if _UUID.fullmatch(value)):
            continue
        out = route
        for kind, value in zip(kinds, given, strict=True):
            out = out.replace(f"<{kind}>", value, 1)
        yield "/" + out


def body_of(response: Any) -> str:
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode("utf-8", "replace")
    return str(response.content.decode("utf-8", "replace"))


def shown(text: str) -> set[tuple[str, str]]:
    return {place for place, markers in PLACES.items() if any(marker in text for marker in markers)}


@contextmanager
def counted_once() -> Iterator[None]:
    """Where nothing changes: what the rail counts depends on who looks and on no page, so once for each is enough."""
    counted: dict[tuple[Any, frozenset[str]], dict[str, Any]] = {}
    count = navigation._counts

    def once(user: Any, keys: set[str]) -> dict[str, Any]:
        key = user.pk, frozenset(keys)
        if key not in counted:
            counted[key] = count(user, keys)
        return counted[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(navigation, "_counts", once)
        yield


@contextmanager
def without_pages_of_nothing() -> Iterator[None]:
    """While somebody only looks for what is there, "not found" is said and not drawn."""
    with pytest.MonkeyPatch.context() as patched:
        said = HttpResponseNotFound
        patched.setattr(get_resolver().urlconf_module, "handler404", lambda *_asked, **_named: said(), raising=False)
        yield


TOKENS = re.compile(r'(csrfmiddlewaretoken" value|nonce|token" value|name="(?:csrf|live-mark)" content)="[^"]*"')


def plain(text: str, word: str) -> str:
    """A page without what changes from one to the next: the word that was asked, tokens, times, marks."""
    text = re.sub(re.escape(word), "WORD", text, flags=re.IGNORECASE)
    text = TOKENS.sub("", text)
    text = re.sub(r"q=[^&\"']*", "q=WORD", text)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d\d:\d\d(:\d\d)?(\.\d+)?", "", text)


def browser(of: Any) -> Client:
    """Signed in as this person."""
    made = Client()
    made.force_login(of)
    return made
