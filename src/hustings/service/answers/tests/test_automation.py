"""Rules hear what happens to answers, and only for owners who may know it."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from hustings.foundation.access.models import Role, User
from hustings.foundation.automation.actions.acting import act_once
from hustings.foundation.automation.actions.looking import look_once
from hustings.foundation.automation.actions.writing import save_rule, switch_rule
from hustings.foundation.automation.models import Notice, Rule
from hustings.service.answers.actions import approve, withdraw
from hustings.service.answers.models import Article

from .conftest import NOW

pytestmark = pytest.mark.django_db


def rule(actor: User, name: str) -> Rule:
    tell = {"verb": "notify", "values": {"to": "owner", "text": name}}
    made = save_rule(
        actor=actor, rule=None, name=name, record="article", trigger={"kind": "announced", "name": name},
        conditions={}, actions=[tell], most_an_hour=100, now=NOW,
    )  # fmt: skip
    return switch_rule(actor=actor, rule=made, on=True, now=NOW)


def said() -> list[tuple[str, int | None]]:
    for _step in range(500):
        if not (act_once(NOW) or look_once(NOW)):
            return list(Notice.objects.order_by("pk").values_list("text", "record_id"))
    raise AssertionError("it never ends")


def test_rules_hear_of_approval_and_withdrawal(cast: dict[str, User], make: Callable[..., Article]) -> None:
    for name in ("article_approved", "article_withdrawn", "article_published", "article_corrected"):
        rule(cast["lead"], name)
    article = make(approved=False)
    assert said() == []
    version = article.versions.get()
    approve(actor=cast["administrator"], article=article, version=version, now=NOW)
    assert said() == [("article_approved", article.pk)]
    withdraw(actor=cast["administrator"], article=article, reason="The county changed it.", now=NOW)
    assert said() == [("article_approved", article.pk), ("article_withdrawn", article.pk)]


@pytest.mark.parametrize("level", ["read", "never"])
def test_who_may_not_know_the_state_hears_of_none(cast: dict[str, User], level: str) -> None:
    role = {
        "records": {"article": {"verbs": ["see"], "rows": ["all"], "fields": {"state": level}}},
        "abilities": ["write_rules"],
    }
    Role.objects.create(slug="half-blind", name="Half blind", grants=role)
    cast["lead"].roles = ["half-blind"]
    cast["lead"].save()
    owner = User.objects.get(pk=cast["lead"].pk)
    if level == "read":
        assert rule(owner, "article_withdrawn").is_on
        return
    with pytest.raises(ValidationError):
        rule(owner, "article_withdrawn")
    assert not Rule.objects.filter(version__isnull=False, is_on=True).exists()
    assert said() == []
