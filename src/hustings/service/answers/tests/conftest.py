"""A cast with two teams, and one article made, approved and known by all."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from hustings.foundation.access.actions import make_user
from hustings.foundation.access.models import Role, Team, User
from hustings.foundation.geography.models import State
from hustings.foundation.geography.queries import forget
from hustings.service.answers.actions import Words, approve, make_article
from hustings.service.answers.models import Article

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def teams(db: None):
    for code, name, fips in (("OH", "Ohio", "39"), ("IA", "Iowa", "19")):
        State.objects.create(code=code, name=name, fips=fips)
    forget()
    yield {name: Team.objects.create(name=name) for name in ("Voter help", "Press desk")}
    forget()


@pytest.fixture
def cast(teams: dict[str, Team]) -> dict[str, User]:
    def made(name: str, role: str, team: str) -> User:
        email = f"{name.lower()}@adair.example.org"
        return make_user(actor=None, email=email, name=f"{name} Sample", role=role, teams=[teams[team]], now=NOW)

    return {
        "administrator": made("Marguerite", Role.ADMINISTRATOR, "Voter help"),
        "lead": made("Theo", Role.LEAD, "Voter help"),
        "other_lead": made("Dana", Role.LEAD, "Press desk"),
        "volunteer": made("June", Role.VOLUNTEER, "Voter help"),
    }


@pytest.fixture
def make(cast: dict[str, User], teams: dict[str, Team]) -> Callable[..., Article]:
    """An article of Voter help by the lead; approved by the administrator unless told otherwise."""

    def made(title: str = "Mail ballots", *texts: Words, approved: bool = True, **fields: object) -> Article:
        article = make_article(
            actor=cast["lead"],
            title=title,
            texts=texts or [Words("en", f"{title}: ask your county.")],
            team=teams["Voter help"],
            now=NOW,
            **fields,
        )
        if approved:
            approve(actor=cast["administrator"], article=article, version=article.versions.get(), now=NOW)
        return article

    return made
