"""One cast: an administrator, a lead who may write rules, a volunteer; and samples."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from hustings.foundation.access import actions as access
from hustings.foundation.access import grants
from hustings.foundation.access.models import Role, Team, User
from hustings.foundation.automation.actions.writing import save_rule, switch_rule
from hustings.foundation.automation.models import Rule
from hustings.foundation.core import records

from . import samples
from .ruling import work
from .samples import NOW

PASSWORD = "a long enough sentence"
READS = {"verbs": ["see", "add", "change", "export"], "rows": ["all"], "fields": {"*": "edit"}}


@pytest.fixture
def sample_type(db: None) -> Iterator[None]:
    """The type of record `sample`, with its table; grants are compiled anew since the types are others."""
    samples.register()
    grants._compiled.cache_clear()
    with connection.schema_editor() as editor:
        editor.create_model(samples.Sample)
    yield
    if not connection.in_atomic_block:  # what was not made in a transaction is not taken back with one
        with connection.schema_editor() as editor:
            editor.delete_model(samples.Sample)
    samples.unregister()
    grants._compiled.cache_clear()


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="Voter help")


@pytest.fixture
def cast(sample_type: None, team: Team) -> dict[str, User]:
    """`writer` may write rules and reads all of a sample but its secret."""
    Role.objects.create(
        slug="writer", name="Writer",
        grants={"records": {"sample": READS, "user": {"verbs": ["see"], "rows": ["all"], "fields": {"*": "read"}}},
                "abilities": ["write_rules"]},
    )  # fmt: skip

    def made(name: str, role: str) -> User:
        email = f"{name.lower()}@adair.example.org"
        user = access.make_user(
            actor=None, email=email, name=f"{name} Sample", role=role, teams=[team], password=PASSWORD, now=NOW
        )
        return User.objects.get(pk=user.pk)

    return {
        "administrator": made("Marguerite", Role.ADMINISTRATOR),
        "writer": made("Dana", "writer"),
        "volunteer": made("June", Role.VOLUNTEER),
        "other": made("Theo", Role.VOLUNTEER),
    }


@pytest.fixture
def write(cast: dict[str, User]) -> Any:
    """Write a rule and turn it on."""

    def written(
        *,
        actor: User | None = None,
        name: str = "A rule",
        trigger: Any = None,
        conditions: Any = None,
        actions: Any = None,
        on: bool = True,
        most_an_hour: int = 100,
        now: Any = NOW,
        **more: Any,
    ) -> Rule:
        actor = actor or cast["writer"]
        rule = save_rule(
            actor=actor,
            rule=None,
            name=name,
            record="sample",
            trigger=trigger or {"kind": "made"},
            conditions=conditions or {},
            actions=actions or [{"verb": "set:title", "values": {"value": "seen"}}],
            most_an_hour=most_an_hour,
            now=now,
            **more,
        )
        return switch_rule(actor=actor, rule=rule, on=True, now=now) if on else rule

    return written


@pytest.fixture
def run() -> Any:
    return lambda now=NOW, **how: work(now, **how)


def types() -> list[str]:
    return [one.name for one in records.all_types()]
