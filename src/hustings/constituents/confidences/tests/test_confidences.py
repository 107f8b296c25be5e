"""Privileged notes and vetting files: who reads them, what is kept of the reading, and that nobody else hears."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hustings.constituents.confidences.actions import files, notes
from hustings.constituents.confidences.models import PrivilegedNote, VettingDocument, VettingFile
from hustings.constituents.confidences.queries.files import content_of
from hustings.constituents.people.models import Identifier, Person
from hustings.constituents.timeline.models import Entry
from hustings.foundation.access.models import AuditEntry, AuditValues, User
from hustings.foundation.core import storage
from hustings.foundation.core.clock import now
from hustings.foundation.feed.models import Post
from hustings.foundation.retention.actions import objects
from hustings.foundation.retention.actions.holds import Over, place_hold, release_hold
from hustings.foundation.retention.actions.refusing import Held
from hustings.foundation.retention.queries.due import would_erase
from hustings.foundation.retention.registry import subject_of_person

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
OTHERS = ["administrator", "director", "lead", "volunteer", "security", "data", "observer", "compliance", "press"]


@pytest.fixture
def person(db: None) -> Person:
    person = Person.objects.create(name="Ruth Abernathy")
    Identifier.objects.create(person=person, kind="email", value="ruth@example.org")
    return person


@pytest.fixture
def user(db: None) -> Callable[[str], User]:
    def made(role: str) -> User:
        email = f"{role}@adair.example.org"
        found, _made = User.objects.get_or_create(
            email=email, defaults={"name": role.title(), "roles": [role], "second_factor_at": NOW}
        )
        return found

    return made


@pytest.fixture
def of(user: Callable[[str], User]) -> Callable[[str], Client]:
    def client(role: str) -> Client:
        client = Client()
        client.force_login(user(role))
        session = client.session
        session["second_factor"] = True
        session.save()
        return client

    return client


@pytest.fixture
def file(person: Person, user: Callable[[str], User]) -> VettingFile:
    made = files.open_file(actor=user("vetting"), person=person, subject="To speak in Ohio", now=NOW)
    return files.change_file(actor=user("vetting"), file=made, values={"findings": "A lien of 2019"}, now=NOW)


def test_counsel_writes_and_reads_notes_on_the_persons_page(of: Any, person: Person) -> None:
    counsel, here = of("counsel"), f"/people/{person.uid}/"
    answer = counsel.post(f"/privileged/person/{person.uid}/", {"text": "Threatens to sue"})
    assert answer.status_code == 302
    assert "Threatens to sue" in counsel.get(here).content.decode()
    assert [(row.record, row.record_id, row.text) for row in PrivilegedNote.objects.all()] == [
        ("person", person.pk, "Threatens to sue")
    ]
    assert AuditEntry.objects.filter(action="read", record_type="privileged_note").exists()
    assert counsel.post(f"/privileged/person/{person.uid}/", {"text": " "}).status_code == 422


@pytest.mark.parametrize("role", [*OTHERS, "vetting"])
def test_nobody_else_sees_that_there_is_a_note(of: Any, user: Callable[[str], User], person: Person, role: str) -> None:
    note = notes.write_note(actor=user("counsel"), record="person", about=person, text="Threatens to sue", now=NOW)
    page = of(role).get(f"/people/{person.uid}/").content.decode()
    assert "Threatens to sue" not in page
    assert "Privileged" not in page
    assert of(role).post(f"/privileged/person/{person.uid}/", {"text": "Mine"}).status_code == 404
    assert of(role).post(f"/privileged/{note.uid}/delete/").status_code == 404
    assert PrivilegedNote.objects.get().text == "Threatens to sue"


@pytest.mark.parametrize("role", [*OTHERS, "counsel"])
def test_a_vetting_file_is_there_for_officers_alone(
    of: Any, user: Callable[[str], User], file: VettingFile, role: str
) -> None:
    client = of(role)
    assert client.get("/vetting/").status_code == 403
    assert client.get(f"/vetting/{file.uid}/").status_code == 404
    assert client.get(f"/vetting/new/?person={file.person.uid}").status_code == 403
    assert client.post(f"/vetting/{file.uid}/documents/", {}).status_code == 404
    page = client.get(f"/people/{file.person.uid}/").content.decode()
    assert "etting file" not in page
    with pytest.raises(PermissionDenied):
        files.change_file(actor=user(role), file=file, values={"findings": "None"}, now=NOW)
    file.refresh_from_db()
    assert file.findings == "A lien of 2019"


def test_an_officer_reads_and_each_reading_is_in_the_audit(of: Any, file: VettingFile) -> None:
    client = of("vetting")
    assert "To speak in Ohio" in client.get("/vetting/").content.decode()
    assert AuditEntry.objects.filter(action="read", record_type="vetting_file", record_id=file.pk).exists()
    assert "A lien of 2019" in client.get(f"/vetting/{file.uid}/").content.decode()
    client.get(f"/vetting/{file.uid}/")
    assert AuditEntry.objects.filter(action="vetting.read", record_uid=file.uid).count() == 2
    known = client.get(f"/vetting/new/?person={file.person.uid}")
    assert known["Location"] == f"/vetting/{file.uid}/"


def test_a_decision_is_kept_with_who_and_when(of: Any, user: Callable[[str], User], file: VettingFile) -> None:
    told = {"subject": "To speak", "findings": "A lien", "risk": "some", "decision": "conditions"}
    assert of("vetting").post(f"/vetting/{file.uid}/", told).status_code == 302
    file.refresh_from_db()
    assert (file.decision, file.decided_by_id, file.risk) == ("conditions", user("vetting").pk, "some")
    assert of("vetting").post(f"/vetting/{file.uid}/", told | {"decision": "perhaps"}).status_code == 422
    files.change_file(actor=user("vetting"), file=file, values={"decision": "open"}, now=NOW)
    file.refresh_from_db()
    assert (file.decided_by_id, file.decided_at) == (None, None)


def test_documents_lie_encrypted_and_go_when_removed(of: Any, file: VettingFile) -> None:
    client, told = of("vetting"), SimpleUploadedFile("lien.pdf", b"%PDF the lien itself")
    assert client.post(f"/vetting/{file.uid}/documents/", {"document": told}).status_code == 302
    document = VettingDocument.objects.get()
    assert b"the lien itself" not in storage.read(document.sha256)
    assert content_of(document) == b"%PDF the lien itself"
    answer = client.get(f"/vetting/documents/{document.uid}/")
    assert answer.content == b"%PDF the lien itself"
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.filter(action="vetting.read", detail__document=str(document.uid)).count() == 1
    assert of("administrator").get(f"/vetting/documents/{document.uid}/").status_code == 404
    assert client.post(f"/vetting/documents/{document.uid}/remove/").status_code == 302
    assert not VettingDocument.objects.exists()
    assert storage.read(document.sha256)  # it was stored a moment ago
    objects.remove_due(now=now() + objects.UNNAMED_FOR)
    with pytest.raises(FileNotFoundError):
        storage.read(document.sha256)


def test_nothing_of_it_is_told_to_anybody(user: Callable[[str], User], person: Person, file: VettingFile) -> None:
    lines = Entry.objects.count()
    notes.write_note(actor=user("counsel"), record="person", about=person, text="Threatens to sue", now=NOW)
    assert not Post.objects.exists()
    assert Entry.objects.count() == lines
    assert not AuditValues.objects.filter(entry__record_type__in=("vetting_file", "privileged_note")).exists()
    assert [one.part.name for one in would_erase(subject_of_person(person.pk))] == [
        "people.addresses",
        "people.names",
    ]


def test_what_is_held_is_not_deleted(user: Callable[[str], User], person: Person) -> None:
    counsel = user("counsel")
    note = notes.write_note(actor=counsel, record="person", about=person, text="Threatens to sue", now=NOW)
    hold = place_hold(actor=counsel, name="Doe", reason="A suit", over=[Over("people", [person.pk])], now=NOW)
    with pytest.raises(Held, match="Doe"):
        notes.delete_note(actor=counsel, note=note, now=NOW)
    assert PrivilegedNote.objects.count() == 1
    release_hold(actor=counsel, hold=hold, because="Settled", now=NOW)
    notes.delete_note(actor=counsel, note=note, now=NOW)
    assert PrivilegedNote.objects.count() == 0
