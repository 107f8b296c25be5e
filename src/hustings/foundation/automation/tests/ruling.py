"""What tests of every room do with rules: one is written and turned on, and the worker does all it would do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hustings.foundation.access.models import User
from hustings.foundation.automation.actions.acting import act_once
from hustings.foundation.automation.actions.looking import look_once
from hustings.foundation.automation.actions.writing import save_rule, switch_rule
from hustings.foundation.automation.models import Rule


def rule_on(
    actor: User,
    record: str,
    *actions: Mapping[str, Any],
    now: datetime,
    trigger: Mapping[str, Any] | None = None,
    conditions: Mapping[str, Any] | None = None,
    most_an_hour: int = 1000,
) -> Rule:
    """A rule that is on: when one is made, unless `trigger` says otherwise."""
    made = save_rule(
        actor=actor, rule=None, name="A rule", record=record, trigger=trigger or {"kind": "made"},
        conditions=conditions or {}, actions=actions, most_an_hour=most_an_hour, now=now,
    )  # fmt: skip
    return switch_rule(actor=actor, rule=made, on=True, now=now)


def tell_owner(text: str) -> dict[str, Any]:
    """The act that tells a rule's owner these words."""
    return {"verb": "notify", "values": {"to": "owner", "text": text}}


def work(now: datetime, *, most: int = 10_000) -> int:
    """All that the worker would do now; how many steps it took."""
    for steps in range(most):
        if not (act_once(now) or look_once(now)):
            return steps
    raise AssertionError("the rules never come to an end")
