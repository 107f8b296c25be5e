"""An index of a field: made where it was asked for, with the application's own role, by what the field's row says."""

import pytest
from django.db import ProgrammingError, connection, transaction

from hustings.foundation.objects.actions.indexing import index_field
from hustings.foundation.objects.actions.making import make_record
from hustings.foundation.objects.actions.shaping import add_field, change_field, withdraw_field
from hustings.foundation.objects.models import FieldType

from .conftest import NOW


def indexes():
    with connection.cursor() as cursor:
        cursor.execute("select indexname, indexdef from pg_indexes where indexname like 'objects\\_v\\_%'")
        return dict(cursor.fetchall())


def statistics():
    with connection.cursor() as cursor:
        cursor.execute("select stxname from pg_statistic_ext where stxname like 'objects\\_s\\_%' order by 1")
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture
def app_role(db):
    """The role that web and worker have."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set local role hustings_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("reset role")


def test_the_application_may_make_no_index_but_by_the_function(signs, app_role):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("create index mine on objects_customrecord (id)")
    name = FieldType.objects.get(slug="name")
    index_field(field_id=name.pk)
    assert list(indexes()) == [f"objects_v_{name.pk}"]
    assert "objects_text" in indexes()[f"objects_v_{name.pk}"]
    assert f"(object_id = {signs.pk})" in indexes()[f"objects_v_{name.pk}"]
    assert statistics() == [f"objects_s_{name.pk}"]
    name.refresh_from_db()
    assert name.index_state == "ready"
    index_field(field_id=name.pk)
    assert len(indexes()) == 1


def test_it_goes_when_it_is_no_longer_asked_for(admin, signs):
    name, size = FieldType.objects.get(slug="name"), FieldType.objects.get(slug="size")
    for one in (name, size):
        index_field(field_id=one.pk)
    change_field(actor=admin, field=name, is_indexed=False, now=NOW)
    withdraw_field(actor=admin, field=size, now=NOW)
    for one in (name, size):
        index_field(field_id=one.pk)
    assert (indexes(), statistics()) == ({}, [])


@pytest.mark.parametrize("slug", ["x'; drop table objects_fieldtype; --", "X", "a b", "1x"])
def test_a_row_that_is_no_field_makes_none(signs, slug):
    one = FieldType.objects.get(slug="name")
    FieldType.objects.filter(pk=one.pk).update(slug=slug)
    with pytest.raises(ProgrammingError, match="cannot be indexed"), transaction.atomic():
        index_field(field_id=one.pk)
    assert indexes() == {}


def test_a_field_of_a_main_record_has_one_too(admin, signs):
    one = add_field(actor=admin, record="user", label="Shift", kind="number", is_indexed=True, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    index_field(field_id=one.pk)
    assert "objects_fieldvalue" in indexes()[f"objects_v_{one.pk}"]


def test_the_list_uses_it(admin, signs):
    make_record(actor=admin, kind=signs, values={"name": "Ada", "how_many": 3}, now=NOW)
    many = FieldType.objects.get(slug="how_many")
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        index_field(field_id=many.pk)
        cursor.execute("set local enable_seqscan = off; set local enable_sort = off")
        cursor.execute(
            "explain select id from objects_customrecord where object_id = %s"
            " and objects_number(\"values\", 'how_many') >= 2"
            " order by objects_number(\"values\", 'how_many'), id limit 51",
            [signs.pk],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"objects_v_{many.pk}" in plan


def test_how_many_are_expected_within_bounds_is_known(admin, signs):
    """Else few of many would be looked for among all."""
    for number in range(200):
        make_record(actor=admin, kind=signs, values={"name": "Ada", "how_many": number}, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        index_field(field_id=FieldType.objects.get(slug="how_many").pk)
        cursor.execute(
            "explain (format json) select id from objects_customrecord where object_id = %s"
            " and objects_number(\"values\", 'how_many') < 10", [signs.pk],
        )  # fmt: skip
        (plan,) = cursor.fetchone()
    assert plan[0]["Plan"]["Plan Rows"] == 10
