import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.service.campaigns.engine.lifting import why_lifted
from hustings.service.campaigns.engine.sentences import Shared, sentences_of, shared_text
from hustings.service.campaigns.engine.sponsors import Guess, guess_sponsor
from hustings.service.campaigns.engine.tests.texts import TEXT

SHARED = Shared([one.text for one in sentences_of(TEXT)])
NOUNS = ("harbor", "violin", "glacier", "ladder", "walnut", "pepper", "saddle", "mirror", "candle", "pigeon")


def framed(text: str) -> str:
    return f"Dear Gov. Adair,\n\n{text}\n\nSincerely,\nRuth Hale\n12 Oak Street\nOttumwa, IA 52501\n(641) 555-0142"


def test_sentences_are_joined_across_broken_lines_and_kept_whole_at_shortened_words():
    text = "In the spring I wrote to Mr. Lee of St. Louis on\nMonday. He did not answer.\n\nRuth Hale\nOttumwa, IA"
    assert [one.text for one in sentences_of(text)] == [
        "In the spring I wrote to Mr. Lee of St. Louis on Monday.",
        "He did not answer.",
        "Ruth Hale",
        "Ottumwa, IA",
    ]


def test_greeting_closing_name_and_address_are_not_added():
    assert SHARED.added(framed(TEXT), "Ruth Hale") == []


@given(st.lists(st.sampled_from(NOUNS), min_size=4, max_size=9, unique=True), st.integers(min_value=0, max_value=5))
def test_a_sentence_of_other_words_is_found_as_it_was_written(nouns, place):
    added = " ".join(nouns).capitalize() + "."
    sentences = [one.text for one in sentences_of(TEXT)]
    sentences.insert(place, added)
    assert SHARED.added(framed(" ".join(sentences)), "Ruth Hale") == [added]


def test_a_sentence_with_words_changed_is_not_added():
    text = TEXT.replace("forty minutes away", "a good hour away").replace("two years ago", "last spring")
    assert SHARED.added(framed(text), "Ruth Hale") == []


def test_a_question_is_added_although_its_words_are_the_letters_own():
    question = "Will you promise that no clinic in our county will close in your first year?"
    assert SHARED.added(framed(f"{TEXT} {question}"), "Ruth Hale") == [question]


def test_the_shared_text_is_what_most_have_with_the_share_that_kept_each():
    more = "We remember who came to see us and who did not."
    later = TEXT.replace("having babies.", f"having babies. {more}")
    kept = shared_text([framed(TEXT)] * 6 + [framed(later)] * 4)
    assert [(one.text, one.share) for one in kept if one.share < 1] == [(more, 0.4)]
    assert [one.text for one in kept if one.share == 1] == [one.text for one in sentences_of(TEXT)]
    assert [one.of_version for one in kept].count(True) == 1


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        ("Does the promise cover the two that are only open on Mondays?", "question"),
        ("My granddaughter was born in the cab of a grain truck.", "story"),
        ("My husband has dialysis on Thursday. Is there anyone I can call? Please help us.", "plea"),
        ("Please call me, nobody at the county answers.", "plea"),
        ("I was sent this to sign and I will not.", "against"),
        ("I would be glad to host a meeting.", "offer"),
        ("Necesito saber a quién puedo llamar.", "plea"),
        ("Mi esposo se desmayó en julio.", "story"),
        ("¿Va a visitar los campos?", "question"),
        ("Clinics before bridges.", ""),
        (" ".join(["word"] * 40), "words"),
    ],
)
def test_what_was_added_is_lifted_for(added, reason):
    assert why_lifted([added]) == reason


def test_an_alarm_goes_before_all_and_a_nature_is_asked_where_no_rule_speaks():
    assert why_lifted(["Will you see me?"], alarm="threat") == "threat"
    assert why_lifted(["Clinics before bridges."], nature="volunteering") == "offer"
    assert why_lifted(["Clinics before bridges."], nature="opinion") == ""
    assert why_lifted([], alarm="", nature="question") == ""


def test_a_sponsor_is_guessed_by_what_letters_say_else_by_their_links():
    named = "This letter was sent through Clinics Within Reach, www.cwr.example.org"
    assert guess_sponsor([named] * 3 + [TEXT]) == Guess("Clinics Within Reach", "words", 3, 4)
    linked = [f"{TEXT} https://act.cwr.example.org/sign/{n} and me@gmail.com" for n in range(3)]
    assert guess_sponsor(linked) == Guess("example.org", "links", 3, 3)
    assert guess_sponsor([TEXT] * 5) is None
