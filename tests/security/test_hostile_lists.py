"""Whatever an address asks of a list, the list or a refusal is the answer: no page falls over."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from django.test import Client

from hustings.foundation.access import grants
from hustings.foundation.core.records import CHOICE, DATE, LINK, MONEY, NUMBER, PLACE, TEXT, YES_NO
from hustings.foundation.objects.actions.shaping import add_field, make_object
from hustings.foundation.objects.queries.shape import forget
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
    answer = client.get(address, given)
    if answer.streaming:
        b"".join(answer)
    assert answer.status_code < 500, (address, given)


FIELDS = [f"f.by_{kind}{part}" for kind in KINDS for part in ("", ".min", ".max")]


PEOPLE = ("q", "state", "language", "mark", "sort", "page")
OWN = ("q", "stage", "owner", "sort", "after", "before", "cols")
LISTS = {
    "/desk/rows/": NAMES, "/?format=csv": NAMES, "/people/": PEOPLE, "/people/people.json": PEOPLE,
    "/records/canvass/": OWN,
}  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_each_of_what_a_list_is_asked(client: Client, address: str) -> None:
    """Alone what the database cannot hold, all together what makes no sense."""
    for name in (*LISTS[address], *FIELDS):
        tried(client, address, {"view": "all", name: "a\x00b"})
    for value in NASTY:
        tried(client, address, {**dict.fromkeys(LISTS[address], value), "view": "all"})
        tried(client, address, {"view": "all", **dict.fromkeys(FIELDS, value)})


def test_a_cursor_that_is_none(client: Client) -> None:
    for said in CURSORS:
        _none(client, said)


def _none(client: Client, said: Any) -> None:
    page = urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    for view in ("all", "mine", "snoozed", "open"):
        tried(client, "/desk/rows/", {"view": view, "page": page})
    tried(client, "/desk/rows/", {"view": "open", "page": page, "order": "newest"})
