"""Whatever an address asks of a list, the list or a refusal is the answer: no page falls over."""

import json
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from hustings.foundation.access import grants
from hustings.foundation.core.records import CHOICE, DATE, LINK, MONEY, NUMBER, PLACE, TEXT, YES_NO
from hustings.foundation.objects.actions.shaping import add_field, make_object
from hustings.foundation.objects.queries.shape import forget
from hustings.service.campaigns.models import Group
from hustings.service.correspondence.tests.replying import NOW, Cast, cast, inquiry
from hustings.service.desk.queries.states import NAMES

pytestmark = pytest.mark.django_db
NASTY = ("a\x00b", "\x00", "²", "9" * 5000, "-1", "😀", "Infinity", "9999-12-31", "\u202e<script>", "[]")
KINDS = {TEXT: {}, NUMBER: {}, MONEY: {}, DATE: {}, YES_NO: {}, PLACE: {}, LINK: {"to": "person"},
         CHOICE: {"choices": ["One", "Two"]}}  # fmt: skip
CURSORS = [
    [2, "2026-10-20T15:00:00+00:00", float("inf")], [float("inf"), "2026-10-20T15:00:00+00:00", 3], [2, 5, 3],
    ["x", "2026-10-20T15:00:00+00:00", 3], [2, "2026-10-20T15:00:00", 3], [2, "2026-99-99", 3], [10**400, None, True],
    [[], {}, None], ["2026-10-20T15:00:00+00:00", "x"], [float("nan"), 1], [10**30], [None], ["2026-10-20"], {}, 3,
]  # fmt: skip

MADE_UP = (
    urlsafe_b64encode(b"[1, 2]").decode(), "0", "1e400", "NaN", "99999999999999999999", "2026-02-30", "0001-01-01",
    "2026-10-20T15:00:00Z", "null", "%00", "x" * 100_000, "00000000-0000-0000-0000-000000000000", "\\", "%", "'",
)  # fmt: skip


@pytest.fixture
def client() -> Any:
    forget()
    us: Cast = cast()
    inquiry(us)
    made = make_object(actor=us.administrator, label="Canvass", plural="Canvasses", stages=["New"], now=NOW)
    for record in ("person", "inquiry", made.record):
        for kind, more in KINDS.items():
            add_field(actor=us.administrator, record=record, label=f"By {kind}", kind=kind, now=NOW, **more)
    grants.forget(us.administrator)
    here = Client()
    here.force_login(us.administrator)
    yield here
    forget()


def tried(client: Client, address: str, given: dict[str, Any]) -> None:
    path, _mark, asked = address.partition("?")
    answer = client.get(path, dict(parse_qsl(asked)) | given)
    if answer.streaming:
        b"".join(answer)
    assert answer.status_code < 500, (address, given)


FIELDS = [f"f.by_{kind}{part}" for kind in KINDS for part in ("", ".min", ".max")]


PEOPLE = ("q", "state", "language", "mark", "sort", "page")
OWN = ("q", "stage", "owner", "sort", "after", "before", "cols")
CAMPAIGNS = ("q", "status", "small", "page", "format")
TASKS = ("view", "q", "for", "page")
INCIDENTS = ("view", "state", "kind", "page")
AUDIT = ("who", "action", "type", "record", "field", "since", "until", "before")
LISTS = {
    "/desk/rows/": NAMES, "/?format=csv": NAMES, "/people/": PEOPLE, "/people/people.json": PEOPLE,
    "/records/canvass/": OWN, "/campaigns/": CAMPAIGNS, "/campaigns/?format=csv": CAMPAIGNS[:3],
    "/campaigns/?format=json": CAMPAIGNS[:3], "/incidents/": INCIDENTS, "/incidents/incidents.csv": INCIDENTS,
    "/settings/audit/": AUDIT, "/settings/audit/export.csv": AUDIT,
}  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_each_of_what_a_list_is_asked(client: Client, address: str) -> None:
    """Alone what the database cannot hold, all together what makes no sense."""
    for name in (*LISTS[address], *FIELDS):
        tried(client, address, {"view": "all", name: "a\x00b"})
    for value in NASTY:
        tried(client, address, {**dict.fromkeys(LISTS[address], value), "view": "all"})
        tried(client, address, {"view": "all", **dict.fromkeys(FIELDS, value)})


@pytest.mark.parametrize("address", ["/campaigns/", "/incidents/", "/settings/audit/"])
def test_each_value_of_each_alone(client: Client, address: str) -> None:
    """Together one may keep another from being asked of the database."""
    for name in LISTS[address]:
        for value in (*NASTY, *MADE_UP):
            tried(client, address, {"view": "all", name: [value, value]})


def test_what_is_asked_of_one_campaign(client: Client) -> None:
    group = Group.objects.create(name="Save the post office", first_at=NOW, last_at=NOW, people=30, letters=30)
    for value in (*NASTY, *MADE_UP):
        tried(client, group.get_absolute_url(), {"added": value})
        tried(client, group.get_absolute_url(), {"page": value})


def test_a_cursor_that_is_none(client: Client) -> None:
    for said in CURSORS:
        _none(client, said)


def _none(client: Client, said: Any) -> None:
    page = urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    for view in ("all", "mine", "snoozed", "open"):
        tried(client, "/desk/rows/", {"view": view, "page": page})
    tried(client, "/desk/rows/", {"view": "open", "page": page, "order": "newest"})
