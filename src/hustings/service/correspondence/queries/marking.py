"""A reply beside the approved language it cites: which sentences stand as approved, which were changed.

Plain functions over text. A sentence that equals one of a cited text is marked with the citation's number. One that is
close to a cited sentence which the reply no longer has, or that stands between approved sentences, is marked as
different, with what was approved in its place. The rest (the greeting, the writer's own warmth) carries no mark.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

CLOSE = 0.55  # the share of equal characters from which a sentence counts as a changed one
_ABBREVIATED = re.compile(
    r"(?:^|[\s(“\"'])(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Sra|Srta|No|Núm|Ave|Blvd|Gov|Sen|Rep|vs|etc|p\.m|a\.m|U\.S|EE\.UU|[A-Z])\.$"
)
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+(?=[\"'“‘«(\[¿¡]*[A-ZÁÉÍÓÚÑ0-9])")


@dataclass(frozen=True)
class Sentence:
    text: str
    kind: str = "own"  # own, approved, differs
    number: int | None = None  # the citation it stands in, or was changed from
    instead: str = ""  # what was approved, for a sentence that differs
    after: str = " "  # the white space that follows: a line's end stays one


@dataclass(frozen=True)
class Marked:
    paragraphs: tuple[tuple[Sentence, ...], ...]
    differing: int
    cited: tuple[int, ...] = field(default=())  # the numbers of citations that still stand in the reply

    @property
    def differs(self) -> tuple[Sentence, ...]:
        return tuple(s for paragraph in self.paragraphs for s in paragraph if s.kind == "differs")

    @property
    def mended(self) -> str:
        """The reply with every changed sentence put back as approved; where nothing was approved, as it is."""
        rows = ["".join((s.instead or s.text) + s.after for s in row).rstrip() for row in self.paragraphs]
        return "\n\n".join(rows)


def sentences(paragraph: str) -> list[str]:
    """The sentences of one paragraph, in order; nothing but the white space between them is lost."""
    return [sentence for sentence, _after in _parted(paragraph)]


def _parted(paragraph: str) -> list[tuple[str, str]]:
    found, start = [], 0
    for match in _END.finditer(paragraph):
        piece = paragraph[start : match.end()]
        upto = piece.rstrip()
        if _ABBREVIATED.search(upto):
            continue
        found.append((upto, "\n" if "\n" in piece[len(upto) :] else " "))
        start = match.end()
    if rest := paragraph[start:].strip():
        found.append((rest, ""))
    return found


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def still_there(citation: str, text: str) -> bool:
    """Whether any sentence of the citation, as inserted or slightly changed, is still in the text."""
    theirs = [plain(s) for p in paragraphs(text) for s in sentences(p)]
    for wanted in (plain(s) for p in paragraphs(citation) for s in sentences(p)):
        if wanted in theirs or any(closeness(wanted, other) >= CLOSE for other in theirs):
            return True
    return False


def mark(text: str, cited: Sequence[str]) -> Marked:
    """The text's sentences against the cited texts; citation n is `cited[n - 1]`."""
    approved = [
        (number, sentence, plain(sentence))
        for number, body in enumerate(cited, 1)
        for paragraph in paragraphs(body)
        for sentence in sentences(paragraph)
    ]
    by_words = {words: number for number, _, words in reversed(approved)}
    rows = [_parted(paragraph) for paragraph in paragraphs(text)]
    flat = [sentence for row in rows for sentence, _after in row]
    used = {plain(s) for s in flat} & set(by_words)
    missing = [entry for entry in approved if entry[2] not in used]
    inside = _between_approved([plain(s) in by_words for s in flat])
    marked, at = [], 0
    for row in rows:
        line = []
        for sentence, after in row:
            line.append(replace(_mark_one(sentence, by_words, missing, inside[at]), after=after))
            at += 1
        marked.append(tuple(line))
    differing = sum(s.kind == "differs" for line in marked for s in line)
    numbers = sorted({s.number for line in marked for s in line if s.number is not None})
    return Marked(tuple(marked), differing, tuple(numbers))


def _mark_one(
    sentence: str, by_words: dict[str, int], missing: list[tuple[int, str, str]], is_inside: bool
) -> Sentence:
    words = plain(sentence)
    if words in by_words:
        return Sentence(sentence, "approved", by_words[words])
    best = max(((closeness(words, entry[2]), entry) for entry in missing), key=lambda pair: pair[0], default=None)
    if best and best[0] >= CLOSE:
        return Sentence(sentence, "differs", best[1][0], best[1][1])
    if is_inside:
        return Sentence(sentence, "differs")
    return Sentence(sentence)


def _between_approved(flags: list[bool]) -> list[bool]:
    first = flags.index(True) if True in flags else len(flags)
    last = len(flags) - 1 - flags[::-1].index(True) if True in flags else -1
    return [first < at < last and not flag for at, flag in enumerate(flags)]


def closeness(one: str, other: str) -> float:
    """From 0 to 1; cheap refusals first, since the full comparison is quadratic."""
    matcher = SequenceMatcher(None, one[:600], other[:600], autojunk=False)
    if matcher.real_quick_ratio() < CLOSE or matcher.quick_ratio() < CLOSE:
        return 0.0
    return matcher.ratio()


def plain(sentence: str) -> str:
    """Words without the marks that typing changes: case, quotes, dashes, white space."""
    text = unicodedata.normalize("NFKC", sentence).casefold()
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", text)).strip()
