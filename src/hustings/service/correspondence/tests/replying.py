"""A small campaign for the tests of replying: two teams, the usual cast, a letter that waits."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hustings.constituents.people.models import Identifier, Person
from hustings.foundation.access.models import Membership, Role, Team, User
from hustings.foundation.channels.actions.deliveries import store
from hustings.foundation.channels.models import Mailbox, Outcome
from hustings.foundation.core import bulk, partitions
from hustings.foundation.core.ids import new_uid
from hustings.foundation.ui.models import Campaign
from hustings.service.answers.models import Article, ArticleState, ArticleText, ArticleVersion
from hustings.service.correspondence.actions.intake_rows import BODY
from hustings.service.correspondence.engine import threading_keys
from hustings.service.correspondence.models import Message, Reply
from hustings.service.desk.models import Inquiry, Queue

NOW = datetime(2028, 10, 19, 12, 41, tzinfo=UTC)
APPROVED = (
    "Your polling place is set by your county, {{ person.first_name }}, not by the campaign.\n\n"
    "Look it up the evening before, and again that morning."
)


@dataclass
class Cast:
    """One cast for the whole suite."""

    team: Team
    press: Team
    queue: Queue
    press_queue: Queue
    volunteer: User
    colleague: User
    newcomer: User
    outsider: User  # a volunteer of another team
    lead: User
    press_lead: User
    administrator: User
    security: User
    mailbox: Mailbox
    person: Person


def user(name: str, team: Team | None = None, **fields: Any) -> User:
    made: User = User.objects.create(
        email=f"{name.lower().replace(' ', '.')}@adair.example", name=name, **{"needs_release": False, **fields}
    )
    if team is not None:
        Membership.objects.create(user=made, team=team)
    return made


def cast() -> Cast:
    team, press = Team.objects.create(name="Voter help"), Team.objects.create(name="Press desk")
    Campaign(name="Adair for America").save()
    return Cast(
        team=team,
        press=press,
        queue=Queue.objects.create(name="Voter help", slug="voter-help", team=team, is_default=True),
        press_queue=Queue.objects.create(name="Press", slug="press", team=press),
        volunteer=user("June Oduya", team),
        colleague=user("Dana Kessler", team),
        newcomer=user("Nour Hadley", team, needs_release=True),
        outsider=user("Wes Pruitt", press),
        lead=user("Theo Marsh", team, roles=[Role.LEAD]),
        press_lead=user("Lila Tran", press, roles=[Role.LEAD]),
        administrator=user("Marguerite Sole", roles=[Role.ADMINISTRATOR]),
        security=user("Gil Sandoval", team, is_security_lead=True),
        mailbox=Mailbox.objects.create(address="help@adair.example", name="Adair for America", is_default=True),
        person=person("Ruth Abernathy", "ruth.a@example.org"),
    )


def person(name: str, address: str) -> Person:
    first, _, last = name.partition(" ")
    made = Person.objects.create(name=name, first_name=first, last_name=last, city="Columbus", state_code="OH")
    Identifier.objects.create(person=made, kind="email", value=address)
    return made


def inquiry(cast: Cast, *, queue: Queue | None = None, at: datetime = NOW, **fields: Any) -> Inquiry:
    """An inquiry with its first letter."""
    made = Inquiry.objects.create(
        person=cast.person,
        queue=queue or cast.queue,
        subject="My mail ballot still has not arrived",
        channel="mail",
        mailbox=cast.mailbox.address,
        language="en",
        opened_at=at,
        due_at=at + timedelta(hours=2),
        last_message_at=at,
        **fields,
    )
    letter(made, at=at)
    return made


def raw_letter(message_id: str, *, subject: str, body: str, extra: str = "") -> bytes:
    return (
        (
            f"From: Ruth Abernathy <ruth.a@example.org>\r\nTo: help@adair.example\r\nSubject: {subject}\r\n"
            f"Message-ID: {message_id}\r\nDate: Thu, 19 Oct 2028 08:41:00 -0400\r\n{extra}"
        ).encode()
        + b"\r\n"
        + body.encode()
    )


def letter(
    of: Inquiry,
    *,
    at: datetime = NOW,
    text: str = "I asked for my ballot and it has not come.",
    raw: bytes = b"",
    address: str = "ruth.a@example.org",
    has_html: bool = False,
) -> Message:
    """One more letter of theirs, as intake stores it."""
    message_id = f"<{new_uid()}@example.org>"
    raw = raw or raw_letter(message_id, subject=of.subject, body=text)
    delivery = store(source="lmtp", raw=raw, envelope_from=address, envelope_to=[of.mailbox], now=at)
    type(delivery).objects.filter(pk=delivery.pk).update(outcome=Outcome.STORED)
    made = Message.objects.create(
        message_key=UUID(bytes=threading_keys.id_key(message_id)),
        content_key=new_uid(),
        inquiry=of,
        person=of.person,
        delivery=delivery,
        at=at,
    )
    partitions.ensure_around("correspondence_messagebody", [at], now=at)
    bulk.copy(
        BODY,
        [
            (
                *(made.pk, at, at, message_id, "Ruth Abernathy", address, "", [["", of.mailbox]], [], of.subject),
                *(text, "", "", "en", has_html, None),
            )
        ],
    )
    newest = Inquiry.objects.get(pk=of.pk)
    Inquiry.objects.filter(pk=of.pk).update(
        last_message_id=made.pk, last_message_at=at, messages=newest.messages + (newest.last_message_id is not None)
    )
    of.refresh_from_db()
    return made


def article(title: str = "Where do I vote: how to look it up", body: str = APPROVED, **text: Any) -> ArticleText:
    """Approved language, ready to be cited."""
    made = Article.objects.create(slug=f"a-{new_uid()}", title=title, state=ArticleState.APPROVED, approved_at=NOW)
    version = ArticleVersion.objects.create(article=made, number=7, title=title)
    made.approved_version = version
    made.save()
    return ArticleText.objects.create(version=version, language="en", body=body, **text)


def seen(of: Inquiry) -> dict[str, int]:
    """What the writer of a page made now has seen."""
    newest = Message.objects.filter(inquiry=of, direction=0).order_by("-id").first()
    reply = Reply.objects.filter(inquiry=of).exclude(state__in=["undone", "back"]).order_by("-id").first()
    return {"last_message_seen": newest.pk if newest else 0, "last_reply_seen": reply.pk if reply else 0}
