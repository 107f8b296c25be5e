"""A text as words, and a word as its pieces."""

import re
import unicodedata

MOST_CHARACTERS = 12_000
MOST_WORDS = 1_500
LONGEST_WORD = 40

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!$€£%]")


def words_of(text: str) -> list[str]:
    """The words of ``text`` in lower case, with the few marks that carry meaning. What stands far behind in a very
    long letter is not read: the first 1,500 words say what it is about."""
    text = text[:MOST_CHARACTERS]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("’", "'")
    return _WORD.findall(text.lower())[:MOST_WORDS]


def pieces_of(word: str, shortest: int = 2, longest: int = 4) -> list[str]:
    """The runs of 2 to 4 characters of a word and its two ends, as often as they occur."""
    framed = f" {word[:LONGEST_WORD]} "
    return [
        framed[start : start + length]
        for length in range(shortest, longest + 1)
        for start in range(len(framed) - length + 1)
    ]
