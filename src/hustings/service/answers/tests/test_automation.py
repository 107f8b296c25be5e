"""Rules hear what happens to answers, and only for owners who may know it."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from hustings.foundation.access.models import Role, User
from hustings.foundation.automation.models import Notice, Rule
from hustings.foundation.automation.tests.ruling import rule_on, tell_owner, work
from hustings.service.answers.actions import approve, withdraw
from hustings.service.answers.actions.publishing import Publication, set_publication
from hustings.service.answers.models import Article

from .conftest import NOW

pytestmark = pytest.mark.django_db


def rule(actor: User, name: str) -> Rule:
    return rule_on(actor, "article", tell_owner(name), trigger={"kind": "announced", "name": name}, now=NOW)


def said() -> list[tuple[str, int | None]]:
    work(NOW)
    return list(Notice.objects.order_by("pk").values_list("text", "record_id"))


def test_rules_hear_of_what_becomes_of_an_answer(cast: dict[str, User], make: Callable[..., Article]) -> None:
    for name in ("article_approved", "article_withdrawn", "article_published"):
        rule(cast["lead"], name)
    article = make(approved=False)
    assert said() == []
    version = article.versions.get()
    approve(actor=cast["administrator"], article=article, version=version, now=NOW)
    assert said() == [("article_approved", article.pk)]
    article.refresh_from_db()
    set_publication(actor=cast["lead"], article=article, publication=Publication(is_public=True), now=NOW)
    told = [("article_approved", article.pk), ("article_published", article.pk)]
    assert said() == told
    withdraw(actor=cast["administrator"], article=article, reason="The county changed it.", now=NOW)
    assert said() == [*told, ("article_withdrawn", article.pk)]


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
