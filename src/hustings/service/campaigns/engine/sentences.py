"""What a writer added to a letter that many send: its sentences that the shared text does not have, without greeting,
signature, name and address.

A sentence is the shared text's when it is one of its own with some words changed. A question is only when the shared
text asks it too.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .words import numbers_of, tidied

MOST_SENTENCES = 200
LIKE = 0.4  # of a sentence's words that one sentence of the shared text has, for it to be that one
LIKE_FOR_QUESTION = 0.75
FEW_WORDS = 3
ALL_WORDS_LESS = 0.25  # of all words, two sentences share more than of those that say something
SHORT_LINE = 46
FRAME_WORDS = 8  # that a greeting or a closing has at most
WRITER_WORDS = 12
NAME_WORDS = 5
KEPT_BY = 0.5  # of the letters: then a sentence is of the text; by fewer it is another version's
VERSION_BY = 0.2
MOST_KNOWN = 1 << 15  # sentences, and lines, that a process keeps at hand: what many send is read once
LONGEST_KNOWN = 1_000  # characters
SAID_BY = 2  # letters that say a sentence in the same words: said by one alone they are its writer's

_PARAGRAPH = re.compile(r"\r?\n[ \t]*(?:\r?\n[ \t]*)+")
_LINE = re.compile(r"[ \t]*\r?\n[ \t]*")
_END = re.compile(r"[.!?…]([\"'”’)\]]*\s+)(?=[\"'“‘(\[¿¡]*[^\W_a-z])|[!?…](\s+)")  # the mark stays with its sentence
_SHORTENED = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|no|sen|gov|rep|rev|hon|jr|sr|vs|etc|sra?|lic|ud|uds|[a-z])|\b[a-z]\.[a-z])\.$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:dear|hi|hello|hey|greetings|good (?:morning|afternoon|evening|day)|to (?:whom|the office)|attn|attention"
    r"|(?:the )?honou?rable|mr|mrs|ms|governor|senator|president|congress(?:man|woman)|representative"
    r"|estimad[oa]s?|se[ñn]ora?|sr|sra|querid[oa]s?|hola|buen[oa]s|gobernador[a]?|senador[a]?|presidente|respetad[oa])\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(?:(?:yours )?(?:very )?(?:sincerely|truly|faithfully|respectfully|cordially)"
    r"|(?:kind |best |warm )?(?:regards|wishes)|best|thanks?|thank you"
    r"|many thanks|in gratitude|warmly|god bless(?: you| america)?|yours|your constituent"
    r"|a (?:concerned )?(?:voter|citizen|constituent)|sent from (?:my|yahoo|mail|aol|outlook)|get outlook|enviado desde"
    r"|atentamente|saludos|cordialmente|(?:muchas )?gracias|un saludo|respetuosamente|signed"
    r"|(?:this (?:letter|message|petition) was )?sent (?:by|through|via|with)|enviad[oa] por|from)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"^(?:my name is|i am a resident of|i live (?:in|at)|i vote in|me llamo|mi nombre es|vivo en|soy residente)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b\d{5}(?:-\d{4})?\s*$|\S@\S+\.\w|(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}"
    r"|^\s*\d{1,6}\s+(?:[NSEW]\.?\s+)?\w+(?:\s+\w+){0,3}\s+(?:st|street|ave|avenue|rd|road|blvd|dr|drive|ln|lane|ct|court|way|pl|place|calle|hwy)\b"
    r"|^[A-Z][\w. ]+,\s*[A-Z]{2}\b\s*\d{0,5}\s*$|^p\.?\s?o\.? box\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Sentence:
    """One sentence, and whether it begins a paragraph."""

    text: str
    begins: bool = False

    @cached_property
    def numbers(self) -> frozenset[int]:
        return frozenset(numbers_of(self.text))

    @cached_property
    def plain(self) -> str:
        """Its words alone: the same words are the same sentence."""
        return " ".join(_WORD.findall(self.text.lower()))

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(self.plain.split())

    @cached_property
    def word_set(self) -> frozenset[str]:
        return frozenset(self.words)

    @property
    def asks(self) -> bool:
        return "?" in self.text

    @cached_property
    def greets(self) -> bool:
        return len(self.words) <= FRAME_WORDS and not self.asks and _GREETING.match(self.text) is not None

    @cached_property
    def closes(self) -> bool:
        return len(self.words) <= FRAME_WORDS and not self.asks and _CLOSING.match(self.text) is not None

    @cached_property
    def tells_writer(self) -> bool:
        """It says who writes, or where they live."""
        if len(self.words) > WRITER_WORDS or self.asks:
            return False
        return _ADDRESS.search(self.text) is not None or _OWN.match(self.text) is not None


def sentences_of(text: str) -> list[Sentence]:
    """The sentences of a letter, in order. Lines are joined where a mail program broke them, and kept where each says
    something by itself (an address, a signature)."""
    found: list[Sentence] = []
    for paragraph in _PARAGRAPH.split(tidied(text)):
        begins = True
        for line in _joined(_LINE.split(paragraph.strip())):
            read = _known_line if len(line) <= LONGEST_KNOWN else _of_line
            found += (its := read(line, begins))
            begins = begins and not its
        if len(found) >= MOST_SENTENCES:
            return found[:MOST_SENTENCES]
    return found


def _of_line(line: str, begins: bool) -> tuple[Sentence, ...]:
    return tuple(
        (_known_sentence if len(text) <= LONGEST_KNOWN else Sentence)(text, begins and not place)
        for place, text in enumerate(_parted(line))
    )


_known_line = lru_cache(MOST_KNOWN)(_of_line)
_known_sentence = lru_cache(MOST_KNOWN)(Sentence)


def _joined(lines: Sequence[str]) -> Iterable[str]:
    whole = ""
    for line in lines:
        if whole and (len(whole.rsplit("\n", 1)[-1]) < SHORT_LINE or (_GREETING.match(whole) and len(whole) < 60)):
            yield whole.replace("\n", " ")
            whole = line
        else:
            whole = f"{whole}\n{line}" if whole else line
    if whole:
        yield whole.replace("\n", " ")


def _parted(line: str) -> Iterable[str]:
    begun, at = "", 0
    for end in _END.finditer(line):
        piece, at = line[at : end.start() + 1], end.end()
        begun = f"{begun} {piece}" if begun else piece
        if not _SHORTENED.search(begun):
            if stripped := begun.strip():
                yield stripped
            begun = ""
    begun = f"{begun} {line[at:]}" if begun else line[at:]
    if begun.strip():
        yield begun.strip()


def without_frame(sentences: Sequence[Sentence], name: str = "", known: Container[str] = ()) -> list[Sentence]:
    """The sentences without greeting, closing, name and address. `name` is the writer's, as the letter gives it; those
    whose words are `known` are left out too."""
    names = {word for word in _WORD.findall(name.lower()) if len(word) > 1}
    kept = []
    closed = False
    for place, sentence in enumerate(sentences):
        if not sentence.plain or sentence.plain in known:
            continue
        if place < 3 and sentence.greets:
            continue
        if sentence.closes:
            closed = closed or len(sentences) - place <= 8
            continue
        if sentence.tells_writer:
            continue
        words = sentence.words
        if len(words) <= NAME_WORDS and not sentence.asks and (names.issuperset(words) or _is_name(sentence, closed)):
            continue
        kept.append(sentence)
    return kept


def _is_name(sentence: Sentence, closed: bool) -> bool:
    """A line under the closing that is no sentence: a name, a town."""
    return closed and sentence.text[-1:] not in ".!?…"


class Shared:
    """The text that a group's letters share, as it is compared with."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = [_known_sentence(text, False) for text in sentences]
        self._plain = {sentence.plain for sentence in self.sentences}

    def has(self, sentence: Sentence) -> bool:
        """Whether the text has this sentence, perhaps with words changed. A question is only where it asks it too."""
        if sentence.plain in self._plain:
            return True
        others = [other for other in self.sentences if other.asks] if sentence.asks else self.sentences
        least = LIKE_FOR_QUESTION if sentence.asks else LIKE
        numbers = sentence.numbers
        if len(numbers) <= FEW_WORDS:
            return any(_like(sentence, other) >= least for other in others)
        return any((n := len(numbers & other.numbers)) >= 2 and n / len(numbers) >= least for other in others)

    def added(self, text: str, name: str = "") -> list[str]:
        """The sentences of a letter that this text does not have, as they were written, in order."""
        return [one.text for one in without_frame(sentences_of(text), name, self._plain) if not self.has(one)]


