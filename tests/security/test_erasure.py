"""After an erasure no word of the person is left in any table, the counts are what they were, and nobody else lost
anything."""

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from hustings.constituents.people.models import Identifier, Person
from hustings.foundation.access.models import AuditEntry
from hustings.foundation.channels.actions import deliveries
from hustings.foundation.channels.compression import expand
from hustings.foundation.core import storage
from hustings.foundation.core.clock import now
from hustings.foundation.core.ids import new_uid
from hustings.foundation.feed.models import Attachment as PostFile
from hustings.foundation.feed.models import Post
from hustings.foundation.retention.actions import erasing, objects, requests, tombstones
from hustings.foundation.retention.actions.replaying import replay
from hustings.foundation.retention.models import Erasure, ObjectRemoval, Tombstone
from hustings.foundation.retention.registry import registry
from hustings.foundation.retention.rules import mark_of
from hustings.service.correspondence.actions.intake_taking import take_in
from hustings.service.correspondence.models import Attachment
from hustings.service.correspondence.queries.ledger import ledger

from .world import EVERYTHING, MARKERS, NOW, World, build, reader

# What is not the person's: approved language, and who works here.
OTHERS = {"article", "bulk_reply", "campaign", "user"}
PERSONAL = [marker for (record, _name), markers in MARKERS.items() if record not in OTHERS for marker in markers]
PERSONAL = [word for word in PERSONAL if word not in ("Zqorganisation", "Zqvettedfor")]  # of another file as well
PERSONAL += ["ruth@example.org", "Abernathy"]
PACKED = {"channels_rawmail": "raw", "channels_outgoing": "content"}


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Any) -> Iterator[World]:
    settings.HUSTINGS_ERASURES = tmp_path / "erasures.jsonl"
    made = build()
    # The address that what was set aside came from.
    Identifier.objects.create(person=made.person, kind="email", value="zqsender8@zqsenderdomain8.example")
    return made


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition"
        )
        return [name for (name,) in cursor.fetchall()]


def found_in_database(words: list[str]) -> list[tuple[str, str]]:
    """(table, word) wherever a row of any table holds one."""
    found = []
    with connection.cursor() as cursor:
        for table in tables():
            for word in words:
                # A number stands by itself: a uid or a time may hold the same digits.
                form = rf'[( ,"]{word}[), "]' if word.isdigit() else re.escape(word)
                cursor.execute(f'select 1 from "{table}" t where t::text ~* %s limit 1', [form])
                if cursor.fetchone():
                    found.append((table, word))
        for table, column in PACKED.items():
            cursor.execute(f'select "{column}" from "{table}"')
            for (packed,) in cursor.fetchall():
                text = expand(packed).decode("utf-8", "replace") if packed else ""
                found += [(table, word) for word in words if word.lower() in text.lower()]
    return found


def erase(world: World) -> Erasure:
    asks, agrees = world.users[EVERYTHING], reader(world, ["administrator"])
    wish = requests.ask_erasure(
        actor=asks, person=world.person, who="person", note="Zqpersonnote", due_on=None, now=NOW
    )
    requests.agree_to_erasure(actor=agrees, erasure=wish, now=NOW)
    while not erasing.erase(erasure_id=wish.pk, now=now()):
        pass
    wish.refresh_from_db()
    return wish


def test_no_word_of_an_erased_person_is_left_in_any_table(world: World) -> None:
    before = found_in_database(PERSONAL)
    assert {word for _table, word in before} >= {"Zquillfeather", "Zqletterwords", "Zqpersonnote"}
    counts = ledger()
    assert counts["balances"]
    wish = erase(world)
    assert wish.state == "done"
    assert found_in_database(PERSONAL) == []
    after = ledger()
    assert after["balances"]
    assert after["messages"] == counts["messages"]
    assert after["inquiries"]["opened"] == counts["inquiries"]["opened"]
    assert Person.objects.filter(pk=world.person.pk).exists()
    assert not Identifier.objects.filter(person=world.person).exists()


class Killed(BaseException):
    """The process ends here."""


def _steps_of(world: World, monkeypatch: pytest.MonkeyPatch, at: int) -> int:
    """Let the erasure begin, and end the process in the midst of its step number `at`, after the step has written. How
    many steps there were."""
    count = 0
    for name, part in registry.parts.items():

        def dying(ids: Any, moment: Any, *, told: Any = part.erase) -> Any:
            nonlocal count
            count += 1
            outcome = told(ids, moment)
            if count == at:
                raise Killed
            return outcome

        monkeypatch.setitem(registry.parts, name, replace(part, erase=dying, at_once=2))
    return count


