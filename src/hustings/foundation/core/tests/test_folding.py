from hypothesis import given
from hypothesis import strategies as st

from hustings.foundation.core.folding import folded, folded_words


def test_words_without_case_and_accents() -> None:
    assert folded_words("¿Dónde está MI boleta_2?") == ["donde", "esta", "mi", "boleta", "2"]
    assert folded_words("Where's my ballot-box?") == ["where", "s", "my", "ballot", "box"]
    assert (folded("VOTACIÓN"), folded("Straße")) == ("votacion", "strasse")
    assert folded_words("Adair℠ for 𝐀merica") == ["adairsm", "for", "america"]


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing_and_words_have_no_gaps(text: str) -> None:
    words = folded_words(text)
    assert all(word and " " not in word for word in words)
    assert folded_words(" ".join(words)) == words


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=200))
def test_plain_letters_are_folded_as_any(text: str) -> None:
    assert folded_words(text) == folded_words(f"{text} é")[:-1]
