"""Rules hear of people what is not a field that changed."""

import pytest

from hustings.constituents.people.actions import changes
from hustings.foundation.automation.actions.acting import act_once
from hustings.foundation.automation.actions.looking import look_once
from hustings.foundation.automation.actions.writing import save_rule, switch_rule
from hustings.foundation.automation.models import Happening, Notice, Rule

pytestmark = pytest.mark.django_db


def rule(actor, name, now) -> Rule:
    tell = {"verb": "notify", "values": {"to": "owner", "text": name}}
    made = save_rule(
        actor=actor, rule=None, name=name, record="person", trigger={"kind": "announced", "name": name},
        conditions={}, actions=[tell], most_an_hour=100, now=now,
    )  # fmt: skip
    return switch_rule(actor=actor, rule=made, on=True, now=now)


def said(now) -> list[tuple[str, int | None]]:
    for _step in range(500):
        if not (act_once(now) or look_once(now)):
            return list(Notice.objects.order_by("pk").values_list("text", "record_id"))
    raise AssertionError("it never ends")


def test_rules_hear_of_an_address_that_fails_and_of_consent(cast, make_person, now):
    for name in ("address_failed", "consent_recorded"):
        rule(cast["administrator"], name, now)
    ruth = make_person(email="ruth@example.org")
    make_person("Ruthie Linden", email="ruthie@old.example", canonical=ruth)
    changes.mark_bounced(address="ruth@example.org", for_good=False, now=now)
    assert said(now) == []
    changes.mark_bounced(address="ruthie@old.example", for_good=True, now=now)
    assert said(now) == [("address_failed", ruth.pk)]
    changes.record_consent(actor=None, person=ruth, channel="email", state="refused", source="form", now=now)
    assert said(now) == [("address_failed", ruth.pk), ("consent_recorded", ruth.pk)]
    assert not Happening.objects.exclude(name__in=["address_failed", "consent_recorded"]).exists()
