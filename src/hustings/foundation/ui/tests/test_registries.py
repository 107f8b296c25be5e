from types import SimpleNamespace
from typing import Any

import pytest

from hustings.foundation.ui import keys, navigation, palette
from hustings.foundation.ui.keys import Key
from hustings.foundation.ui.navigation import Entry, Group, Item

pytestmark = pytest.mark.urls("hustings.foundation.ui.tests.urls")
LABELS = {palette.THIS: "On this page", palette.GO: "Go to", palette.MAKE: "New"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(navigation, "registry", navigation.Registry())
    monkeypatch.setattr(palette, "registry", palette.Registry())
    monkeypatch.setattr(keys, "registry", keys.Registry())


def request_of(rf, user: Any = None, path: str = "/") -> Any:
    request = rf.get(path)
    request.user = user or SimpleNamespace(pk=7, is_authenticated=True)
    request.resolver_match = None
    return request


def test_entries_in_order_with_counts_asked_once(rf) -> None:
    asked = []

    def counts(user: Any) -> dict[str, int]:
        asked.append(user)
        return {"mine": 12, "all": 48}

    navigation.register(Item("all", "Unassigned", "users-round", "ui:style", order=20))
    navigation.register(Item("mine", "Mine", "inbox", "ui:palette", order=10, tab="Inbox"))
    navigation.register(Item("hidden", "Hidden", "lock", "ui:style", allowed=lambda user: False))
    navigation.register(Item("sent", "Sent", "send", "ui:style", order=30, count=lambda user: 3))
    navigation.register_counts(("mine", "all"), counts)
    nav = navigation.build(request_of(rf))
    assert [(entry.label, entry.count) for entry in nav.main] == [("Mine", 12), ("Unassigned", 48), ("Sent", 3)]
    assert [entry.tab for entry in nav.tabs] == ["Inbox"]
    assert len(asked) == 1


def test_an_entry_whose_pages_are_not_there_is_left_out(rf) -> None:
    navigation.register(Item("gone", "Gone", "x", "nowhere:at-all"))
    assert navigation.build(request_of(rf)).main == ()


def test_groups_depend_on_the_user_and_empty_ones_are_left_out(rf) -> None:
    navigation.register_group(Group("teams", "Teams", 20, lambda user: [Entry("Voter help", "/?team=1", count=132)]))
    navigation.register_group(Group("views", "Saved views", 30, lambda user: []))
    nav = navigation.build(request_of(rf, path="/?team=1"))
    assert [(group.label, [(e.label, e.current) for e in group.entries]) for group in nav.groups] == [
        ("Teams", [("Voter help", True)])
    ]


def test_two_rooms_cannot_take_one_name() -> None:
    navigation.register(Item("mine", "Mine", "inbox", "a"))
    navigation.register(Item("mine", "Mine", "inbox", "a"))
    with pytest.raises(ValueError, match="mine"):
        navigation.register(Item("mine", "Other", "inbox", "b"))
    keys.register(Key("e", "Done"))
    with pytest.raises(ValueError, match="Done"):
        keys.register(Key("e", "Erase"))
    palette.register(palette.Action("a", "A", "x", event="a"))
    with pytest.raises(ValueError, match="'a'"):
        palette.register(palette.Action("a", "B", "x", event="b"))


def test_an_action_does_exactly_one_thing() -> None:
    with pytest.raises(ValueError, match="one of"):
        palette.register(palette.Action("both", "Both", "x", url_name="a", event="b"))
    assert palette.registry.actions == {}


def test_the_palette_finds_what_this_user_may_do_and_see() -> None:
    palette.register(
        palette.Action("snooze", "Snooze the letter", "alarm-clock", key="h", event="snooze", group=palette.THIS)
    )
    palette.register(palette.Action("secret", "Snooze everything", "siren", event="x", allowed=lambda user: False))
    navigation.register(Item("snoozed", "Snoozed", "alarm-clock", "ui:style"))
    asked = []

    def search(user: Any, query: str) -> list[palette.Hit]:
        asked.append(query)
        return [palette.Hit(f"Snow {n}", f"/{n}/", "user") for n in range(20)]

    palette.register_search("people", "People", search)
    found = palette.find(SimpleNamespace(pk=1), "sno", LABELS)
    assert [(group.label, [line.label for line in group.lines][:2]) for group in found] == [
        ("On this page", ["Snooze the letter"]),
        ("Go to", ["Snoozed"]),
        ("People", ["Snow 0", "Snow 1"]),
    ]
    assert len(found[-1].lines) == palette.MOST_HITS
    assert found[0].lines[0].only_if == "h"
    palette.find(SimpleNamespace(pk=1), "s", LABELS)
    assert asked == ["sno"]


def test_keys_come_in_their_order() -> None:
    keys.register(Key("x", "Choose", order=2))
    keys.register(Key("j", "Next", order=1))
    assert [key.keys for key in keys.all_keys()] == ["j", "x"]
