"""A reply beside the approved language it cites."""

import string

from hypothesis import given
from hypothesis import strategies as st

from hustings.service.correspondence.queries import marking

FIRST = (
    "Your polling place is set by your county, not by the campaign, and it can move up to the last weeks. "
    "The county’s own page shows yours by name and date of birth, and its office will read it to you by telephone.\n\n"
    "Look it up the evening before, and again that morning."
)
SECOND = "If anything is not as it should be when you get there, stay where you are and call us."


def kinds(marked: marking.Marked) -> list[list[tuple[str, int | None]]]:
    return [[(s.kind, s.number) for s in paragraph] for paragraph in marked.paragraphs]


def test_sentences_that_stand_as_approved_carry_their_number() -> None:
    text = f"Dear Mr. Teague,\n\n{FIRST}\n\n{SECOND}\n\nNour"
    marked = marking.mark(text, [FIRST, SECOND])
    assert kinds(marked) == [
        [("own", None)],
        [("approved", 1), ("approved", 1)],
        [("approved", 1)],
        [("approved", 2)],
        [("own", None)],
    ]
    assert (marked.differing, marked.cited) == (0, (1, 2))


def test_a_changed_sentence_shows_what_was_approved_instead() -> None:
    text = FIRST.replace("set by your county, not by the campaign", "chosen by the campaign with your county")
    marked = marking.mark(text, [FIRST])
    (changed,) = marked.differs
    assert changed.number == 1
    assert changed.instead.startswith("Your polling place is set by your county, not by the campaign")
    assert marked.mended == FIRST


def test_a_sentence_put_between_approved_ones_differs_and_a_greeting_does_not() -> None:
    one, rest = FIRST.split("\n\n")
    text = f"A chain and no sign is a poor way to be told.\n\n{one}\n\nGo to the church.\n\n{SECOND}\n\nWith thanks."
    marked = marking.mark(text, [FIRST, SECOND])
    assert [s.text for s in marked.differs] == ["Go to the church."]
    assert marked.differs[0].instead == ""
    assert rest in FIRST
    assert kinds(marked)[0] == kinds(marked)[-1] == [("own", None)]


def test_mending_keeps_line_ends() -> None:
    text = f"{SECOND}\n\nWith thanks.\nNour Hadley"
    assert marking.mark(text, [SECOND]).mended == text


def test_without_citations_nothing_is_marked() -> None:
    marked = marking.mark("Thank you. We will call.", [])
    assert (marked.differing, marked.cited) == (0, ())


def test_typing_changes_of_quotes_case_and_space_do_not_count() -> None:
    marked = marking.mark("the county's own page  shows yours.", ["The county’s own page shows yours."])
    assert kinds(marked) == [[("approved", 1)]]


def test_abbreviations_and_spanish_do_not_break_sentences() -> None:
    assert marking.sentences("Write to Dr. Ames at 4 p.m. today. Thank you!") == [
        "Write to Dr. Ames at 4 p.m. today.",
        "Thank you!",
    ]
    assert marking.sentences("¿Dónde voto? ¡Gracias! Su lugar está en la Sra. Paz.") == [
        "¿Dónde voto?",
        "¡Gracias!",
        "Su lugar está en la Sra. Paz.",
    ]


def test_a_citation_whose_words_are_all_gone_is_gone() -> None:
    assert marking.still_there(SECOND, f"Hello.\n\n{SECOND}")
    assert marking.still_there(SECOND, "If anything is not as it should be there, stay where you are and call us.")
    assert not marking.still_there(SECOND, "Hello. The county will write to you.")


@given(st.text(alphabet=string.ascii_letters + " .?!\n¿áñ,'\"", max_size=400))
def test_splitting_loses_no_words(text: str) -> None:
    words = [s for p in marking.paragraphs(text) for s in marking.sentences(p)]
    assert " ".join(" ".join(words).split()) == " ".join(text.split())


@given(st.text(alphabet=string.ascii_letters + " .?!\n", max_size=300))
def test_a_text_against_itself_is_all_approved_and_mends_to_itself(text: str) -> None:
    marked = marking.mark(text, [text])
    assert all(s.kind == "approved" for p in marked.paragraphs for s in p)
    assert " ".join(marked.mended.split()) == " ".join(text.split())
