"""The limit of a shift, and unusual reading: told while it happens, once, to those who look after the person."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hustings.foundation.access import actions as access
from hustings.foundation.access import unusual
from hustings.foundation.access.actions import alerts as actions
from hustings.foundation.access.actions.audit import record_reading
from hustings.foundation.access.actions.visits import ShiftOver, note_visit
from hustings.foundation.access.models import Alert, AuditEntry, HourOfReading, Role, Team, User
from hustings.foundation.access.queries import alerts as reading
from hustings.foundation.access.ready_made import DEFINITIONS
from hustings.foundation.access.roles import told_of

from .conftest import NOW, PASSWORD

HOURS = st.lists(st.integers(0, 200), max_size=60)


@given(st.integers(0, 300), HOURS, HOURS)
def test_a_few_are_never_unusual_and_more_is_never_less_so(people, own, colleagues):
    verdict = unusual.judge(people, own=own, colleagues=colleagues, limit=None)
    if people < unusual.FLOOR:
        assert verdict is None
    if verdict is not None:
        assert unusual.judge(people + 1, own=own, colleagues=colleagues, limit=None) is not None


@given(st.integers(0, 300), HOURS, HOURS, st.integers(1, 100))
def test_the_fixed_number_holds_whatever_is_usual(people, own, colleagues, limit):
    verdict = unusual.judge(people, own=own, colleagues=colleagues, limit=limit)
    if people >= limit:
        assert verdict is not None
        assert verdict.reason == "limit"


@pytest.mark.parametrize(
    ("people", "own", "colleagues", "reason"),
    [
        (30, [5, 6, 7, 5, 6], [], "own"),
        (30, [28, 30, 33, 29, 31], [], None),
        (30, [28, 30, 33, 29, 31], [4, 5, 6] * 4, "colleagues"),  # who always takes much
        (16, [3, 3, 4, 3, 3], [20, 22, 18] * 4, None),  # a slow starter who has caught up
        (30, [5, 6, 7], [], None),  # too few hours to tell
        (30, [5, 5, 5, 5, 190], [], "own"),  # one wild hour is not the measure
    ],
)
def test_what_is_unusual(people, own, colleagues, reason):
    verdict = unusual.judge(people, own=own, colleagues=colleagues, limit=None)
    assert (verdict.reason if verdict else None) == reason


def shift_of(people):
    told = told_of(DEFINITIONS["volunteer"]) | {"people_a_shift": people}
    Role.objects.create(slug="volunteer", name="", grants=told, version=people * 1000 + 7)


def visit(user, record, now=NOW, **more):
    note_visit(user=user, record_type="team", record=record, now=now, **more)


@pytest.fixture
def many(db):
    return [Team.objects.create(name=f"Record {n}") for n in range(60)]


@pytest.mark.django_db
def test_a_shift_holds_so_many_people_and_the_lead_is_told(cast, many):
    shift_of(3)
    june = User.objects.get(pk=cast["volunteer"].pk)
    for record in [*many[:3], *many[:3]]:  # the same again is nobody new
        visit(june, record)
    with pytest.raises(ShiftOver):
        visit(june, many[3])
    visit(june, many[0], is_part=True)
    with pytest.raises(ShiftOver):
        visit(june, many[4], is_part=True)
    seen = AuditEntry.objects.filter(actor_id=june.pk, action="person.seen")
    assert set(seen.values_list("record_id", flat=True)) == {record.pk for record in many[:3]}
    assert AuditEntry.objects.filter(action="person.refused").count() == 2
    alert = Alert.objects.get()
    assert (alert.kind, alert.user, alert.numbers["limit"]) == ("shift", june, 3)
    assert reading.untold(cast["lead"]) == [alert]
    visit(june, many[3], now=NOW + timedelta(hours=8, seconds=1))  # the shift rolls on


@pytest.mark.django_db
def test_reading_that_is_unusual_is_told_while_it_happens(cast, many):
    june, lead = cast["volunteer"], cast["lead"]
    for n, record in enumerate(many[:39]):
        record_reading(
            user_id=june.pk, notes=frozenset({("person", "email", record.pk)}), now=NOW + timedelta(seconds=n)
        )
    assert not Alert.objects.exists()
    moment = NOW + timedelta(seconds=40)
    record_reading(user_id=june.pk, notes=frozenset({("person", "email", many[39].pk)}), now=moment)
    alert = Alert.objects.get()
    assert (alert.user, alert.numbers["people"], alert.numbers["reason"]) == (june, 40, "limit")
    record_reading(user_id=june.pk, notes=frozenset({("person", "phone", many[40].pk)}), now=moment)
    alert = Alert.objects.get()  # once for a person and spell
    assert alert.numbers["people"] == 41
    assert HourOfReading.objects.get(user=june).people == 41
    assert [a.pk for a in reading.untold(lead)] == [alert.pk]
    assert reading.untold(june) == []
    assert reading.untold(cast["stranger"]) == []
    assert lead.pk in reading.watchers_of(june)
    assert june.pk not in reading.watchers_of(june)


@pytest.mark.django_db
def test_searching_by_a_field_and_reading_the_same_again_is_nobody_new(cast, many):
    for n in range(80):
        notes = frozenset({("person", "email", many[0].pk), ("person", "email", None)})
        record_reading(user_id=cast["volunteer"].pk, notes=notes, now=NOW + timedelta(seconds=n))
    assert not Alert.objects.exists()


@pytest.fixture
def alert(cast):
    numbers = {"people": 50, "reason": "limit", "limit": 40, "own": None, "colleagues": None}
    return Alert.objects.create(user=cast["volunteer"], kind="reading", since=NOW, last_at=NOW, numbers=numbers)


@pytest.mark.django_db
def test_who_is_told_settles_it(cast, alert):
    with pytest.raises(PermissionDenied):
        actions.see_alert(actor=cast["stranger"], alert=alert, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.close_alert(actor=cast["volunteer"], alert=alert, note="it was me", now=NOW)
    actions.see_alert(actor=cast["lead"], alert=alert, now=NOW)
    with pytest.raises(ValidationError):
        actions.close_alert(actor=cast["lead"], alert=alert, note=" ", now=NOW)
    actions.close_alert(actor=cast["lead"], alert=alert, note="a phone bank", now=NOW)
    alert.refresh_from_db()
    assert (alert.state, alert.seen_by, alert.closed_by, alert.note) == (
        "closed",
        cast["lead"],
        cast["lead"],
        "a phone bank",
    )


@pytest.mark.django_db
def test_one_click_ends_their_access(client, cast, alert):
    client.force_login(cast["lead"])
    assert "End their access now" in client.get("/alerts/").text
    told = client.get("/alerts/told/", headers={"HX-Request": "true"})
    assert "June Sample reads in an unusual way" in told.headers["HX-Trigger"]
    assert "HX-Trigger" not in client.get("/alerts/told/", headers={"HX-Request": "true"}).headers
    client.post(f"/alerts/{alert.uid}/end/")
    assert not User.objects.get(pk=cast["volunteer"].pk).is_active


@pytest.mark.django_db
def test_security_ends_it_only_while_there_is_an_alert(cast, alert):
    guard = access.make_user(
        actor=None, email="s@adair.example.org", name="Sec Sample", role="security", password=PASSWORD, now=NOW
    )
    with pytest.raises(PermissionDenied):
        access.end_access(actor=guard, user=cast["stranger"], now=NOW)
    access.end_access(actor=guard, user=cast["volunteer"], now=NOW)
    assert not User.objects.get(pk=cast["volunteer"].pk).is_active
    assert User.objects.get(pk=cast["stranger"].pk).is_active


@pytest.mark.django_db
def test_the_page_is_for_those_who_are_told(client, cast, alert):
    client.force_login(cast["volunteer"])
    assert client.get("/alerts/").status_code == 403
    assert client.post(f"/alerts/{alert.uid}/close/", {"note": "x"}).status_code == 404
    assert client.post("/alerts/watch/", {"people_an_hour": "1000"}).status_code == 403
    alert.refresh_from_db()
    assert alert.state == "open"
