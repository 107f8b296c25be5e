"""A cast, and a type of record of the tests' own, whose rows and fields each test grants as it needs."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from hustings.foundation.access import actions as access
from hustings.foundation.access import grants
from hustings.foundation.access.models import Role, Team
from hustings.foundation.channels.models import Mailbox
from hustings.foundation.core import records
from hustings.foundation.core.guard.attributes import mask_phone
from hustings.foundation.core.records import CHOICE, LINK, PHONE, USER, YES_NO, Field, RecordType
from hustings.foundation.feed.actions.posts import write_post

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)


class Pledges:
    """Rows of the type `pledge` are teams that nobody belongs to; who sees which is said here."""

    def __init__(self):
        self.seen = {}  # user id -> ids of rows; a user who is not named sees all
        self.titles = 0

    def visible_to(self, user):
        rows = Team.objects.filter(name__startswith="Pledge")
        return rows.filter(pk__in=self.seen[user.pk]) if user.pk in self.seen else rows

    def make(self, name="Pledge of Ruth"):
        return Team.objects.create(name=name)

    def hide(self, *users):
        for user in users:
            self.seen[user.pk] = set()


@pytest.fixture
def pledges():
    made = Pledges()
    records.register(
        RecordType(
            "pledge",
            "Pledge",
            "Pledges",
            model=Team,
            visible_to=made.visible_to,
            fields=[
                Field("stage", "Stage", kind=CHOICE, choices=(("new", "New"), ("kept", "Kept")), tracked=True),
                Field("phone", "Telephone", kind=PHONE, sensitive=True, mask=mask_phone, tracked=True),
                Field("secret", "Secret", tracked=True),
                Field("owner", "Owner", kind=USER, tracked=True),
                Field("beside", "Beside", kind=LINK, to="pledge", tracked=True),
                Field("public", "Public", kind=YES_NO),
            ],
            title=lambda record: record.name,
            url=lambda record: record.get_absolute_url(),
            rows=("all", "team"),
        )
    )
    grants._compiled.cache_clear()
    yield made
    del records.registry.types["pledge"]
    grants._compiled.cache_clear()


def role(slug, fields=None, verbs=("see",), **more):
    """A role that sees pledges and colleagues, with these levels of pledges' fields."""
    told = {
        "records": {
            "pledge": {"verbs": list(verbs), "rows": ["all"], "fields": fields or {"**": "read"}},
            "user": {"verbs": ["see"], "rows": ["team"], "fields": {"*": "read"}},
        },
        **more,
    }
    return Role.objects.create(slug=slug, name=slug, grants=told)


@pytest.fixture
def cast(db, pledges):
    teams = {name: Team.objects.create(name=name) for name in ("Voter help", "Press desk")}
    role("worker")

    def made(name, team, slug="worker"):
        return access.make_user(
            actor=None,
            email=f"{name.split()[0].lower()}@adair.example.org",
            name=name,
            role=slug,
            teams=[teams[team]],
            now=NOW,
        )

    people = {
        "marguerite": made("Marguerite Sole", "Voter help", Role.ADMINISTRATOR),
        "theo": made("Theo Marsh", "Voter help"),
        "june": made("June Oduya", "Voter help"),
        "dana": made("Dana Kessler", "Voter help"),
        "rosalind": made("Rosalind Park", "Press desk"),
    }
    people["teams"] = teams
    return people


@pytest.fixture
def mailbox(db):
    return Mailbox.objects.create(address="help@adair.example.org", name="Help", is_default=True)


@pytest.fixture
def record(pledges, cast):
    return pledges.make()


@pytest.fixture
def say(record):
    """say(june, "words"): a post on the record, or on another."""

    def said(actor, text, *, on=None, now=NOW, **more):
        return write_post(actor=actor, record_type="pledge", record=on or record, text=text, now=now, **more)

    return said


@pytest.fixture
def signed_in():
    """signed_in(june): a client that is signed in."""

    def client_of(user):
        client = Client()
        client.force_login(user)
        return client

    return client_of
