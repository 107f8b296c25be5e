"""How many questions a page asks the database: as many for one record as for three."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hustings.foundation.objects.actions.making import change_record, make_record

from .conftest import NOW

TABLE = re.compile(r'(?:from|join)\s+"?(\w+)', re.IGNORECASE)


def asked(client, address):
    """The tables that the page's questions begin at."""
    assert client.get(address).status_code == 200  # what is kept between pages is there
    with CaptureQueriesContext(
        connection,
    ) as questions:
        assert client.get(address).status_code == 200
    return [
        TABLE.findall(one["sql"])[-1 if "subquery" in one["sql"] else 0]
        for one in questions
        if TABLE.search(one["sql"])
    ]


@pytest.fixture
def looking(admin, client):
    client.force_login(admin)
    return client


RECORDS, STAMP = "objects_customrecord", "objects_shapestamp"


@pytest.mark.parametrize(
    ("page", "query", "records"),
    [
        ("list", "", 3),  # ids, rows, how many
        ("list", "sort=fee", 4),  # and whether the list is large
        ("list", "f.size=small", 2),  # the ids tell how many
        ("list", "q=ruth", 2),
        ("board", "", 2),  # ids and how many of every stage, rows
    ],
)
@pytest.mark.parametrize("number", [1, 3])
def test_a_page_asks_as_much_for_three_as_for_one(admin, signs, looking, page, query, records, number):
    for _ in range(number):
        make_record(actor=admin, kind=signs, values={"name": "Ruth", "size": "Small", "fee": "3"}, now=NOW)
    tables = asked(looking, f"{reverse(f'objects:{page}', args=['yard-sign'])}?{query}")
    assert [tables.count(one) for one in (STAMP, RECORDS)] == [1, records]
    assert len(tables) <= 25  # with the rail of every room


def test_owners_are_read_at_once(admin, signs, looking, made):
    address = reverse("objects:list", args=["yard-sign"])
    records = [make_record(actor=admin, kind=signs, values={"name": "Ruth"}, now=NOW) for _ in range(3)]
    before = asked(looking, address).count("access_user")
    for record, owner in zip(records, (admin, made("June", "volunteer"), made("Theo", "lead")), strict=True):
        change_record(actor=admin, record=record, values={"owner": owner}, now=NOW)
    assert asked(looking, address).count("access_user") == before + 1
    html = looking.get(address).text
    assert [f"<td>{name} Sample</td>" in html for name in ("Marguerite", "June", "Theo")] == [True] * 3
