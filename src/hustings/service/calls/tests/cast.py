"""People who call, people who were told something wrong, and the words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hustings.constituents.people.models import Identifier, Person
from hustings.foundation.access.models import User
from hustings.foundation.geography.models import State
from hustings.foundation.geography.queries import forget
from hustings.service.answers.actions.corrections import approve_correction, write_correction
from hustings.service.answers.models import Article, ArticleText, Correction, CorrectionRecipient
from hustings.service.calls.actions.noting import note_call
from hustings.service.calls.actions.taking import begin
from hustings.service.calls.models import Call
from hustings.service.correspondence.tests.replying import Cast as Replying
from hustings.service.correspondence.tests.replying import article, inquiry, user
from hustings.service.correspondence.tests.replying import cast as replying
from hustings.service.desk.models import Inquiry

NOW = datetime(2028, 11, 6, 23, 40, tzinfo=UTC)  # 18:40 in Columbus
MINUTE = timedelta(minutes=1)
WORDS = "Ohio takes mail ballots until noon."


@dataclass
class Cast:
    us: Replying
    june: User  # correspondence volunteer of the team
    dana: User  # another
    cora: User  # call volunteer of the team
    cole: User  # another
    wes: User  # volunteer of another team
    lead: User
    counsel: User
    words: ArticleText  # Ohio's

    @property
    def article(self) -> Article:
        return self.words.version.article


def make_cast() -> Cast:
    for code, name, fips in (("OH", "Ohio", "39"), ("IA", "Iowa", "19")):
        State.objects.get_or_create(code=code, defaults={"name": name, "fips": fips})
    forget()
    us = replying()
    return Cast(
        us=us,
        june=us.volunteer,
        dana=us.colleague,
        cora=user("Cora Bell", us.team, roles=["caller"]),
        cole=user("Cole Nash", us.team, roles=["caller"]),
        wes=us.outsider,
        lead=us.lead,
        counsel=user("Ines Calloway", roles=["counsel"], second_factor_at=NOW),
        words=article("Mail ballots", WORDS, state_code="OH"),
    )


def somebody(name: str, *, phone: str = "+16145550142", mail: str = "", state: str = "OH", **facts: Any) -> Person:
    made = Person.objects.create(name=name, first_name=name.split()[0], state_code=state, **facts)
    for kind, value in (("phone", phone), ("email", mail)):
        if value:
            Identifier.objects.create(person=made, kind=kind, value=value)
    return made


def asked(cast: Cast, person: Person, **fields: Any) -> Inquiry:
    """A conversation of theirs in the team's queue."""
    made = inquiry(cast.us, state_code=person.state_code, **fields)
    Inquiry.objects.filter(pk=made.pk).update(person=person)
    return Inquiry.objects.get(pk=made.pk)


def told(cast: Cast, person: Person, of: Inquiry | None = None, *, at: datetime = NOW, **more: Any) -> Call:
    """June told them Ohio's words on the telephone."""
    call = begin(actor=cast.june, person=person, inquiry=of, now=at)
    given = {"outcome": "told", "text": cast.words, **more}
    return note_call(actor=cast.june, call=call, now=at + MINUTE, **given)


def corrected(cast: Cast, *, at: datetime = NOW, state: str = "OH") -> Correction:
    """Written by a lead, approved by counsel."""
    made = write_correction(
        actor=cast.us.administrator,
        article=cast.article,
        subject="We told you something wrong",
        texts={"en": "Dear {{ person.first_name }}, it is until eight.", "es": "Hasta las ocho."},
        state_code=state,
        now=at,
    )
    approve_correction(actor=cast.counsel, correction=made, now=at)
    made.refresh_from_db()
    return made


def to_call(cast: Cast, *people: Person, about: Inquiry | None = None) -> list[CorrectionRecipient]:
    """They are on a correction's list, and mail does not reach them. In the order they wait in."""
    made = Correction.objects.create(
        article=cast.article, subject="We told you something wrong", texts={"en": "It is until eight."},
        state_code="OH", state="approved", made_at=NOW, approved_at=NOW, approved_by=cast.counsel,
    )  # fmt: skip
    return [
        CorrectionRecipient.objects.create(
            correction=made, person=person, version_number=7, answered_at=NOW - timedelta(days=1) + number * MINUTE,
            answered_by="mail", answered_in=made.uid, about=about.uid if about else None, state="to_call",
        )
        for number, person in enumerate(people)
    ]  # fmt: skip
