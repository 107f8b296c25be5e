"""Archiving dies at every step it takes, once before and once after: no letter is lost, and the next run goes on."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from hustings.foundation.channels.actions import archiving
from hustings.foundation.channels.actions.deliveries import store
from hustings.foundation.channels.models import ArchivedMail, ArchiveFile, Delivery, RawMail
from hustings.foundation.channels.queries import raw_of
from hustings.foundation.core import partitions, storage
from hustings.service.correspondence.queries.ledger import CHECKS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MOST = 400  # steps; an archiving of four letters in two files takes fewer


def letters(month: date) -> dict[int, bytes]:
    """Four letters of that month, by delivery."""
    at = partitions.begin_of(month) + timedelta(days=3)
    kept = {}
    for number in range(4):
        raw = f"Subject: {month} {number}\r\n\r\nwords\r\n".encode()
        row = store(source="lmtp", raw=raw, envelope_to=[], now=at)
        kept[row.pk] = raw
    Delivery.objects.filter(pk__in=kept).update(outcome="junk")
    return kept


def in_a_fork(work: Callable[[], None]) -> bool:
    """Whether it came to its end."""
    connection.close()  # a fork must not speak on our line
    child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return not os.WIFSIGNALED(status)


def dying(month: date, at: int, *, before: bool) -> Callable[[], None]:
    """Archiving that is killed at that step: a statement, or the storing of a file, which is then cut short."""

    def work() -> None:
        taken = iter(range(1, MOST))
        put = storage.put

        def counting(execute: Any, *given: Any) -> Any:
            mine = next(taken) == at
            if mine and before:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = execute(*given)
            if mine:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        def putting(content: bytes, *, durably: bool) -> str:
            if next(taken) == at:
                name = put(content, durably=durably)
                if before:
                    path = Path(default_storage.path(f"{name[:2]}/{name[2:4]}/{name}"))
                    path.write_bytes(content[: len(content) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return put(content, durably=durably)

        archiving.AT_ONCE = 2
        storage.put = putting
        with connection.execute_wrapper(counting):
            archiving.move_out(month, now=NOW)

    return work


def stored() -> set[str]:
    """By name; without the notes of what was stored lately, which the hourly job looks through."""
    files = (path for path in Path(default_storage.location).rglob("*") if path.is_file())
    return {path.name for path in files if path.parent.name != "new"}


def places(month_of: dict[int, bytes]) -> Iterator[bool]:
    """Of each letter whether it is in the database or in a checked file."""
    here = set(RawMail.objects.values_list("delivery_id", flat=True))
    out = set(ArchivedMail.objects.filter(file__checked_at__isnull=False).values_list("pk", flat=True))
    yield from (number in here or number in out for number in month_of)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [True, False])
def test_killed_at_every_step(before: bool, tmp_path: Path, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    month, all_kept = date(2001, 1, 1), {}
    for at in range(1, MOST):
        kept = letters(month)
        all_kept.update(kept)
        ended = in_a_fork(dying(month, at, before=before))
        assert all(places(kept)), at
        assert {number: raw_of(Delivery.objects.get(pk=number)) for number in kept} == kept, at
        if ended:
            break
        archiving.move_out(month, now=NOW)  # the next run
        assert not RawMail.objects.filter(delivery_id__in=kept).exists(), at
        assert {number: raw_of(Delivery.objects.get(pk=number)) for number in kept} == kept, at
        assert stored() == set(ArchiveFile.objects.values_list("sha256", flat=True)), at
        month = partitions.after(month)
    else:
        raise AssertionError("it never came to its end")
    assert at > 20
    assert (RawMail.objects.count(), ArchivedMail.objects.count()) == (0, len(all_kept))
    assert [problem for _file, _letters, problem in archiving.check_all() if problem] == []
    with connection.cursor() as cursor:
        cursor.execute(CHECKS["delivery_without_bytes"])
        assert cursor.fetchone() == (0,)
