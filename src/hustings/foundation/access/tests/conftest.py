"""One cast: an administrator, a lead, two volunteers of two teams."""

from datetime import UTC, datetime

import pytest

from hustings.foundation.access import actions
from hustings.foundation.access.models import Role, Team

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)
PASSWORD = "a long enough sentence"


@pytest.fixture
def teams(db):
    return {name: Team.objects.create(name=name) for name in ("Voter help", "Press desk")}


@pytest.fixture
def cast(teams):
    def made(name, role, team, **more):
        return actions.make_user(
            actor=None,
            email=f"{name.lower()}@adair.example.org",
            name=f"{name} Sample",
            role=role,
            teams=[teams[team]],
            password=PASSWORD,
            now=NOW,
            **more,
        )

    return {
        "administrator": made("Marguerite", Role.ADMINISTRATOR, "Voter help"),
        "lead": made("Theo", Role.LEAD, "Voter help"),
        "volunteer": made("June", Role.VOLUNTEER, "Voter help"),
        "stranger": made("Rosalind", Role.VOLUNTEER, "Press desk"),
    }
