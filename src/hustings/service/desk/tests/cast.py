"""One cast for the room's tests: two teams, three queues, people of each role, and letters made on demand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import Membership, Role, Team, User
from hustings.service.desk.models import Inquiry, Queue

NOW = datetime(2028, 10, 19, 13, 0, tzinfo=UTC)


@dataclass
class Cast:
    voters: Team
    donors: Team
    help: Queue  # of the voters' team, the default
    gifts: Queue  # of the donors' team
    crisis: Queue  # of the voters' team, for those who are trained
    june: User  # volunteer, voters
    theo: User  # volunteer, voters
    ines: User  # volunteer, donors
    dana: User  # lead, voters
    ada: User  # administrator
    sam: User  # volunteer, donors, trained for people in crisis
    vera: User  # volunteer, voters, security lead


def make_cast() -> Cast:
    voters, donors = Team.objects.create(name="Voter help"), Team.objects.create(name="Donations")
    return Cast(
        voters=voters,
        donors=donors,
        help=Queue.objects.create(name="Voter help", slug="voter-help", team=voters, is_default=True, position=10),
        gifts=Queue.objects.create(name="Donations", slug="donations", team=donors, position=20),
        crisis=Queue.objects.create(name="Crisis", slug="crisis", team=voters, is_crisis=True, position=5),
        june=make_user("June Oduya", voters),
        theo=make_user("Theo Marsh", voters),
        ines=make_user("Ines Navarro", donors),
        dana=make_user("Dana Kessler", voters, roles=[Role.LEAD]),
        ada=make_user("Ada Quist", roles=[Role.ADMINISTRATOR]),
        sam=make_user("Sam Reyes", donors, is_crisis_trained=True),
        vera=make_user("Vera Lund", voters, is_security_lead=True),
    )


def make_user(name: str, *teams: Team, **facts: Any) -> User:
    user = User.objects.create(email=f"{name.split()[0].lower()}@example.org", name=name, **facts)
    for team in teams:
        Membership.objects.create(user=user, team=team)
    return user


def make_person(name: str = "Ruth Abernathy", **facts: Any) -> Person:
    return Person.objects.create(name=name, **{"city": "Columbus", "state_code": "OH", **facts})


def make_inquiry(
    queue: Queue, *, person: Person | None = None, due: timedelta = timedelta(hours=4), **facts: Any
) -> Inquiry:
    values = {
        "person": person or make_person(),
        "queue": queue,
        "subject": "My mail ballot still has not arrived",
        "snippet": "I asked for my ballot on the second of October",
        "channel": "mail",
        "state_code": "OH",
        "language": "en",
        "opened_at": NOW - timedelta(hours=4),
        "due_at": NOW + due,
        "last_message_at": NOW - timedelta(hours=4),
        "last_message_id": 1,
    }
    return Inquiry.objects.create(**{**values, **facts})
