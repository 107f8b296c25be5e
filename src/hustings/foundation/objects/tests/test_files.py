"""Files that come in: a form that is refused leaves none behind, and that of an import goes when its hour is over."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hustings.foundation.core import storage
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.ids import new_uid
from hustings.foundation.objects.actions import making
from hustings.foundation.objects.actions.bearing import Upload
from hustings.foundation.objects.actions.importing import FileGone, forget_files, import_file, keep_file
from hustings.foundation.objects.actions.making import change_record, make_record, send_form
from hustings.foundation.objects.actions.shaping import add_field
from hustings.foundation.objects.actions.values import set_values
from hustings.foundation.objects.models import CustomRecord, FieldValue, ImportFile
from hustings.foundation.retention.actions.holds import Over, place_hold, release_hold
from hustings.foundation.retention.actions.objects import UNNAMED_FOR, remove_due, watch_what_is_new
from hustings.foundation.retention.models import ObjectRemoval

from .conftest import NOW

PHOTO = Upload("yard.txt", "text/plain", b"the yard")
GOOD = b"Name,How many\nRuth,2\nOmar,3\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A store of our own."""
    kept = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": kept}
    return tmp_path


def stored(folder):
    return sorted(str(path) for path in folder.rglob("*") if path.is_file())


def test_a_refused_record_stores_no_file(admin, signs, folder):
    signs.is_public = True
    for refused in ({"name": ""}, {"name": "Ruth", "how_many": "many"}, {"name": "Ruth", "asked_by": str(new_uid())}):
        with pytest.raises(ValidationError):
            make_record(actor=admin, kind=signs, values={**refused, "photo": PHOTO}, now=NOW)
        with pytest.raises(ValidationError):
            send_form(kind=signs, values={**refused, "photo": PHOTO}, token=new_uid(), now=NOW)
    record = make_record(actor=admin, kind=signs, values={"name": "Ruth"}, now=NOW)
    for refused in ({"name": ""}, {"how_many": "many"}, {"stage": "nowhere"}, {"owner": str(new_uid())}):
        with pytest.raises(ValidationError):
            change_record(actor=admin, record=record, values={**refused, "photo": PHOTO}, now=NOW)
    with pytest.raises(making.Outdated):
        change_record(actor=admin, record=record, values={"photo": PHOTO}, version=9, now=NOW)
    assert stored(folder) == []


def test_a_refused_value_of_a_main_record_stores_no_file(admin, signs, folder):
    for label, kind in (("Shift", "number"), ("Badge", "file")):
        add_field(actor=None, record="user", label=label, kind=kind, now=NOW)
    with pytest.raises(ValidationError):
        set_values(actor=None, record_type="user", record=admin, values={"shift": "late", "badge": PHOTO}, now=NOW)
    assert stored(folder) == []
    set_values(actor=None, record_type="user", record=admin, values={"shift": 2, "badge": PHOTO}, now=NOW)
    assert storage.read(FieldValue.objects.get().values["badge"]["sha256"]) == b"the yard"


def test_a_refused_public_form_stores_no_file(admin, signs, folder, client):
    signs.is_public = True
    signs.save()
    page = client.get(reverse("objects:form", args=["yard-sign"]))
    token = page.context["token"]
    file = SimpleUploadedFile("yard.txt", b"the yard", "text/plain")
    answer = client.post(reverse("objects:send", args=["yard-sign"]), {"token": token, "name": "", "photo": file})
    assert answer.status_code == 422
    assert (stored(folder), CustomRecord.objects.count()) == ([], 0)


def test_the_same_file_again_is_no_change(admin, signs):
    record = make_record(actor=admin, kind=signs, values={"name": "Ruth", "photo": PHOTO}, now=NOW)
    assert change_record(actor=admin, record=record, values={"photo": PHOTO}, now=NOW) == {}
    assert not ObjectRemoval.objects.exists()


