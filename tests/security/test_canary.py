"""No marker reaches a role that may not read its field, by any address of the house; each marker is shown somewhere to
who may. The addresses come from the URL configuration: a new one is visited on the day it is written."""

import email
import random
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from email import policy
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client

from hustings.foundation.access import ready_made
from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import Role, User
from hustings.foundation.automation.actions.notices import give_notice
from hustings.foundation.channels.models import Outgoing
from hustings.foundation.channels.queries import content_of
from hustings.foundation.core import live, records
from hustings.foundation.core.guard import Level
from hustings.foundation.feed.actions.digests import make_digest
from hustings.foundation.feed.actions.following import change_standing, set_follow
from hustings.service.calls.models import Call

from . import codes, planted
from .planted import POST
from .visiting import (
    NOT_VISITED,
    PLACES,
    addresses,
    body_of,
    counted_once,
    plain,
    routes,
    shown,
    without_pages_of_nothing,
)
from .world import EVERYTHING, MARKERS, NOW, UNMARKED, World, reader

pytestmark = pytest.mark.xdist_group("canary")  # one campaign for all of them
SEED = 2028
RANDOM_ROLES = ("random-one", "random-two")
# What makes a page show more, or asks by a field.
ASKED = {
    "people/": [
        "sort=name",
        "sort=-name",
        "state=MT",
        "language=en",
        "mark=bouncing",
        "mark=unsubscribed",
        "mark=child",
    ],
    "people/<uuid:uid>/": [f"edit={edit}" for edit in ("details", "care", "place", "reach", "consent", "household")]
    + ["sources=1", "group=letters", "group=notes", "group=facts"],
    "": ["view=all", "view=mine", "view=unassigned", "view=sent", "view=mentions", "view=snoozed"],
    "desk/rows/": ["view=all"],
    "answers/": ["state=approved"],
}
# Addresses that search, each with the name of what is asked.
SEARCHED = dict.fromkeys(
    [
        *("people/", "ui/palette/", "", "answers/", "people/people.json", "feed/search/", "settings/users/"),
        "campaigns/",
        "letters/reply/<uuid:uid>/answers/",
    ],
    "q",
)


@pytest.fixture(scope="module")
def visited(world: World) -> dict[str, set[tuple[str, str]]]:
    """What every address shows to someone who may see everything."""
    client = world.client(world.users[EVERYTHING])
    with counted_once(), without_pages_of_nothing():
        return _visit(client, world)


def _visit(client: Client, world: World) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for route in sorted(set(routes()) - NOT_VISITED):
        for address in addresses(route, world):
            response = client.get(address)
            if response.status_code == 405:
                break  # nobody reads anything here
            text = body_of(response)
            assert response.status_code < 500, address
            if response.status_code == 200:
                found[address] = shown(text)
                for query in ASKED.get(route, []):
                    found[f"{address}?{query}"] = shown(body_of(client.get(f"{address}?{query}")))
    return found


def test_every_field_is_marked_or_named_as_one_that_cannot_be(world: World) -> None:
    marked: dict[str, set[str]] = {}
    for record, name in MARKERS:
        marked.setdefault(record, set()).add(name)
    for one in records.all_types():
        if one.name not in MARKED_TYPES:
            continue
        names = {each.name for each in records.fields_of(one)}
        coded = set(codes.INQUIRY) if one.name == "inquiry" else set(codes.OTHERS.get(one.name, (None, {}))[1])
        assert names == marked.get(one.name, set()) | UNMARKED.get(one.name, set()) | coded, one.name


MARKED_TYPES = {record for record, _name in MARKERS}


def test_each_marker_is_shown_to_who_may_see_everything(visited: dict[str, set[tuple[str, str]]]) -> None:
    seen = set().union(*visited.values())
    assert set(PLACES) - seen == set()


def _random_role(slug: str) -> None:
    chance = random.Random(f"{SEED} {slug}")
    told: dict[str, Any] = {}
    for one in records.all_types():
        fields = {each.name: chance.choice(["hidden", "masked", "read", "edit", "never"]) for each in one.fields}
        verbs = ["see", *chance.sample(["add", "change", "export"], k=2)]
        told[one.name] = {"verbs": verbs, "rows": ["all"], "fields": fields}
    abilities = chance.sample(["lead", "audit", "approve_answers", "write_rules"], k=2)
    Role.objects.create(slug=slug, name=slug, grants={"records": told, "abilities": abilities})


