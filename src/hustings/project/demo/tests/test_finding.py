"""What people type into the sample's search finds what they mean, in both languages, with their slips."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from hustings.foundation.access.actions import make_user
from hustings.foundation.access.models import Role
from hustings.project.demo.answer_center import load
from hustings.project.demo.visits import SYNONYMS
from hustings.service.answers.actions.filling import Piece, bring_in, make_categories
from hustings.service.answers.actions.wording import Words
from hustings.service.answers.models import Synonym
from hustings.service.answers.public import catalogue, lexicon
from hustings.service.answers.public.finding import find
from hustings.service.answers.public.words import write_words

NOW = datetime(2028, 10, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker):
    """The sample's words, without their standing: brought in once for all that is typed."""
    with django_db_blocker.unblock(), transaction.atomic():
        catalogue.forget()
        lexicon.forget()
        center = load()
        actor = make_user(actor=None, email="a@adair.example.org", name="A", role=Role.ADMINISTRATOR, now=NOW)
        make_categories((one["slug"], {"en": one["en"], "es": one["es"]}) for one in center["categories"])
        pieces = [
            Piece(
                slug=one["slug"],
                title=one["question"]["en"],
                texts=[
                    Words("en", one["answer"]["en"]),
                    Words("es", one["answer"]["es"], title=one["question"]["es"]),
                    *(Words("en", said["en"], code) for code, said in one.get("states", {}).items()),
                ],
                category=one["category"],
            )
            for one in center["articles"]
        ]
        bring_in(approver=actor, pieces=pieces, now=NOW)
        sets = [(code, words) for code, listed in SYNONYMS.items() for words in listed]
        Synonym.objects.bulk_create(Synonym(language=code, words=words) for code, words in sets)
        write_words(NOW)
        yield
        transaction.set_rollback(True)
    catalogue.forget()
    lexicon.forget()


def found(typed: str, language: str = "en", state: str = "") -> list[str]:
    kept = catalogue.catalogue(language, state, NOW)
    return [entry.slug for entry in find(typed, language=language, kept=kept).entries]


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("how do I register to vote", "register-to-vote"),
        ("how do i regster", "register-to-vote"),
        ("poling place", "find-my-polling-place"),
        ("polling plase", "find-my-polling-place"),
        ("where is my voting place", "find-my-polling-place"),
        ("absentee ballot", "request-mail-ballot"),
        ("ballot not come", "ballot-not-arrived"),
        ("ballots mistakes", "mistake-on-my-ballot"),
        ("tarrifs", "trade"),
        ("minimun wage", "wages-and-overtime"),
        ("my boss wont let me vote", "time-off-work-to-vote"),
        ("no id", "no-id-at-all"),
        ("wheel chair disability", "help-at-the-polls-disability"),
        ("long line", "long-lines"),
        ("convicted felony", "voting-after-conviction"),
        ("decent intern", "broadband"),
    ],
)
def test_english(sample, typed, slug):
    assert slug in found(typed)[:3], found(typed)[:6]


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("registrarme para votar", "register-to-vote"),
        ("lugar de votacion", "wrong-polling-place"),
        ("boleta por correo", "request-mail-ballot"),
        ("identificacion", "what-id-to-bring"),
        ("estudiante", "students-where-to-register"),
        ("sindicatos", "unions"),
    ],
)
def test_spanish(sample, typed, slug):
    assert slug in found(typed, "es")[:3], found(typed, "es")[:6]


def test_what_is_about_nothing_finds_nothing(sample):
    assert found("xylophone lessons") == []
