"""Whatever an address or a form is given, no page of the board, of surge mode or of incidents falls over."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern

from hustings.service.desk.tests.cast import NOW, make_inquiry, make_user
from hustings.service.incidents import urls as incidents_urls
from hustings.service.incidents.actions.reporting import report
from hustings.service.surge import urls as surge_urls
from hustings.service.surge.actions.freezing import begin_freeze
from hustings.service.surge.actions.switching import begin_surge

NASTY = ("²", "a\x00b", "9" * 5000, "-1", "2147483648", "😀", "9999-12-31T23:59", "0001-01-01T00:00", "\u202e<script>")
WORST = NASTY[:5]
OF_THE_FRAME = {"view"}
# What a form goes by, where without the right word it reads nothing further.
ACTS = {
    "/election-day/plan/": [
        {"which": "plan"},
        {"which": "order", "step-TOTAL_FORMS": "2", "step-INITIAL_FORMS": "0", "step-0-name": "Thanks"},
    ],
    "/election-day/freeze/": [{"act": "begin"}, {"act": "leave"}, {"act": "end"}],
    "/election-day/switch/": [{"to": "on"}, {"to": "off"}],
}


@pytest.fixture
def there(cast: Any) -> dict[str, list[str]]:
    """Every address, about what is there: an incident, and a letter to report one from."""
    incident = report(actor=cast.ada, kind="line", state_code="OH", at=NOW, what="Long", now=NOW)
    letter = make_inquiry(cast.help)
    begin_freeze(actor=cast.ada, kinds=["articles", "code"], keepers=[cast.ada], now=NOW)
    found = []
    for module, prefix in ((surge_urls, "/election-day/"), (incidents_urls, "/incidents/")):
        for pattern in module.urlpatterns:
            assert isinstance(pattern, URLPattern)
            uid = letter.uid if "from/" in str(pattern.pattern) else incident.uid
            found.append(prefix + str(pattern.pattern).replace("<uuid:uid>", str(uid)))
    assert len(found) == 13
    return {"all": found}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that were asked of an address or a form since it was last cleared."""
    names: set[str] = set()
    one, many = QueryDict.__getitem__, QueryDict.getlist

    def watched(self: QueryDict, key: str) -> Any:
        names.add(key)
        return one(self, key)

    def watched_list(self: QueryDict, key: str, default: Any = None) -> Any:
        names.add(key)
        return many(self, key, default)

    monkeypatch.setattr(QueryDict, "__getitem__", watched)
    monkeypatch.setattr(QueryDict, "getlist", watched_list)
    return names


@pytest.fixture
def clients(cast: Any) -> list[Client]:
    """An administrator, and someone of voter protection, who alone closes incidents."""
    found = []
    for user in (cast.ada, make_user("Polly Vance", roles=["voter-protection"])):
        client = Client()
        client.force_login(user)
        found.append(client)
    return found


def visit(client: Client, method: str, address: str, given: dict[str, str]) -> int:
    """The status; whatever it did is undone. An exception in the view fails the test."""
    with transaction.atomic():
        status = getattr(client, method)(address, given).status_code
        transaction.set_rollback(True)
    return int(status)


def wrongs(names: set[str], values: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """All at once, and each by itself."""
    for value in values if names else ():
        yield dict.fromkeys(names, value)
    if 1 < len(names) < 9:
        yield from ({name: value} for name in names for value in WORST[1:3])


def test_no_parameter_makes_a_page_fall_over(there, asked, clients):
    read: dict[str, set[str]] = {}
    for client in clients[:1]:
        for address in there["all"]:
            asked.clear()
            if visit(client, "get", address, {}) in (403, 405):
                continue
            names = read[address] = set(asked) - OF_THE_FRAME
            for given in wrongs(names, NASTY):
                assert visit(client, "get", address, given) < 500, (address, given)
    assert {"by", "tables"} <= read["/election-day/"]
    assert {"state", "kind", "page"} <= read["/incidents/"]


def test_no_form_does(there, asked, clients):
    tried: dict[str, set[str]] = {}
    for client in clients:
        for address in there["all"]:
            for act in ACTS.get(address, [{"any": "1"}]):
                asked.clear()
                if visit(client, "post", address, act) == 405 or (address in tried and "any" in act):
                    continue
                names = set(asked) - act.keys()
                tried.setdefault(address, set()).update(names)
                for given in wrongs(names, WORST):
                    assert visit(client, "post", address, {**act, **given}) < 500, (address, given)
    assert {"arrivals_on", "step-0-natures", "queues"} <= tried["/election-day/plan/"]
    assert {"keepers", "kinds", "reason"} <= tried["/election-day/freeze/"]
    assert "because" in tried["/election-day/switch/"]
    assert "team" in tried["/election-day/call/"]
    assert any("outcome" in names for names in tried.values())
    assert any({"at", "what", "state_code"} <= names for names in tried.values())


def test_no_form_does_while_it_is_on(cast, there, clients):
    begin_surge(actor=cast.ada, because="a test", now=NOW)
    for value in WORST:
        for given in ({"to": "off", "because": value}, {"to": value}):
            assert visit(clients[0], "post", "/election-day/switch/", given) < 500