@pytest.fixture(params=[*ready_made.DEFINITIONS, *RANDOM_ROLES])
def role(request: pytest.FixtureRequest, world: World) -> Iterator[User]:
    with transaction.atomic(), counted_once():
        if request.param in RANDOM_ROLES:
            _random_role(request.param)
        user = reader(world, [request.param])
        _listen(user, world)
        yield user
        transaction.set_rollback(True)


def planted_rows(world: World) -> dict[str, Any]:
    return {"inquiry": world.inquiry, "person": world.person, planted.RECORD: world.record}


def _listen(user: User, world: World) -> None:
    """They are told of every record, follow what they may, want it by mail, and are on the telephone."""
    Call.objects.filter(ended_at=None).update(by=user)
    for name, row in planted_rows(world).items():
        with suppress(PermissionDenied):
            set_follow(actor=user, record_type=name, record=row, state="follow")
        give_notice(users=[user], text="Look at this.", record=name, record_id=row.pk, now=NOW)
    change_standing(actor=user, digest="day", hour=9, now=NOW - timedelta(days=2))


def may_read(user: User, world: World) -> set[tuple[str, str]]:
    grants = grants_of(user)
    seen = {(POST, name) for name, row in planted_rows(world).items() if sees(user, name, row)}
    return seen | {place for place in MARKERS if grants.level(*place) >= Level.READ}


def sees(user: User, name: str, row: Any) -> bool:
    one = records.get(name)
    return one is not None and grants_of(user).may(name, "see") and one.visible_to(user).filter(pk=row.pk).exists()


def test_nothing_hidden_reaches_a_role(role: User, world: World, visited: dict[str, set[tuple[str, str]]]) -> None:
    client, allowed = world.client(role), may_read(role, world)
    leaks: list[tuple[str, set[tuple[str, str]]]] = []
    seen: set[tuple[str, str]] = set()
    for address, most in visited.items():
        if not most:
            continue  # nothing is shown there to anybody
        response = client.get(address)
        assert response.status_code < 500, address
        told = shown(body_of(response))
        if told - allowed:
            leaks.append((address, told - allowed))
        seen |= told
    assert leaks == []
    if grants_of(role).rows("person") == {"all"} and ("person", "name") in allowed:
        assert ("person", "name") in seen


@pytest.fixture(scope="module")
def findable(world: World, visited: dict[str, set[tuple[str, str]]]) -> dict[tuple[str, str], list[str]]:
    """By (address, name of what is asked): the words by which who may see everything finds something there. By others
    nobody does."""
    client, found = world.client(world.users[EVERYTHING]), {}
    with counted_once(), without_pages_of_nothing():
        for route, name in SEARCHED.items():
            address = next((a for a in visited if "?" not in a and _fits(route, a)), "/" + route)
            assert "<" not in address
            found[address, name] = _found_by(client, address, name, _words_of(PLACES))
    return found


def _found_by(client: Client, address: str, name: str, words: Iterable[str]) -> list[str]:
    """Those for which the search answers otherwise than for a word that is nowhere."""
    nothing = plain(body_of(client.get(address, {name: "qzxnowhere"})), "qzxnowhere")
    return [word for word in words if plain(body_of(client.get(address, {name: word})), word) != nothing]


def test_each_search_finds_something(findable: dict[tuple[str, str], list[str]]) -> None:
    assert [asked for asked, words in findable.items() if not words] == []


def test_nothing_is_found_by_what_is_hidden(
    role: User, world: World, findable: dict[tuple[str, str], list[str]]
) -> None:  # fmt: skip
    """A search for a hidden word answers as a search for a word that is nowhere."""
    client, allowed = world.client(role), may_read(role, world)
    hidden = _words_of(place for place in PLACES if place not in allowed and not _told_elsewhere(place, allowed))
    told = {
        asked: _found_by(client, *asked, [word for word in words if word in hidden])
        for asked, words in findable.items()
    }
    assert {asked: words for asked, words in told.items() if words} == {}


def _words_of(places: Iterable[tuple[str, str]]) -> list[str]:
    """What somebody would type to find them, each once."""
    return sorted({marker.rstrip("@").lower() for place in places for marker in PLACES[place]})


