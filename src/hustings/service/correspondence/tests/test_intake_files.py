import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from hustings.foundation.channels.actions.accounts import make_mailbox
from hustings.foundation.channels.actions.deliveries import store
from hustings.foundation.channels.models import Delivery, Outgoing, Source
from hustings.service.correspondence.actions import intake_files as files
from hustings.service.correspondence.actions import intake_pieces, intake_sources
from hustings.service.correspondence.actions.intake_files import intake_files
from hustings.service.correspondence.actions.intake_sources import sources
from hustings.service.correspondence.actions.intake_taking import take_in
from hustings.service.correspondence.models import IntakeChunk, IntakeRun, Message, MessageBody, SetAside
from hustings.service.correspondence.queries.ledger import ledger
from hustings.service.desk.models import Inquiry

from .mail import HELP, NOW, WORDS, mail

PARTED = b"From someone@example.org Thu Oct  1 12:00:00 2026\n"


def mbox(path: Path, *raws: bytes) -> Path:
    path.write_bytes(b"".join(PARTED + raw.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n\n" for raw in raws))
    return path


def letters(count: int) -> list[bytes]:
    return [
        mail(
            f"m{n}", sender=f"P{n % 7} <p{n % 7}@example.org>", text=f"Letter {n}. {WORDS}", at=NOW - timedelta(hours=n)
        )
        for n in range(count)
    ]


def ids_stored() -> set[str]:
    return set(
        MessageBody.objects.filter(message_id__in=Message.objects.values("id")).values_list(
            "message_id_header", flat=True
        )
    )


@pytest.mark.django_db
class TestOneProcess:
    def test_an_mbox_is_counted_and_dated_by_its_letters(self, tmp_path: Path) -> None:
        box = mbox(tmp_path / "a.mbox", *letters(5), letters(5)[2], mail("away", Auto_Submitted="auto-replied"))
        answer = intake_files([box], now=NOW)
        assert {name: value for name, value in answer.items() if name not in ("seconds", "per_second")} == {
            "received": 7, "stored": 5, "duplicates": 1, "auto_replies": 1, "bounces": 0, "lists": 0, "junk": 0,
            "quarantined": 0, "feed_mail": 0,
        }  # fmt: skip
        assert set(Message.objects.values_list("at", flat=True)) == {NOW - timedelta(hours=n) for n in range(5)}
        assert set(Inquiry.objects.values_list("opened_at", flat=True)) == {NOW - timedelta(hours=n) for n in range(5)}
        assert ledger()["balances"]

    def test_nothing_is_dated_in_the_future(self, tmp_path: Path) -> None:
        intake_files([mbox(tmp_path / "a.mbox", mail(at=NOW + timedelta(days=2)))], now=NOW)
        assert Message.objects.get().at == NOW

    def test_the_newest_received_header_dates_it(self, tmp_path: Path) -> None:
        stamp = "from a by b; Mon, 28 Sep 2026 08:00:00 -0400"
        intake_files([mbox(tmp_path / "a.mbox", mail(Received=stamp))], now=NOW)
        assert Message.objects.get().at == NOW.replace(month=9, day=28, hour=12)

    def test_again_is_all_duplicates(self, tmp_path: Path) -> None:
        box = mbox(tmp_path / "a.mbox", *letters(5))
        intake_files([box], now=NOW)
        answer = intake_files([box], now=NOW)
        assert (answer["received"], answer["stored"], answer["duplicates"]) == (5, 0, 5)

    def test_one_that_was_cut_short_is_resumed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(intake_sources, "PIECE_BYTES", 2000)
        box = mbox(tmp_path / "a.mbox", *letters(20))
        take, calls = intake_pieces.take, []

        def cut(*letters: object, **given: object) -> object:
            calls.append(1)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return take(*letters, **given)

        with monkeypatch.context() as patch:
            patch.setattr(intake_pieces, "take", cut)
            with pytest.raises(KeyboardInterrupt):
                intake_files([box], now=NOW)
        before = Message.objects.count()
        assert 0 < before < 20
        answer = intake_files([box], now=NOW)
        assert (answer["received"], answer["stored"], answer["duplicates"]) == (20, 20, 0)
        assert Message.objects.count() == 20
        assert IntakeRun.objects.get().finished_at == NOW

    def test_a_piece_that_ended_its_reader_is_read_letter_by_letter(self, tmp_path: Path) -> None:
        box = mbox(tmp_path / "a.mbox", *letters(6))
        run = files._run(sources(box)[0], NOW)
        IntakeChunk.objects.filter(run=run).update(tries=1)
        answer = intake_files([box], now=NOW)
        assert (answer["received"], answer["stored"]) == (6, 6)
        assert set(Delivery.objects.values_list("source", flat=True)) == {Source.FILE}
        assert set(Message.objects.values_list("at", flat=True)) == {NOW - timedelta(hours=n) for n in range(6)}

    def test_nobody_is_told_that_a_filed_letter_came(self, tmp_path: Path) -> None:
        make_mailbox(address=HELP, name="Campaign", language="en", is_default=True)
        intake_files([mbox(tmp_path / "a.mbox", *letters(3))], now=NOW)
        assert Outgoing.objects.count() == 0

    def test_maildir_folder_and_single_file(self, tmp_path: Path) -> None:
        maildir = tmp_path / "maildir"
        for name in ("cur", "new", "tmp"):
            (maildir / name).mkdir(parents=True)
        one, two, three, four = letters(4)
        (maildir / "cur" / "1.a:2,S").write_bytes(one)
        (maildir / "new" / "2.b").write_bytes(two)
        (maildir / "tmp" / "3.c").write_bytes(b"half a let")
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "three.eml").write_bytes(three)
        (folder / "README.md").write_text("no mail")
        mbox(folder / "box", four)
        single = tmp_path / "again.eml"
        single.write_bytes(one)
        answer = intake_files([maildir, folder, single], now=NOW)
        assert (answer["received"], answer["stored"], answer["duplicates"]) == (5, 4, 1)

    def test_a_path_that_is_not_there_stores_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(OSError, match=r"nowhere\.mbox"):
            intake_files([mbox(tmp_path / "a.mbox", *letters(2)), tmp_path / "nowhere.mbox"], now=NOW)
        assert Delivery.objects.count() == IntakeRun.objects.count() == 0

    def test_progress_ends_at_the_whole(self, tmp_path: Path) -> None:
        told: list[tuple[int, int | None]] = []
        intake_files(
            [mbox(tmp_path / "a.mbox", *letters(9))], now=NOW, progress=lambda done, total: told.append((done, total))
        )
        assert told[-1] == (9, 9)

    @pytest.mark.parametrize("size", [1, 37, 500, 999, 10_000])
    def test_pieces_hold_every_letter_once(self, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(intake_sources, "PIECE_BYTES", size)
        raws = [
            *letters(7),
            mail("odd", text="First\n\nFrom now on I vote.\n\nFrom here Mon Jan  5 to there\n" + WORDS),
        ]
        source = sources(mbox(tmp_path / "a.mbox", *raws))[0]
        found = [raw for start, end in source.pieces() for raw in source.letters(start, end)]
        assert found == [raw.replace(b"\r\n", b"\n") for raw in raws]

    def test_a_line_that_was_escaped_is_read_as_it_was(self, tmp_path: Path) -> None:
        raw = mail(text="Hello\n\nFrom me Thu Oct  1 12:00:00 2026\n>From you").replace(b"\r\n", b"\n")
        box = tmp_path / "a.mbox"
        box.write_bytes(PARTED + raw.replace(b"\n>From", b"\n>>From").replace(b"\nFrom me", b"\n>From me") + b"\n")
        source = sources(box)[0]
        assert list(source.letters(0, source.size)) == [raw]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestWorkers:
    def test_two_workers_store_each_letter_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "WORTH_WORKERS", 0)
        monkeypatch.setattr(intake_sources, "PIECE_BYTES", 9000)
        monkeypatch.setattr(files, "PIECE_BYTES", 9000)
        box = mbox(tmp_path / "a.mbox", *letters(120), letters(3)[1])
        answer = intake_files([box], now=NOW)
        assert (answer["received"], answer["stored"], answer["duplicates"]) == (121, 120, 1)
        assert ids_stored() == {f"<m{n}@example.org>" for n in range(120)}
        assert IntakeChunk.objects.filter(done_at=None).count() == 0
        assert ledger()["balances"]

    def test_the_same_file_twice_at_once(self, tmp_path: Path) -> None:
        boxes = [mbox(tmp_path / "a.mbox", *letters(40)), Path(shutil.copy(tmp_path / "a.mbox", tmp_path / "b.mbox"))]
        self._together(lambda n: intake_files([boxes[n % 2]], now=NOW))
        assert Message.objects.count() == 40
        assert SetAside.objects.filter(kind="duplicate").count() == Delivery.objects.count() - 40
        assert ledger()["balances"]

    def test_readers_of_what_waits_never_take_the_same(self, tmp_path: Path) -> None:
        for raw in letters(60):
            store(source=Source.LMTP, raw=raw, envelope_from="", envelope_to=[HELP], now=NOW)

        def read(_: int) -> None:
            while take_in(now=NOW) is not None:
                pass

        self._together(read)
        assert Message.objects.count() == 60
        assert set(Delivery.objects.values_list("tries", "outcome")) == {(1, "stored")}
        assert ledger()["balances"]

    @staticmethod
    def _together(work: object) -> None:
        start, failed = threading.Barrier(4), []

        def run(number: int) -> None:
            try:
                start.wait()
                work(number)  # type: ignore[operator]
            except Exception as error:
                failed.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
