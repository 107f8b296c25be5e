"""Records and their files: what a hold keeps, and that bytes do not outlive the record that named them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hustings.foundation.core.records import Held
from hustings.foundation.objects.actions.bearing import Upload
from hustings.foundation.objects.actions.making import change_record, delete_record, make_record
from hustings.foundation.objects.actions.shaping import add_field, make_object
from hustings.foundation.objects.models import CustomRecord
from hustings.foundation.objects.queries.shape import shape
from hustings.foundation.retention.actions.holds import Over, place_hold, release_hold
from hustings.foundation.retention.models import ObjectRemoval

from .conftest import NOW


@pytest.fixture
def sign(admin):
    kind = make_object(actor=admin, label="Sign", plural="Signs", now=NOW)
    add_field(actor=admin, record=kind.record, label="Name", kind="text", now=NOW)
    add_field(actor=admin, record=kind.record, label="Photo", kind="file", now=NOW)
    vars(admin).pop("_grants", None)
    given = {"name": "Ruth", "photo": Upload("a.txt", "text/plain", b"the yard")}
    return make_record(actor=admin, kind=shape().by_slug["sign"], values=given, now=NOW)


@pytest.fixture
def hold(made):
    over = [Over("period", (), NOW - timedelta(days=1), None)]
    counsel = made("Cora", "counsel")
    return place_hold(actor=counsel, name="A", reason="B", over=over, now=NOW), counsel


def removals():
    return [row.sha256 for row in ObjectRemoval.objects.all()]


def test_a_record_under_hold_is_not_deleted_and_says_so(admin, sign, hold, client):
    before = CustomRecord.objects.values().get()
    with pytest.raises(Held):
        delete_record(actor=admin, record=sign, now=NOW)
    client.force_login(admin)
    answer = client.post(reverse("objects:delete", args=["sign", sign.uid]))
    assert (answer.status_code, answer.content.decode()) == (
        409,
        "A legal hold keeps this: it cannot be erased now. Nothing was changed.",
    )
    assert CustomRecord.objects.values().get() == before
    assert removals() == []
    release_hold(actor=hold[1], hold=hold[0], because="Settled", now=NOW)
    delete_record(actor=admin, record=sign, now=NOW)
    assert not CustomRecord.objects.exists()
    assert removals() == [before["values"]["photo"]["sha256"]]


def test_a_file_under_hold_is_not_replaced_and_the_other_fields_can_be_written(admin, sign, hold):
    was = sign.values["photo"]
    for other in (None, Upload("b.txt", "text/plain", b"another")):
        with pytest.raises(ValidationError) as refused:
            change_record(actor=admin, record=sign, values={"photo": other, "name": "Sam"}, now=NOW)
        assert refused.value.message_dict == {
            "photo": ["A legal hold keeps this: it cannot be erased now. Nothing was changed."]
        }
    change_record(actor=admin, record=sign, values={"name": "Ruth A."}, now=NOW)
    sign.refresh_from_db()
    assert sign.values == {"name": "Ruth A.", "photo": was}
    assert removals() == []


def test_a_file_that_is_replaced_is_let_go_of(admin, sign):
    was = sign.values["photo"]["sha256"]
    change_record(actor=admin, record=sign, values={"photo": Upload("b.txt", "text/plain", b"another")}, now=NOW)
    assert removals() == [was]