def _told_elsewhere(place: tuple[str, str], allowed: set[tuple[str, str]]) -> bool:
    """Whether the same words stand in a field that may be read: nobody can tell by which they are found."""
    return place == ("inquiry", "snippet") and ("message", "text") in allowed


def _fits(route: str, address: str) -> bool:
    return re.fullmatch("/" + re.sub(r"<[^>]+>", "[^/]+", route), address) is not None


def test_a_stranger_is_shown_no_marker(world: World, visited: dict[str, set[tuple[str, str]]]) -> None:
    client = Client()
    assert [address for address in visited if shown(body_of(client.get(address)))] == []


def test_live_updates_carry_no_marker(world: World) -> None:
    assert len(world.told_live) > 20
    assert [said for said in world.told_live if shown(said)] == []


def test_a_stream_is_heard_by_who_sees_its_record(role: User, world: World) -> None:
    for name, topic in (
        ("inquiry", f"inquiry:{world.inquiry.uid}"),
        ("inquiry", f"here:{world.inquiry.uid}"),
        (planted.RECORD, f"record:{world.record.uid}"),
        (planted.RECORD, f"records:{world.record.object_id}"),
    ):
        if live.may_hear(role, topic):
            assert sees(role, name, planted_rows(world)[name]), topic


def digest_of(user: User) -> str:
    """The words of the digest that comes to this person; "" when none does."""
    before = set(Outgoing.objects.values_list("pk", flat=True))
    make_digest(user_id=user.pk, now=NOW + timedelta(days=1))
    rows = Outgoing.objects.exclude(pk__in=before)
    mails = [email.message_from_bytes(content_of(row), policy=policy.default) for row in rows]
    bodies = [mail.get_body((kind,)) for mail in mails for kind in ("plain", "html")]
    return "\n".join([str(mail["Subject"]) for mail in mails] + [body.get_content() for body in bodies if body])


def test_a_digest_tells_no_more(role: User, world: World) -> None:
    assert shown(digest_of(role)) - may_read(role, world) == set()


def test_a_digest_tells_what_may_be_read(world: World) -> None:
    with transaction.atomic():
        friend = reader(world, [EVERYTHING, "press"])
        _listen(friend, world)
        told = shown(digest_of(friend))
        transaction.set_rollback(True)
    assert {(POST, name) for name in planted.POSTS} <= told


def refusals(world: World) -> Iterator[tuple[str, str, Any]]:
    """Questions that are refused, or that are about what is not there: (method, address, body)."""
    for name in {one.name for one in records.all_types() if not one.private}:
        one = records.get(name)
        assert one is not None
        rows = planted_rows(world)
        for each in records.fields_of(one):
            marker = next(iter(MARKERS.get((name, each.name), ("x",))))
            yield "get", f"/api/v1/records/{name}/?{each.name}={marker}&sort={each.name}", None
            yield "get", f"/records/{planted.SLUG}/?f.{each.name}={marker}&sort={each.name}", None
            if name in rows:
                yield "patch", f"/api/v1/records/{name}/{rows[name].uid}/", {"fields": {each.name: {"no": "value"}}}
        if name in rows:
            yield "delete", f"/api/v1/records/{name}/{rows[name].uid}/", None
            yield "post", f"/api/v1/records/{name}/", {"fields": {}}
    yield "get", f"/people/{world.inquiry.uid}/", None
    yield "get", f"/i/{world.person.uid}/", None
    yield "post", f"/i/{world.inquiry.uid}/close/", {}
    yield "post", f"/records/{planted.SLUG}/{world.record.uid}/stage/nowhere/", {}
    yield "get", "/people/?sort=phone", None


def test_a_refusal_tells_nothing(role: User, world: World) -> None:
    client, allowed = world.client(role), may_read(role, world)
    client.raise_request_exception = False
    leaks, refused = [], 0
    for method, address, body in refusals(world):
        with transaction.atomic():
            given = {} if body is None else {"data": body, "content_type": "application/json"}
            answer = getattr(client, method)(address, **given)
            transaction.set_rollback(True)
        refused += answer.status_code >= 400
        told = shown(body_of(answer)) - shown(address)
        assert answer.status_code < 500, address
        if told - allowed:
            leaks.append((method, address, told - allowed))
    assert leaks == []
    assert refused > 20
