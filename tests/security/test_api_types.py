"""Every record type of the house over the API: each field lists, filters and sorts as `GET /records/` says, or is
refused in words; nothing breaks."""

import pytest
from django.test import Client

from hustings.foundation.core import records
from hustings.service.correspondence.tests.replying import article, cast, inquiry

pytestmark = pytest.mark.django_db
API = "/api/v1/records/"
VALUES = {
    "number": "1",
    "money": "1.50",
    "date": "2028-11-07",
    "moment": "2028-11-07T12:00:00Z",
    "yes_no": "true",
    "link": "0197b8f0-0000-7000-8000-000000000001",
    "user": "0197b8f0-0000-7000-8000-000000000001",
}


@pytest.fixture
def here() -> Client:
    us = cast()
    inquiry(us)
    article()
    made = Client()
    made.force_login(us.administrator)
    return made


def test_every_type_and_field(here: Client) -> None:
    types = here.get(API).json()["results"]
    # What is private is not even an administrator's.
    assert [one["name"] for one in types] == [one.name for one in records.all_types() if not one.private]
    for one in types:
        page = here.get(f"{API}{one['name']}/")
        assert page.status_code == 200, one["name"]
        for row in page.json()["results"]:
            assert set(row["fields"]) == {field["name"] for field in one["fields"]}
            assert here.get(f"{API}{one['name']}/{row['uid']}/").json() == row
        for field in one["fields"]:
            value = (field.get("choices") or [VALUES.get(field["kind"], "x")])[0]
            name = field["name"]
            for query in (f"{name}={value}", f"{name}__empty=true", f"{name}__in={value}", f"sort=-{name}"):
                answer = here.get(f"{API}{one['name']}/?{query}")
                assert answer.status_code in ((200, 422) if field["filters"] else (422,)), (one["name"], query)
        assert b"".join(here.get(f"{API}{one['name']}/export.csv").streaming_content)
    assert here.get("/api/v1/openapi.json").status_code == 200


def test_there_is_something_to_see(here: Client) -> None:
    assert [len(here.get(f"{API}{name}/").json()["results"]) for name in ("inquiry", "article")] == [1, 1]
    only = here.get(f"{API}inquiry/?fields=subject&sort=-opened_at&limit=1").json()
    assert (list(only["results"][0]["fields"]), only["next"]) == (["subject"], None)
