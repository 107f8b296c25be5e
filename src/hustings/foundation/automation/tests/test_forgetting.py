"""The log does not grow for ever; what a hold keeps of it stays, and no call outlives what says whom it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hustings.foundation.access.actions.users import make_user
from hustings.foundation.automation.actions.forgetting import forget_old
from hustings.foundation.automation.models import (
    CallState,
    Deed,
    Happening,
    Hook,
    HookCall,
    Notice,
    Rule,
    RuleVersion,
    Run,
    Work,
    WorkState,
)
from hustings.foundation.retention.actions.holds import Over, place_hold, release_hold

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=100)


@pytest.fixture
def counsel(db: None) -> Any:
    return make_user(actor=None, email="c@adair.example.org", name="Cora", role="counsel", now=NOW)


@pytest.fixture
def log(counsel: Any) -> HookCall:
    """One happening, its run, what was done, the call that was sent, and a notice that was seen."""
    rule = Rule.objects.create(name="A", owner=counsel)
    version = RuleVersion.objects.create(
        rule=rule, number=1, trigger={}, conditions={}, actions=[], made_by=counsel, at=OLD
    )
    happened = Happening.objects.create(
        kind="record", record="person", record_ids=[7], changes={"name": ["Ruth", "Ruth A."]}, at=OLD, settled_at=OLD
    )
    run = Run.objects.create(happening=happened, rule=rule, version=version, at=OLD, matched=1)
    work = Work.objects.create(
        run=run, happening=happened, rule=rule, version=version, record="person", record_id=7, key="7", at=OLD,
        state=WorkState.DONE,
    )  # fmt: skip
    deed = Deed.objects.create(work=work, position=0, verb="call", state="done", at=OLD)
    hook = Hook.objects.create(name="B", url="https://b.example", secret=b"", made_by=counsel)
    call = HookCall.objects.create(hook=hook, deed=deed, body="Ruth", state=CallState.SENT, not_before=OLD)
    HookCall.objects.update(created_at=OLD)
    Notice.objects.create(user=counsel, text="Ruth", record="person", record_id=7, at=OLD, seen_at=OLD)
    return call


def forget() -> int:
    gone = 0
    while step := forget_old(before=NOW - timedelta(days=90), empty_before=NOW - timedelta(days=7)):
        gone += step
    return gone


def kept() -> list[Any]:
    return [list(model.objects.values()) for model in (Happening, Run, Work, Deed, HookCall, Notice)]


def test_what_a_hold_keeps_is_not_forgotten(counsel: Any, log: HookCall) -> None:
    before = kept()
    over = [Over("period", (), OLD - timedelta(days=1), OLD + timedelta(days=1))]
    hold = place_hold(actor=counsel, name="A", reason="B", over=over, now=NOW)
    assert forget() == 0
    assert kept() == before
    release_hold(actor=counsel, hold=hold, because="Settled", now=NOW)
    assert forget() > 0
    assert [len(rows) for rows in kept()] == [0, 0, 0, 0, 1, 0]
    log.refresh_from_db()
    assert (log.body, log.deed) == ("", None)


def test_what_still_has_to_be_sent_keeps_its_line(log: HookCall) -> None:
    HookCall.objects.update(state=CallState.WAITING)
    Notice.objects.all().delete()
    before = kept()
    assert forget() == 0
    assert kept() == before