def test_a_file_whose_writer_died_before_its_record_was_kept_is_removed(admin, signs, folder, monkeypatch):
    def dies(*_given, **_more):
        raise MemoryError

    kept = make_record(actor=admin, kind=signs, values={"name": "Ruth", "photo": PHOTO}, now=NOW)
    monkeypatch.setattr(making, "tell", dies)
    with pytest.raises(MemoryError):
        make_record(
            actor=admin, kind=signs, values={"name": "Omar", "photo": Upload("o", "text/plain", b"orphan")}, now=NOW
        )
    assert CustomRecord.objects.count() == 1
    moment = read_clock()
    assert watch_what_is_new(now=moment) == 2
    assert watch_what_is_new(now=moment) == 0
    remove_due(now=moment)
    assert len(stored(folder)) == 2  # whoever stored it may still be at work
    remove_due(now=moment + UNNAMED_FOR + timedelta(minutes=1))
    (left,) = stored(folder)
    assert left == default_storage.path(_place(kept.values["photo"]["sha256"]))
    assert not ObjectRemoval.objects.exists()


def _place(sha256):
    return str(Path(sha256[:2], sha256[2:4], sha256))


def test_a_file_of_an_import_is_used_once_by_who_brought_it(admin, made, signs):
    row = keep_file(actor=admin, kind=signs, content=GOOD, now=NOW)
    other = made("Mona", "administrator")
    for actor, at in ((other, NOW), (admin, NOW + timedelta(hours=1))):
        with pytest.raises(FileGone):
            import_file(actor=actor, kind=signs, uid=row.uid, now=at)
    assert CustomRecord.objects.count() == 0
    assert import_file(actor=admin, kind=signs, uid=row.uid, now=NOW + timedelta(minutes=59)) == 2
    with pytest.raises(FileGone):
        import_file(actor=admin, kind=signs, uid=row.uid, now=NOW + timedelta(minutes=59))
    assert CustomRecord.objects.count() == 2


def test_a_file_of_an_import_goes_when_its_hour_is_over_or_it_was_used(admin, signs, folder):
    waiting = keep_file(actor=admin, kind=signs, content=GOOD, now=NOW)
    used = keep_file(actor=admin, kind=signs, content=b"Name\nAda\n", now=NOW)
    import_file(actor=admin, kind=signs, uid=used.uid, now=NOW)
    assert forget_files(now=NOW + timedelta(minutes=59)) == 1
    assert list(ImportFile.objects.all()) == [waiting]
    assert forget_files(now=NOW + timedelta(hours=1)) == 1
    assert forget_files(now=NOW + timedelta(hours=1)) == 0
    moment = read_clock() + UNNAMED_FOR + timedelta(minutes=1)
    watch_what_is_new(now=moment - UNNAMED_FOR)
    remove_due(now=moment + timedelta(days=1000))
    assert stored(folder) == []


def test_a_file_of_an_import_stays_under_a_hold(admin, made, signs):
    row = keep_file(actor=admin, kind=signs, content=GOOD, now=NOW)
    counsel = made("Cora", "counsel")
    over = [Over("period", (), NOW - timedelta(days=1), None)]
    hold = place_hold(actor=counsel, name="A", reason="B", over=over, now=NOW)
    assert forget_files(now=NOW + timedelta(days=9)) == 0
    assert (ImportFile.objects.get(), ObjectRemoval.objects.count()) == (row, 0)
    with pytest.raises(FileGone):
        import_file(actor=admin, kind=signs, uid=row.uid, now=NOW + timedelta(days=9))
    release_hold(actor=counsel, hold=hold, because="Settled", now=NOW)
    assert forget_files(now=NOW + timedelta(days=9)) == 1
    assert [one.sha256 for one in ObjectRemoval.objects.all()] == [row.sha256]


@pytest.mark.parametrize("held", ["x", "01a20649-92cd-7690-af18-7e2fa2ede659"])
def test_the_page_says_that_the_file_is_gone(admin, signs, client, held):
    client.force_login(admin)
    answer = client.post(reverse("objects:import", args=["yard-sign"]), {"held": held})
    assert (answer.status_code, CustomRecord.objects.count()) == (422, 0)
    assert "The file was kept for an hour, or its records were made. Choose it again" in answer.content.decode()
