"""Lines of the audit about who read what go by a schedule, through the database's own function and no other way."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from hustings.constituents.people.models import Identifier
from hustings.foundation.access.actions.audit import let_go_of_readings
from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.retention.actions.expiring import expire_due, set_schedules
from hustings.foundation.retention.actions.holds import Over, place_hold, release_hold
from hustings.foundation.retention.models import Expiry, Hold, TermKind
from hustings.foundation.retention.queries.due import would_erase, would_expire
from hustings.foundation.retention.registry import subject_of_person
from hustings.service.correspondence.tests.replying import Cast, cast, user

pytestmark = pytest.mark.django_db
PART = "access.readings"


@pytest.fixture
def us() -> Cast:
    return cast()


def line(action: str, age: timedelta, record_id: int | None = None) -> AuditEntry:
    return AuditEntry.objects.create(
        at=read_clock() - age, action=action, record_type="person", record_id=record_id, detail={"fields": ["email"]}
    )


@pytest.fixture
def lines(us: Cast) -> dict[str, AuditEntry]:
    return {
        "old": line("read", timedelta(days=800), us.person.pk),
        "older": line("read", timedelta(days=900)),
        "young": line("read", timedelta(days=300), us.person.pk),
        "changed": line("record.changed", timedelta(days=900), us.person.pk),
        "exported": line("exported", timedelta(days=900)),
    }


def left(lines: dict[str, AuditEntry]) -> set[str]:
    there = set(AuditEntry.objects.values_list("pk", flat=True))
    return {name for name, one in lines.items() if one.pk in there}


def test_they_go_by_their_schedule_and_nothing_else_does(us: Cast, lines: dict[str, AuditEntry]) -> None:
    moment = read_clock()
    assert expire_due(now=moment) == 0
    assert left(lines) == set(lines)
    set_schedules(actor=us.administrator, days={PART: 850}, now=moment)
    (count,) = would_expire({PART: 850}, moment)
    assert (count.n, count.held) == (1, 0)
    assert expire_due(now=moment) == 1
    assert left(lines) == {"old", "young", "changed", "exported"}
    set_schedules(actor=us.administrator, days={PART: 366}, now=moment)
    assert expire_due(now=moment) == 1
    assert left(lines) == {"young", "changed", "exported"}
    assert [run.gone for run in Expiry.objects.filter(part=PART).order_by("id")] == [1, 1]
    assert AuditEntry.objects.filter(action="expired").count() == 2


def test_what_is_held_stays(us: Cast, lines: dict[str, AuditEntry]) -> None:
    counsel, moment = user("Cora Counsel", roles=["counsel"]), read_clock()
    place_hold(
        actor=counsel, name="Doe v. Adair", reason="A suit", now=moment,
        over=[Over(kind=TermKind.PEOPLE, ids=[us.person.pk])],
    )  # fmt: skip
    set_schedules(actor=us.administrator, days={PART: 366}, now=moment)
    assert expire_due(now=moment) == 1
    assert left(lines) == {"old", "young", "changed", "exported"}


def hold_over(kind: TermKind, ids: Sequence[int] = (), **span: datetime) -> Hold:
    counsel = User.objects.filter(name="Cora Counsel").first() or user("Cora Counsel", roles=["counsel"])
    return place_hold(
        actor=counsel, name="Doe v. Adair", reason="A suit", now=read_clock(),
        over=[Over(kind=kind, ids=list(ids), **span)],
    )  # fmt: skip


def test_what_a_held_person_read_as_a_colleague_stays(us: Cast, lines: dict[str, AuditEntry]) -> None:
    Identifier.objects.create(person=us.person, kind="email", value=us.volunteer.email, source="import:x")
    AuditEntry.objects.create(
        at=read_clock() - timedelta(days=900), actor_id=us.volunteer.pk, action="read", record_type="person",
        record_id=us.person.pk + 1000,
    )  # fmt: skip
    hold_over(TermKind.PEOPLE, [us.person.pk])
    set_schedules(actor=us.administrator, days={PART: 366}, now=read_clock())
    assert expire_due(now=read_clock()) == 1
    assert AuditEntry.objects.filter(actor_id=us.volunteer.pk, action="read").exists()
    assert left(lines) == {"old", "young", "changed", "exported"}


def test_the_database_itself_keeps_what_a_hold_names_until_it_is_released(
    us: Cast, lines: dict[str, AuditEntry]
) -> None:
    talk = AuditEntry.objects.create(
        at=read_clock() - timedelta(days=700), action="read", record_type="inquiry", record_id=77
    )
    lines["talk"] = talk
    period = {"since": lines["older"].at - timedelta(days=1), "until": lines["older"].at + timedelta(days=1)}
    holds = {
        "old": hold_over(TermKind.PEOPLE, [us.person.pk]),
        "talk": hold_over(TermKind.CONVERSATIONS, [77]),
        "older": hold_over(TermKind.PERIOD, **period),
    }
    assert let_go_of_readings([one.pk for one in lines.values()]) == 0
    for name, hold in holds.items():
        with pytest.raises(DatabaseError, match="a legal hold keeps"), transaction.atomic():
            AuditEntry.objects.filter(pk=lines[name].pk).delete()
        assert left(lines) >= {name, "young", "changed", "exported"}
        release_hold(actor=hold.placed_by, hold=hold, because="Settled", now=read_clock())
        assert let_go_of_readings([one.pk for one in lines.values()]) == 1
        assert name not in left(lines)


def test_the_database_lets_nothing_else_go_whoever_asks(us: Cast, lines: dict[str, AuditEntry]) -> None:
    assert let_go_of_readings([one.pk for name, one in lines.items() if name not in ("old", "older")]) == 0
    assert left(lines) == set(lines)
    # Not even the owner, in whose name the tests work.
    for name in ("young", "changed", "exported"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEntry.objects.filter(pk=lines[name].pk).delete()
    for change in ({"actor_id": 1}, {"action": "read"}, {"at": datetime(2001, 1, 1).astimezone()}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEntry.objects.filter(pk=lines["old"].pk).update(**change)
    assert left(lines) == set(lines)


def test_the_applications_role_may_ask_and_may_not_delete(us: Cast, lines: dict[str, AuditEntry]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local role hustings_app")
        for statement in (
            "delete from access_auditentry where id = %s",
            "update access_auditentry set at = now() where id = %s",
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute(statement, [lines["old"].pk])
        assert let_go_of_readings([lines["old"].pk, lines["young"].pk]) == 1
        cursor.execute("reset role")
    assert left(lines) == {"older", "young", "changed", "exported"}


def test_erasing_a_person_leaves_them(us: Cast, lines: dict[str, AuditEntry]) -> None:
    assert PART not in [count.part.name for count in would_erase(subject_of_person(us.person.pk))]