def _like(sentence: Sentence, other: Sentence) -> float:
    """Of the words of the sentence, the share that the other has: of those that say something or, where there are
    hardly any, of all."""
    if len(sentence.numbers) <= FEW_WORDS:
        words, others = sentence.words, other.word_set
        return sum(word in others for word in words) / max(4, len(words)) - ALL_WORDS_LESS
    shared = len(sentence.numbers & other.numbers)
    if shared < 2 and len(sentence.numbers) > 1:
        return 0.0
    return shared / len(sentence.numbers)


@dataclass(frozen=True)
class Kept:
    """A sentence of the shared text, which share of the letters looked at kept it, and how many of them in just these
    words. `of_version`: fewer than half have it, so that it is a later version's, or was dropped from it. `of_one`: its
    words are those of one writer; letters are compared with them, and nobody is shown them as what all sent."""

    text: str
    share: float
    begins: bool
    said: int

    @property
    def of_version(self) -> bool:
        return self.share < KEPT_BY

    @property
    def of_one(self) -> bool:
        return self.said < SAID_BY


def shared_text(letters: Sequence[str]) -> list[Kept]:
    """The text that these letters share, from the copy that has most of it. Frames are left out: everybody has one of
    their own."""
    read = [without_frame(sentences_of(letter)) for letter in letters]
    have = [Shared([sentence.text for sentence in one]) for one in read]
    if not read:
        return []
    told = Counter(sentence.plain for one in read for sentence in {each.plain: each for each in one}.values())
    base = max(range(len(read)), key=lambda place: (sum(told[each.plain] for each in read[place]), -place))
    shares = [(each, _share(each, have)) for each in read[base]]
    found = [
        Kept(each.text, share, each.begins, told[each.plain])
        for each, share in shares
        if share >= VERSION_BY and share * len(read) > 1
    ]
    return _with_versions(found, read, have, told)


def _share(sentence: Sentence, have: Sequence[Shared]) -> float:
    return sum(one.has(sentence) for one in have) / len(have)


def _with_versions(
    found: list[Kept], read: Sequence[Sequence[Sentence]], have: Sequence[Shared], told: Counter[str]
) -> list[Kept]:
    """With the sentences that the base lacks and others repeat, each after the one it follows there."""
    most = max(3, VERSION_BY * len(read))
    known = Shared([kept.text for kept in found])
    for letter in read:
        before = -1
        for sentence in letter:
            if known.has(sentence):
                before = next((n for n, kept in enumerate(found) if _is_it(sentence, kept.text)), before)
            elif told[sentence.plain] >= most:
                before += 1
                kept = Kept(sentence.text, _share(sentence, have), sentence.begins, told[sentence.plain])
                found.insert(before, kept)
                known = Shared([kept.text for kept in found])
    return found


def _is_it(sentence: Sentence, text: str) -> bool:
    other = Sentence(text)
    return sentence.plain == other.plain or _like(sentence, other) >= LIKE
