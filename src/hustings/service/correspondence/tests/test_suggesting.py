"""What is suggested under a letter: by its words, and by what colleagues chose for letters that ask alike."""

from datetime import timedelta

import pytest

from hustings.constituents.topics.actions.taxonomy import ensure_taxonomy
from hustings.foundation.core.ids import new_uid
from hustings.service.answers.models import ArticleState
from hustings.service.correspondence.actions import drafts, replies
from hustings.service.correspondence.models import Citation, Message
from hustings.service.correspondence.queries import composer, suggesting
from hustings.service.correspondence.queries.suggesting import suggested
from hustings.service.desk.models import Inquiry

from .replying import NOW, Cast, article, cast, inquiry, letter, seen

pytestmark = pytest.mark.django_db
RIDE = "My grandmother walks with a frame and nobody can drive her to the courthouse on the day."


@pytest.fixture(name="us")
def _us() -> Cast:
    return cast()


def asks(us: Cast, text: str) -> Inquiry:
    made = inquiry(us)
    Inquiry.objects.filter(pk=made.pk).update(subject="A question")
    made.refresh_from_db()
    letter(made, at=NOW + timedelta(seconds=Message.objects.count()), text=text)
    return made


def answered_with(us: Cast, of: Inquiry, text) -> None:  # type: ignore[no-untyped-def]
    _draft, filled = drafts.cite(
        actor=us.volunteer, inquiry=of, article_text=text, text="", caret=0, revision=0, now=NOW
    )  # fmt: skip
    replies.send_reply(actor=us.volunteer, inquiry=of, token=new_uid(), text=filled.text, now=NOW, **seen(of))


def test_by_words_alone_where_nobody_answered_alike(us: Cast) -> None:
    rides = article("Rides to the polls", body="We drive you to the courthouse.")
    article("Yard signs", body="Signs are at every office.")
    assert [one.article for one in suggested(asks(us, RIDE))][:1] == [rides.version.article]


def test_what_a_letter_is_about_weighs_with_its_words(us: Cast) -> None:
    """Its words alone lead elsewhere: that a card is to be shredded says nothing of what is asked."""
    ensure_taxonomy(now=NOW)
    place = article("Where to vote", body="Polling places and their hours are your county's to set.")
    article("Shredding what we have about you", body="We delete and shred each card and each letter that you sent us.")
    asked = asks(us, "Two cards came, each with another address. Which card do I shred?")
    assert [one.article.title for one in suggested(asked)] == ["Shredding what we have about you"]
    Inquiry.objects.filter(pk=asked.pk).update(topics=["polling-place"])
    asked.refresh_from_db()
    assert suggested(asked)[0].article == place.version.article


def test_what_colleagues_chose_for_letters_alike_comes_first(us: Cast) -> None:
    article("Where is the courthouse", body="The courthouse is where it was; on the day it opens at six.")
    chosen = article("Getting help", body="Volunteers pick voters up at their door.")
    for _again in range(2):
        answered_with(us, asks(us, RIDE), chosen)
    best = suggested(asks(us, f"Hello. {RIDE} Thank you."))
    assert best[0].article == chosen.version.article
    assert suggested(asks(us, "Do you sell shirts that show a donkey?")) == []


def test_nothing_is_suggested_for_what_is_answered_until_they_write_again(us: Cast) -> None:
    chosen = article("Getting help", body="Volunteers pick voters up at their door.")
    article("Where is the courthouse", body="The courthouse is where it was; on the day it opens at six.")
    answered_with(us, asks(us, RIDE), chosen)
    here = asks(us, RIDE)
    assert composer.build(us.colleague, here)["suggestion"].article == chosen.version.article
    answered_with(us, here, chosen)
    here.refresh_from_db()
    assert composer.build(us.colleague, here)["suggestion"] is None
    letter(here, at=NOW + timedelta(hours=1), text=RIDE)
    here.refresh_from_db()
    assert composer.build(us.colleague, here)["suggestion"].article == chosen.version.article


def test_what_was_withdrawn_is_suggested_no_more(us: Cast) -> None:
    chosen = article("Getting help", body="Volunteers pick voters up at their door.")
    answered_with(us, asks(us, RIDE), chosen)
    type(chosen.version.article).objects.filter(pk=chosen.version.article_id).update(state=ArticleState.WITHDRAWN)
    assert suggested(asks(us, RIDE)) == []


def test_one_answer_to_many_is_no_colleagues_choice(us: Cast, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A bulk reply's letters are newer than what colleagues chose, and more than are looked at."""
    monkeypatch.setattr(suggesting, "LATELY", 2)
    chosen = article("Getting help", body="Volunteers pick voters up at their door.")
    to_many = article("Thank you", body="We read every word.")
    answered_with(us, asks(us, RIDE), chosen)
    for _again in range(3):
        answered_with(us, asks(us, RIDE), to_many)
    Citation.objects.filter(version=to_many.version).update(of_many=True)
    assert [one.article for one in suggested(asks(us, RIDE))] == [chosen.version.article]


@pytest.mark.parametrize("count", [1, 4])
def test_it_asks_as_much_for_many_citations_as_for_one(us: Cast, count: int, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    chosen = article("Getting help", body="Volunteers pick voters up at their door.")
    for _again in range(count):
        answered_with(us, asks(us, RIDE), chosen)
    here = asks(us, RIDE)
    with django_assert_max_num_queries(22):
        suggested(here)
