"""A letter whose bytes lie in the archive is read, restored, erased and held as any other."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hustings.foundation.channels.models import ArchivedMail, ArchiveFile, Delivery, RawMail
from hustings.foundation.channels.queries import names_archive
from hustings.foundation.core import storage
from hustings.foundation.retention.models import Hold, Term, TermKind
from hustings.foundation.retention.registry import is_named, registry
from hustings.service.correspondence.actions import setaside
from hustings.service.correspondence.actions.archiving import archive_before
from hustings.service.correspondence.models import Message, SetAside
from hustings.service.correspondence.queries.ledger import ledger
from hustings.service.correspondence.rules import RAW

from . import replying
from .mail import NOW, deliver, mail

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
LATER = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def us() -> replying.Cast:
    return replying.cast()


@pytest.fixture
def letter(us: replying.Cast) -> Message:
    deliver(mail("one", to=us.mailbox.address), to=[us.mailbox.address])
    return Message.objects.select_related("inquiry").get()


def moved() -> int:
    done = archive_before(NOVEMBER, now=LATER)
    assert (list(done.letters), done.kept) == ([OCTOBER], {})
    assert not RawMail.objects.exists()
    return done.letters[OCTOBER]


def download(us: replying.Cast, letter: Message) -> Any:
    client = Client()
    client.force_login(us.lead)
    return client.get(reverse("correspondence:raw", args=[letter.uid]))


def test_a_letter_is_shown_byte_for_byte_and_the_ledger_balances(us: replying.Cast, letter: Message) -> None:
    before, balance = download(us, letter), ledger()
    assert moved() == 1
    after = download(us, letter)
    assert (after.status_code, after.content) == (200, before.content)
    assert b"polling place" in after.content
    assert ledger() == balance
    assert balance["balances"]


def test_bytes_that_lie_nowhere_are_missed_by_the_ledger(us: replying.Cast, letter: Message) -> None:
    moved()
    ArchivedMail.objects.all().delete()
    assert ledger()["checks"]["delivery_without_bytes"] == 1


def test_an_archive_that_lost_a_file_says_so_and_breaks_no_page(us: replying.Cast, letter: Message) -> None:
    moved()
    storage.remove(ArchiveFile.objects.get().sha256)
    assert download(us, letter).status_code == 404


def test_what_was_set_aside_is_restored_from_the_archive(us: replying.Cast) -> None:
    deliver(mail("away", to=us.mailbox.address, Auto_Submitted="auto-replied"), to=[us.mailbox.address])
    moved()
    inquiry = setaside.restore(actor=us.lead, setaside=SetAside.objects.get(), now=LATER)
    assert Message.objects.get().inquiry == inquiry
    assert ledger()["balances"]


def test_what_is_erased_or_expires_is_found_in_the_archive(us: replying.Cast, letter: Message) -> None:
    moved()
    Delivery.objects.update(envelope_from="")
    part = registry.parts[RAW]
    ids = list(part.rows().values_list("pk", flat=True))
    assert ids == [letter.delivery_id]
    part.erase(ids, LATER)
    assert not part.rows().exists()
    assert list(ArchivedMail.objects.values_list("key", "length")) == [(b"", 0)]
    assert ledger()["balances"]


def test_a_month_that_counsel_holds_stays(us: replying.Cast, letter: Message) -> None:
    hold = Hold.objects.create(name="Recount", reason="x", placed_at=NOW, placed_by=us.administrator)
    Term.objects.create(hold=hold, kind=TermKind.CONVERSATIONS, ids=[letter.inquiry_id])
    done = archive_before(NOVEMBER, now=LATER)
    assert (done.letters, done.kept) == ({}, {OCTOBER: "a legal hold keeps 1 letters of this month"})
    assert (RawMail.objects.count(), ArchiveFile.objects.count()) == (1, 0)
    Hold.objects.update(released_at=LATER)
    assert moved() == 1


def test_the_month_we_are_in_never_moves(us: replying.Cast, letter: Message) -> None:
    done = archive_before(date(2030, 1, 1), now=datetime(2026, 10, 31, tzinfo=UTC))
    assert (done.letters, done.kept, RawMail.objects.count()) == ({}, {}, 1)


def test_a_file_of_the_archive_is_named(us: replying.Cast, letter: Message) -> None:
    moved()
    sha256 = ArchiveFile.objects.get().sha256
    assert (names_archive(sha256), is_named(sha256), is_named("0" * 64)) == (True, True, False)