@pytest.mark.parametrize("at", range(1, 24, 6))
def test_an_erasure_that_is_killed_is_completed_on_resume(
    world: World, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    counts, others = ledger(), set(Person.objects.values_list("pk", flat=True))
    asks, agrees = world.users[EVERYTHING], reader(world, ["administrator"])
    wish = requests.ask_erasure(actor=asks, person=world.person, who="person", due_on=None, now=NOW)
    requests.agree_to_erasure(actor=agrees, erasure=wish, now=NOW)
    with monkeypatch.context() as patched:
        _steps_of(world, patched, at)
        with contextlib.suppress(Killed):
            erasing.erase(erasure_id=wish.pk, now=NOW)
    wish.refresh_from_db()
    assert erasing.go_on_with_all(now=NOW) == (wish.state == "running")
    assert erasing.erase(erasure_id=wish.pk, now=NOW)
    assert found_in_database(PERSONAL) == []
    assert ledger()["messages"] == counts["messages"]
    assert ledger()["balances"]
    assert set(Person.objects.values_list("pk", flat=True)) == others
    objects.remove_due(now=now() + objects.UNNAMED_FOR)
    assert ObjectRemoval.objects.count() == 0
    assert len(list(tombstones.read(tombstones.list_path()))) == 1
    assert AuditEntry.objects.filter(action="person.erased").count() == 1


def test_stored_files_go_unless_something_else_names_them(world: World) -> None:
    mine = Attachment.objects.filter(message__person=world.person).first()
    assert mine is not None
    assert storage.read(mine.sha256)
    post = Post.objects.create(record_type="user", record_id=1, record_uid=mine.uid, at=NOW)
    same = PostFile.objects.create(post=post, name="a.txt", type="text/plain", size=6, sha256=mine.sha256)
    erase(world)
    later = now() + objects.UNNAMED_FOR
    objects.remove_due(now=later)
    assert storage.read(mine.sha256)
    same.delete()
    objects.let_go([mine.sha256], now=NOW)
    assert objects.remove_some(now=later) == 1
    with pytest.raises(FileNotFoundError):
        storage.read(mine.sha256)


def test_who_asked_cannot_agree_and_nothing_goes(world: World) -> None:
    asks = world.users[EVERYTHING]
    wish = requests.ask_erasure(actor=asks, person=world.person, who="person", due_on=None, now=NOW)
    with pytest.raises(PermissionDenied):
        requests.agree_to_erasure(actor=asks, erasure=wish, now=NOW)
    with pytest.raises(PermissionDenied):
        requests.agree_to_erasure(actor=reader(world, ["counsel"]), erasure=wish, now=NOW)
    assert Tombstone.objects.count() == 0
    assert Identifier.objects.filter(person=world.person).exists()


def test_who_writes_again_is_a_new_person_and_is_not_replayed(world: World) -> None:
    erase(world)
    lines = list(tombstones.read(tombstones.list_path()))
    assert [line.people for line in lines] == [(world.person.uid,)]
    deliveries.store(
        source="lmtp", raw=b"From: ruth@example.org\r\nTo: help@adair.example.org\r\nSubject: Me again\r\n"
        b"Message-ID: <again@example.org>\r\n\r\nI have another question.",
        envelope_from="ruth@example.org", envelope_to=["help@adair.example.org"], now=now(),
    )  # fmt: skip
    take_in(now=now())
    again = Person.objects.get(identifiers__value="ruth@example.org")
    assert again.pk != world.person.pk
    Tombstone.objects.all().delete()
    Erasure.objects.all().delete()  # as a database that was restored
    outcome = replay(lines, now=now())
    assert (outcome.erased, outcome.held) == (1, [])
    assert Identifier.objects.filter(person=again, value="ruth@example.org").exists()
    assert replay(lines, now=now()).already == 1


def test_replay_erases_whom_a_restore_brought_back(world: World, tmp_path: Any) -> None:
    """The list of a campaign whose backup is older than the erasure."""
    line = tombstones.Line(new_uid(), (), (mark_of("email", "ZQLETTERS7@zqdomain7.example"),), now(), None)
    assert replay([line], now=now()).erased == 1
    assert found_in_database(PERSONAL) == []
    earlier = tombstones.Line(new_uid(), (new_uid(),), (mark_of("email", "nobody@example.org"),), now(), None)
    assert replay([earlier], now=now()).absent == 1


def test_a_list_with_a_broken_line_is_refused_and_one_cut_short_at_its_end_is_read(tmp_path: Any) -> None:
    good = json.dumps({"at": NOW.isoformat(), "by": 1, "erasure": str(new_uid()), "marks": [], "people": []})
    path = tmp_path / "list"
    path.write_text(f"{good}\n{good[:30]}")
    assert len(list(tombstones.read(path))) == 1
    path.write_text(f"{good[:30]}\n{good}\n")
    with pytest.raises(tombstones.BadList, match="line 1 is no erasure"):
        list(tombstones.read(path))
