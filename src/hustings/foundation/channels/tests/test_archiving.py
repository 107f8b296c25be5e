"""Raw mail moves out of the database and is read as before; what cannot move safely stays where it is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from hustings.foundation.channels.actions import archiving, reading
from hustings.foundation.channels.actions.archiving import CannotMove, check_all, months_before, move_out
from hustings.foundation.channels.actions.deliveries import store
from hustings.foundation.channels.actions.erasing import erase_deliveries
from hustings.foundation.channels.models import ArchivedMail, ArchiveFile, Delivery, RawMail
from hustings.foundation.channels.queries import archive_counts, raw_of
from hustings.foundation.core import partitions, storage

pytestmark = pytest.mark.django_db
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def letter(number: int, at: datetime = datetime(2026, 6, 9, 12, tzinfo=UTC), outcome: str = "stored") -> Delivery:
    raw = f"Subject: {number}\r\n\r\nLetter number {number}\r\n".encode() * 3
    row = store(source="lmtp", raw=raw, envelope_from=f"v{number}@x.example", envelope_to=[], now=at)
    Delivery.objects.filter(pk=row.pk).update(outcome=outcome)
    row.outcome = outcome
    return row


@pytest.fixture
def june() -> list[Delivery]:
    return [letter(number) for number in range(5)]


def there(month: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", [f"channels_rawmail_{month:%Y_%m}"])
        return bool(cursor.fetchone()[0])


def in_database() -> int:
    return RawMail.objects.count()


def path_of(file: ArchiveFile) -> str:
    return default_storage.path(f"{file.sha256[:2]}/{file.sha256[2:4]}/{file.sha256}")


def test_a_month_moves_out_and_is_read_as_before(june: list[Delivery], monkeypatch: pytest.MonkeyPatch) -> None:
    july = letter(7, datetime(2026, 7, 1, tzinfo=UTC))
    was = [raw_of(row) for row in june]
    monkeypatch.setattr(archiving, "AT_ONCE", 2)  # three files
    assert months_before(JULY)[-1] == JUNE  # another test may have left an older one
    told: list[int] = []
    assert move_out(JUNE, now=NOW, progress=told.append) == 5
    assert told == [2, 2, 1]
    assert (there(JUNE), there(JULY), in_database()) == (False, True, 1)
    assert [raw_of(row) for row in june] == was
    assert raw_of(july).startswith(b"Subject: 7")
    assert {file.checked_at for file in ArchiveFile.objects.all()} == {NOW}
    counts = archive_counts()
    assert (counts["files"], counts["letters"], counts["erased"]) == (3, 5, 0)
    assert counts["bytes"] == sum(ArchivedMail.objects.values_list("length", flat=True))
    assert [(letters, problem) for _file, letters, problem in check_all()] == [(2, ""), (2, ""), (1, "")]
    assert (move_out(JUNE, now=NOW), ArchiveFile.objects.count()) == (0, 3)  # once


def test_nobody_reads_a_letter_in_the_file_without_its_key(june: list[Delivery]) -> None:
    move_out(JUNE, now=NOW)
    content = storage.read(ArchiveFile.objects.get().sha256)
    assert b"Letter" not in content
    assert len({bytes(key) for key in ArchivedMail.objects.values_list("key", flat=True)}) == 5


def test_one_letter_is_found_without_reading_the_file(june: list[Delivery], monkeypatch: pytest.MonkeyPatch) -> None:
    move_out(JUNE, now=NOW)
    read: list[int] = []
    part = storage.read_part

    def reading_part(sha256: str, offset: int, length: int) -> bytes:
        read.append(length)
        return part(sha256, offset, length)

    monkeypatch.setattr(storage, "read_part", reading_part)
    assert raw_of(june[3]).startswith(b"Subject: 3")
    assert read == [ArchivedMail.objects.get(pk=june[3].pk).length]
    assert read[0] < ArchiveFile.objects.get().size / 4


def test_who_is_erased_is_gone_from_the_archive_too(june: list[Delivery]) -> None:
    erase_deliveries(ids=[june[0].pk])
    move_out(JUNE, now=NOW)
    erase_deliveries(ids=[june[1].pk])
    assert [raw_of(row) for row in june[:2]] == [b"", b""]
    assert raw_of(june[2]).startswith(b"Subject: 2")
    assert not any(ArchivedMail.objects.filter(pk__in=[june[0].pk, june[1].pk]).values_list("key", flat=True))
    assert archive_counts()["erased"] == 2
    assert [(letters, problem) for _file, letters, problem in check_all()] == [(3, "")]


def test_a_file_of_nobody_any_more_goes(june: list[Delivery]) -> None:
    move_out(JUNE, now=NOW)
    file = ArchiveFile.objects.get()
    erase_deliveries(ids=[row.pk for row in june])
    letter(8, datetime(2026, 7, 2, tzinfo=UTC))
    move_out(JULY, now=NOW)
    with pytest.raises(FileNotFoundError):
        storage.read(file.sha256)
    assert [(letters, problem) for _file, letters, problem in check_all()] == [(0, ""), (1, "")]
    assert raw_of(june[0]) == b""


def test_what_waits_to_be_read_keeps_its_month(june: list[Delivery]) -> None:
    letter(9, outcome="")
    with pytest.raises(CannotMove, match="1 letters of this month are still to be read"):
        move_out(JUNE, now=NOW)
    assert (there(JUNE), ArchiveFile.objects.count(), in_database()) == (True, 0, 6)


def test_the_database_itself_refuses_to_drop_what_is_not_safe(june: list[Delivery]) -> None:
    with pytest.raises(CannotMove, match="came in meanwhile"):
        archiving._drop(JUNE)
    assert in_database() == 5


def test_the_application_may_drop_no_month_by_itself(june: list[Delivery]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local role hustings_app")
        cursor.execute("select has_function_privilege('channels_drop_archived(date)', 'execute')")
        assert cursor.fetchone() == (True,)
    assert move_out(JUNE, now=NOW) == 5  # as the application's role
    assert not there(JUNE)


def test_mail_that_came_in_late_for_an_archived_month_moves_in_the_next_run(june: list[Delivery]) -> None:
    move_out(JUNE, now=NOW)
    late = letter(6)
    assert (there(JUNE), in_database()) == (True, 1)
    assert move_out(JUNE, now=NOW) == 1
    assert (there(JUNE), ArchiveFile.objects.count()) == (False, 2)
    assert raw_of(late).startswith(b"Subject: 6")


def test_bytes_that_are_not_those_that_came_stay_in_the_database(june: list[Delivery]) -> None:
    Delivery.objects.filter(pk=june[2].pk).update(sha256=b"x" * 32)
    with pytest.raises(CannotMove, match=f"the bytes of delivery {june[2].pk} are not those that came"):
        move_out(JUNE, now=NOW)
    assert (there(JUNE), in_database(), ArchivedMail.objects.count()) == (True, 5, 0)


def test_a_file_that_does_not_hold_is_made_anew(june: list[Delivery], monkeypatch: pytest.MonkeyPatch) -> None:
    put = storage.put
    monkeypatch.setattr(storage, "put", lambda content, *, durably: put(content[:-1] + b"?", durably=durably))
    with pytest.raises(CannotMove, match="could not be read back"):
        move_out(JUNE, now=NOW)
    assert (there(JUNE), in_database(), ArchiveFile.objects.count()) == (True, 5, 0)
    monkeypatch.undo()
    assert move_out(JUNE, now=NOW) == 5


def test_damage_is_found_and_told(june: list[Delivery]) -> None:
    move_out(JUNE, now=NOW)
    path = path_of(ArchiveFile.objects.get())
    with open(path, "r+b") as file:
        file.write(b"damage")
    ((_file, letters, problem),) = check_all()
    assert (letters, "is not what was stored" in problem) == (0, True)


def test_what_was_set_aside_can_be_read_again_from_the_archive(june: list[Delivery]) -> None:
    Delivery.objects.filter(pk=june[4].pk).update(outcome="quarantined")
    move_out(JUNE, now=NOW)
    reading.put_back_in_line([june[4].pk])
    (arrival,) = reading.arrivals([june[4].pk])
    assert arrival.raw.startswith(b"Subject: 4")


def test_months_have_their_ends() -> None:
    assert partitions.after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert partitions.begin_of(JULY) - partitions.begin_of(JUNE) == timedelta(days=30)
