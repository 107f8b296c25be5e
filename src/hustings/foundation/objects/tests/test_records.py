"""Records of an object: made and changed whole or not at all, and told."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import QueryDict
from django.urls import reverse

from hustings.foundation.core import bus, records
from hustings.foundation.core.records import RecordChanged
from hustings.foundation.objects.actions.indexing import index_field
from hustings.foundation.objects.actions.making import (
    Outdated,
    change_record,
    delete_record,
    make_record,
    take_next,
)
from hustings.foundation.objects.models import CustomRecord, FieldType
from hustings.foundation.objects.queries.listing import count, found, page_of, wish_of

from .conftest import NOW

FULL = {
    "name": "Ruth Abernathy",
    "phone": "(614) 555-0142",
    "size": "Large",
    "how_many": "2",
    "fee": "12.50",
    "wanted_by": "10/28/2028",
    "place": "12 Elm Street, Columbus, OH 43215",
    "extras": ["stakes"],
    "paid": "no",
    "staff_note": "Behind the hedge.",
}


@pytest.fixture
def told(monkeypatch):
    """What is announced of records."""
    heard = []
    monkeypatch.setitem(bus._inside, RecordChanged, [heard.append])
    return heard


def listed(user, kind, query=""):
    wish = wish_of(user, kind, QueryDict(query))
    return [row.value("name") for row in page_of(found(user, wish), wish).rows]


def test_a_record_is_made_typed_and_told(admin, signs, told):
    record = make_record(actor=admin, kind=signs, values=FULL, now=NOW)
    assert CustomRecord.objects.get().values == {
        "name": "Ruth Abernathy",
        "phone": "+16145550142",
        "size": "large",
        "how_many": 2,
        "fee": 1250,
        "wanted_by": "2028-10-28",
        "place": {"street": "12 Elm Street", "city": "Columbus", "state": "OH", "zip": "43215"},
        "extras": ["stakes"],
        "paid": False,
        "staff_note": "Behind the hedge.",
    }
    assert record.stage == "new"
    (event,) = told
    assert (event.record, event.id, event.uid, event.is_new) == ("x_yard_sign", record.pk, record.uid, True)
    assert event.changes["fee"] == (None, 1250)
    assert event.changes["stage"] == (None, "new")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("phone", "12"),
        ("size", "medium"),
        ("how_many", "many"),
        ("how_many", "1e20"),
        ("fee", "1.234"),
        ("wanted_by", "2028-02-30"),
        ("place", {"zip": "432"}),
        ("paid", "perhaps"),
        ("photo", {"sha256": "0" * 64, "name": "x", "type": "x", "size": 1}),
        ("asked_by", 999_999),
        ("unheard_of", "x"),
        ("owner", "nobody@example.org"),
        ("stage", "Lost"),
    ],
)
def test_what_is_not_good_is_refused_and_nothing_is_made(admin, signs, told, name, value):
    with pytest.raises(ValidationError) as refused:
        make_record(actor=admin, kind=signs, values={**FULL, name: value}, now=NOW)
    assert list(refused.value.message_dict) == [name]
    assert not CustomRecord.objects.exists()
    assert told == []


def test_only_what_differs_is_told_and_an_old_look_is_refused(admin, signs, told):
    record = make_record(actor=admin, kind=signs, values=FULL, now=NOW)
    told.clear()
    changed = change_record(
        actor=admin, record=record, values={"name": "Ruth A.", "size": "large", "stage": "Packed"}, version=1, now=NOW
    )
    assert changed == {"name": ("Ruth Abernathy", "Ruth A."), "stage": ("new", "packed")}
    assert [event.changes for event in told] == [changed]
    with pytest.raises(Outdated):
        change_record(actor=admin, record=record, values={"name": "Late"}, version=1, now=NOW)
    assert CustomRecord.objects.get().values["name"] == "Ruth A."
    assert change_record(actor=admin, record=record, values={"name": "Ruth A."}, now=NOW) == {}
    assert len(told) == 1


def test_a_required_field_is_not_emptied(admin, signs):
    record = make_record(actor=admin, kind=signs, values=FULL, now=NOW)
    with pytest.raises(ValidationError):
        change_record(actor=admin, record=record, values={"name": "  ", "fee": ""}, now=NOW)
    assert CustomRecord.objects.get().values["fee"] == 1250


def test_the_queue_gives_each_to_one(admin, signs):
    first, second, done = (
        make_record(actor=admin, kind=signs, values={"name": name, **more}, now=NOW)
        for name, more in (("One", {}), ("Two", {}), ("Three", {"stage": "Delivered"}))
    )
    assert take_next(actor=admin, kind=signs, now=NOW) == first
    assert take_next(actor=admin, kind=signs, now=NOW) == second
    assert take_next(actor=admin, kind=signs, now=NOW) is None
    assert CustomRecord.objects.get(pk=done.pk).owner is None


def test_it_is_deleted_by_whoever_may(admin, made, signs, role, told):
    record = make_record(actor=admin, kind=signs, values=FULL, now=NOW)
    role("reader", verbs=["see", "change"], rows=["all"], fields={"*": "edit"})
    reader = made("June", "reader")
    with pytest.raises(PermissionDenied):
        delete_record(actor=reader, record=record, now=NOW)
    assert CustomRecord.objects.count() == 1
    delete_record(actor=admin, record=record, now=NOW)
    assert not CustomRecord.objects.exists()
    assert told[-1].is_deleted


@pytest.fixture
def shelf(admin, signs):
    for number, (name, size, many, state) in enumerate(
        [("Ada", "Small", 3, "OH"), ("bert", "Large", None, "PA"), ("Cora", "Small", 10, "OH"), ("Dov", None, 7, None)]
    ):
        make_record(
            actor=admin,
            kind=signs,
            values={
                "name": name,
                "size": size,
                "how_many": many,
                "place": {"state": state or ""},
                "staff_note": f"note {number}",
                "wanted_by": f"2028-10-0{number + 1}",
                "paid": number % 2 == 0,
                "extras": ["stakes"] if number else None,
            },
            now=NOW,
        )
    return signs


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Dov", "Cora", "bert", "Ada"]),
        ("sort=name", ["Ada", "bert", "Cora", "Dov"]),
        ("sort=-name", ["Dov", "Cora", "bert", "Ada"]),
        ("sort=how_many", ["Ada", "Dov", "Cora", "bert"]),
        ("sort=-how_many", ["Cora", "Dov", "Ada", "bert"]),
        ("f.name=ER", ["bert"]),
        ("f.size=small", ["Cora", "Ada"]),
        ("f.size=small&f.size=large", ["Cora", "bert", "Ada"]),
        ("f.extras=stakes", ["Dov", "Cora", "bert"]),
        ("f.how_many.min=7", ["Dov", "Cora"]),
        ("f.how_many.max=7", ["Dov", "Ada"]),
        ("f.wanted_by.min=10/2/2028&f.wanted_by.max=2028-10-03", ["Cora", "bert"]),
        ("f.wanted_by.min=2028-10-03", ["Dov", "Cora"]),
        ("f.wanted_by=10/2/2028", ["bert"]),
        ("sort=wanted_by", ["Ada", "bert", "Cora", "Dov"]),
        ("sort=-size", ["Cora", "Ada", "bert", "Dov"]),
        ("sort=paid", ["bert", "Dov", "Ada", "Cora"]),
        ("f.paid=yes", ["Cora", "Ada"]),
        ("f.place=Ohio", ["Cora", "Ada"]),
        ("q=NOTE 2", ["Cora"]),
        ("q=nothing", []),
        ("f.how_many.min=much", []),
        ("owner=none&stage=new", ["Dov", "Cora", "bert", "Ada"]),
        ("owner=me", []),
    ],
)
@pytest.mark.parametrize("indexed", [False, True])
def test_the_list_is_what_its_address_says(admin, shelf, query, names, indexed):
    if indexed:
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")  # as if what was made were committed
        for one in FieldType.objects.filter(is_indexed=True):
            index_field(field_id=one.pk)
    assert listed(admin, shelf, query) == names


SORTS = ["", "made", "name", "how_many", "place", "size", "wanted_by", "paid", "phone"]


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{one}" for one in SORTS[2:])])
def test_every_row_is_on_one_page_forward_and_back(admin, shelf, sort):
    wish = wish_of(admin, shelf, QueryDict(f"sort={sort}"))
    rows = found(admin, wish)
    every = [row.pk for row in page_of(rows, wish).rows]
    forward, pages = [], []
    while True:
        page = page_of(rows, wish, size=1)
        pages.append(page)
        forward += [row.pk for row in page.rows]
        if page.after is None:
            break
        wish.after = str(page.after)
    assert forward == every
    assert pages[0].before is None
    backward, wish.after = [forward[-1]], ""
    wish.before = str(pages[-1].before)
    while True:
        page = page_of(rows, wish, size=1)
        backward += [row.pk for row in page.rows]
        if page.before is None:
            break
        wish.before = str(page.before)
    assert backward == every[::-1]
    assert count(rows) == (4, False)


def test_the_registry_knows_the_object(admin, signs):
    kind = records.get("x_yard_sign")
    assert kind is not None
    record = kind.make(actor=admin, values={"name": "Ada", "how_many": 4}, now=NOW)
    fields = {one.name: one for one in kind.fields}
    assert fields["how_many"].value_of(record) == 4
    assert list(kind.visible_to(admin).filter(**{fields["how_many"].path: 4})) == [record]
    assert list(kind.visible_to(admin).filter(**{f"{fields['name'].path}__startswith": "Ad"})) == [record]
    fields["how_many"].change(actor=admin, record=record, value=5, now=NOW)
    assert kind.visible_to(admin).get().value("how_many") == 5
    assert kind.title(record) == "Ada"


def test_a_card_is_moved_and_taken_back_while_nobody_else_changed_it(admin, made, signs, client):
    record = make_record(actor=admin, kind=signs, values={"name": "Ruth"}, now=NOW)
    client.force_login(admin)
    to = reverse("objects:stage", args=["yard-sign", record.uid])
    moved = client.post(f"{to}packed/", headers={"HX-Request": "true"})
    assert moved.status_code == 204
    said = json.loads(moved["HX-Trigger"])["toasts"]["value"][0]
    assert (said["message"], said["undo"]) == ("Moved to Packed", f"{to}new/?version=2")
    assert client.post(f"{to}nowhere/").status_code == 422
    assert client.post(said["undo"], headers={"HX-Request": "true"}).status_code == 204
    record.refresh_from_db()
    assert record.stage == "new"
    second = client.post(f"{to}packed/", headers={"HX-Request": "true"})
    change_record(actor=admin, record=record, values={"name": "Ruth A."}, now=NOW)
    late = client.post(json.loads(second["HX-Trigger"])["toasts"]["value"][0]["undo"], headers={"HX-Request": "true"})
    assert late.status_code == 409
    record.refresh_from_db()
    assert (record.stage, record.values["name"]) == ("packed", "Ruth A.")
    client.force_login(made("June", "volunteer"))
    assert client.post(f"{to}new/").status_code == 404
