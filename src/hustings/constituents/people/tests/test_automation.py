"""Rules hear of people what is not a field that changed."""

import pytest

from hustings.constituents.people.actions import changes
from hustings.foundation.automation.models import Happening, Notice
from hustings.foundation.automation.tests.ruling import rule_on, tell_owner, work

pytestmark = pytest.mark.django_db


def said(now) -> list[tuple[str, int | None]]:
    work(now)
    return list(Notice.objects.order_by("pk").values_list("text", "record_id"))


def test_rules_hear_of_an_address_that_fails_and_of_consent(cast, make_person, now):
    for name in ("address_failed", "consent_recorded"):
        heard = {"kind": "announced", "name": name}
        rule_on(cast["administrator"], "person", tell_owner(name), trigger=heard, now=now)
    ruth = make_person(email="ruth@example.org")
    make_person("Ruthie Linden", email="ruthie@old.example", canonical=ruth)
    changes.mark_bounced(address="ruth@example.org", for_good=False, now=now)
    assert said(now) == []
    changes.mark_bounced(address="ruthie@old.example", for_good=True, now=now)
    assert said(now) == [("address_failed", ruth.pk)]
    changes.record_consent(actor=None, person=ruth, channel="email", state="refused", source="form", now=now)
    assert said(now) == [("address_failed", ruth.pk), ("consent_recorded", ruth.pk)]
    assert not Happening.objects.exclude(name__in=["address_failed", "consent_recorded"]).exists()
