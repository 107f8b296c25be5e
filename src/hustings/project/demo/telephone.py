"""What the sample campaign shows of the telephone: a few people were told something about ballots, a court decided
otherwise, and whom the correction does not reach by mail is called. Sample text, like all of it."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from hustings.constituents.people.actions.changes import add_identifier, mark_bounced
from hustings.constituents.people.models import Identifier, IdentifierKind, Person
from hustings.foundation.access.models import User
from hustings.service.answers.actions import withdraw
from hustings.service.answers.actions.corrections import approve_correction, write_correction
from hustings.service.answers.models import ArticleText
from hustings.service.calls.actions.noting import note_call
from hustings.service.calls.actions.taking import begin, take_next
from hustings.service.calls.models import Call
from hustings.service.correspondence.actions.correcting import send_correction
from hustings.service.desk.models import Inquiry

from .generator.roster import SAMPLE_SIGN_INS

TITLE = "I made a mistake on my ballot"
MOST, BY_MAIL = 7, 2  # people, and how many of them mail reaches
NOTES = (
    "She had crossed one out already.",
    "Wanted it in plain words. He wrote it down.",
    "",
    "Asked twice what “spoiled” means.",
)
BECAUSE = "The election offices do it another way since today (sample text)."
SUBJECT = "A correction: if you made a mistake on your ballot"
SAID = {
    "en": 'Hello {{ person.first_name | default: "there" }}, this is {{ campaign.name }}. We told you to take a ballot '
    "with a mistake to your polling place and trade it in. That does not hold any more (sample text).\n\n"
    "Please ask your county's election office what to do with it before you send it. We are sorry.",
    "es": "Le habla {{ campaign.name }}. Le dijimos que llevara una boleta con un error a su lugar de votación para "
    "cambiarla. Ya no vale (texto de muestra).\n\nPregunte en la oficina electoral de su condado antes de mandarla.",
}


def pick_up_the_telephone(*, end: datetime) -> None:
    """All of it, once."""
    if Call.objects.exists():
        return
    text = ArticleText.objects.filter(version__article__title=TITLE, state_code="", language="en").first()
    inquiries = _conversations()
    if text is None or not inquiries:
        return
    with transaction.atomic():
        _tell(inquiries, text, end - timedelta(hours=30))
        _correct(text, end - timedelta(hours=8))
        _call(end)


def _conversations() -> list[Inquiry]:
    """One each of people whom the team that helps voters has answered, else of those who wait."""
    rows = Inquiry.objects.filter(queue__slug="voter-help", is_sealed=False, is_crisis=False, person__is_child=False)
    first: dict[int, Inquiry] = {}
    for inquiry in rows.exclude(status="merged").select_related("person").order_by("status", "opened_at", "id"):
        first.setdefault(inquiry.person_id, inquiry)
    return list(first.values())[:MOST]


def _tell(inquiries: Sequence[Inquiry], text: ArticleText, at: datetime) -> None:
    """June told each of them on the telephone; later, mail to most came back."""
    june = User.objects.get(email=SAMPLE_SIGN_INS[2][1])
    reached = BY_MAIL if len(inquiries) > BY_MAIL + 2 else 0
    for number, inquiry in enumerate(inquiries):
        moment = at + timedelta(minutes=9 * number)
        person = inquiry.person
        if not Identifier.objects.filter(person=person, kind=IdentifierKind.PHONE).exists():
            with suppress(ValidationError):  # somebody else's already: this one stays without a number
                add_identifier(actor=None, person=person, kind="phone", value=f"215 555 01{40 + number}", now=moment)
        call = begin(actor=june, person=person, inquiry=inquiry, now=moment)
        note = NOTES[number % len(NOTES)]
        note_call(
            actor=june, call=call, outcome="told", direction="in" if number % 3 == 0 else "out", note=note, text=text,
            now=moment + timedelta(minutes=6),
        )  # fmt: skip
        if number >= reached:
            _lose(person, moment + timedelta(hours=2))


def _lose(person: Person, at: datetime) -> None:
    addresses = Identifier.objects.filter(person=person, kind=IdentifierKind.EMAIL).values_list("value", flat=True)
    for address in list(addresses):
        mark_bounced(address=address, for_good=True, now=at)


def _correct(text: ArticleText, at: datetime) -> None:
    """Withdrawn; a correction that one wrote and another approved."""
    administrator, theo = (User.objects.get(email=email) for _who, email in SAMPLE_SIGN_INS[:2])
    article = text.version.article
    withdraw(actor=administrator, article=article, reason=BECAUSE, now=at)
    made = write_correction(actor=theo, article=article, subject=SUBJECT, texts=SAID, now=at)
    approve_correction(actor=administrator, correction=made, now=at + timedelta(minutes=20))
    send_correction(correction_id=made.pk, now=at + timedelta(minutes=21))


def _call(end: datetime) -> None:
    """One was told, one did not answer; the others wait."""
    theo = User.objects.get(email=SAMPLE_SIGN_INS[1][1])
    for outcome, ago in (("told", 5), ("none", 4)):
        at = end - timedelta(hours=ago)
        call = take_next(actor=theo, now=at)
        if call is not None:
            note_call(actor=theo, call=call, outcome=outcome, now=at + timedelta(minutes=4))
