"""A letter as the numbers it is compared by: its content words in order, and the pairs of them that stand close.

A letter with three words in ten changed keeps about half of its words, but hardly any run of three. Pairs of content
words at most four apart survive a word changed, put in or left out between them, say more than single words, and care
little for the order of sentences. Two copies, each with three words in ten changed, still share a quarter of their
pairs; two letters on one matter share three in a hundred.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint32]

REACH = 4  # content words that a pair may lie apart
MOST_CHARACTERS = 20_000
MOST_WORDS = 2_000  # content words; what stands behind them does not make a letter another one
MOST_KNOWN = 200_000  # words whose number a process keeps at hand

_LETTERS = (
    bytes(
        code if chr(code).isdigit() or chr(code).islower() else code + 32 if chr(code).isupper() and code < 128 else 32
        for code in range(128)
    )
    + b" " * 128
)
_JOINED = b"'"
_SOFT_BREAK = re.compile(r"=[ \t]*\r?\n")
_ESCAPES = re.compile(r"(?:=[0-9A-F]{2})+")
_MOJIBAKE = re.compile(r"[ÂÃâ][\x80-\u2122]{1,2}")

# Words that say nothing of the matter, English and Spanish, and those that open and close every letter.
COMMON = frozenset(
    """
    a an and are as at be been but by can dear do for from had has have he her his i if in is it its me my no not of on
    or our please she so sincerely thank thanks that the their them they this to us was we were will with would you your
    al como con de del el en es esta este gracias ha la las le lo los me mi muy no nos o para pero por que se su sus un
    una y
    """.split()
)


class _Known(dict[bytes, int]):
    """The number of each word; 0 for those that say nothing."""

    def __missing__(self, word: bytes) -> int:
        if len(self) >= MOST_KNOWN:
            self.clear()
        if word.decode("ascii") in COMMON:
            number = 0
        else:
            number = int.from_bytes(blake2b(word, digest_size=4).digest(), "little") | 1
        self[word] = number
        return number


_known = _Known()


def tidied(text: str) -> str:
    """The text without the remains of quoted-printable: soft line ends, escapes, and bytes read in the wrong set."""
    if "=" in text:
        text = _SOFT_BREAK.sub("", text)
        text = _ESCAPES.sub(_unescaped, text)
    return text if text.isascii() else _MOJIBAKE.sub("", text)


# A greeting's lines up to the blank one; and the line that closes, in the letter's last part, with all that follows:
# names, towns, the petition site's foot. Everybody has their own, and a short text would be told apart by them.
_OPENS = re.compile(
    r"\A\s*(?:dear|hello|hi|hey|greetings|good (?:morning|afternoon|evening|day)|to whom|att(?:n|ention)"
    r"|(?:the )?honou?rable|estimad[oa]s?|querid[oa]s?|hola|buen[oa]s|respetad[oa])\b[^\n]{0,80}"
    r"(?:(?:\n[^\n]{1,40}){0,3}(?=\n[ \t]*\n)|(?=\n))",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"\n[ \t]*(?:(?:yours )?(?:very )?(?:sincerely|truly|faithfully|respectfully|cordially)"
    r"|(?:kind |best |warm )?regards|best(?: wishes)?,|in gratitude|warmly|atentamente|saludos|cordialmente|un saludo"
    r"|respetuosamente|signed)[^\n]{0,40}(?:\n|\Z)"
    r"|\n--[ \t]*\n|\n[ \t]*(?:sent from my|enviado desde|enviad[oa] por"
    r"|(?:this (?:letter|message|petition) was )?sent (?:to you )?(?:by|via|through|with))\b",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"\n[ \t]*(?:many thanks|thanks?(?: you)?\b|god bless|yours\b|(?:muchas )?gracias)[^\n]{0,40}(?:\n|\Z)",
    re.IGNORECASE,
)
FOOT = 600  # characters at the end in which a letter closes; with thanks, which may begin one too, in its second half


def bare(text: str) -> str:
    """The letter without what frames it, as far as lines tell."""
    begins = opening.end() if (opening := _OPENS.match(text)) else 0
    last = max(begins, len(text) - FOOT)
    closing = _CLOSES.search(text, last)
    ends = closing.start() if closing else len(text)
    thanks = _THANKS.search(text, max((begins + ends) // 2, last), ends + 1)
    return text[begins : thanks.start() if thanks else ends]


def _unescaped(match: re.Match[str]) -> str:
    raw = bytes.fromhex(match[0].replace("=", ""))
    return raw.decode("utf-8", "replace")


def numbers_of(text: str) -> list[int]:
    """Its content words as numbers, in order: lower case, without accents' letters and marks, and without its frame."""
    plain = bare(tidied(text[:MOST_CHARACTERS])).encode("ascii", "ignore").translate(_LETTERS, _JOINED)
    return list(filter(None, map(_known.__getitem__, plain.split())))[:MOST_WORDS]


def pairs_of(numbers: Sequence[Sequence[int]]) -> list[Numbers]:
    """For each letter its pairs as numbers, each once, in order."""
    return [pairs for pairs, _by_place in pairs_and_places(numbers)]


def pairs_and_places(numbers: Sequence[Sequence[int]]) -> list[tuple[Numbers, Numbers]]:
    """For each letter its pairs as numbers, each once, in order; and where they stand: a row for each distance, at the
    place of a pair's first word, 0 where there is none. All letters of a batch at once: it is numpy's calls that cost,
    not its sums."""
    if not numbers:
        return []
    lengths = np.fromiter(map(len, numbers), dtype=np.int64, count=len(numbers))
    words = np.array(list(chain.from_iterable(numbers)), dtype=np.uint64)
    letters = np.repeat(np.arange(len(numbers), dtype=np.uint64), lengths)
    rows = np.zeros((REACH, len(words)), dtype=np.uint32)
    for apart in range(1, min(REACH, len(words) - 1) + 1):
        mixed = _mixed(words, apart)
        mixed[letters[:-apart] != letters[apart:]] = 0
        rows[apart - 1, :-apart] = mixed
    keys = ((letters << np.uint64(32)) | rows)[rows != 0]
    keys.sort()
    keys = keys[np.concatenate((keys[:-1] != keys[1:], np.ones(min(1, len(keys)), dtype=bool)))]
    ends = np.searchsorted(keys, np.arange(1, len(numbers), dtype=np.uint64) << np.uint64(32))
    by_place = np.split(rows, np.cumsum(lengths)[:-1], axis=1)
    return list(zip(np.split(keys.astype(np.uint32), ends), by_place, strict=True))


def _mixed(words: NDArray[np.uint64], apart: int) -> NDArray[np.uint64]:
    mixed = words[:-apart] * np.uint64(0x9E3779B97F4A7C15) + words[apart:] * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return mixed >> np.uint64(32)
