"""The writer's new words, apart from what is quoted and from the signature.

Lines are sorted once: quoted (``>``), a separator (an attribution such as ``On … wrote:``, a header block such as
``From: … Sent: …``, a line such as ``-----Original Message-----``), or the writer's.  Behind a separator everything is
quoted, unless the quote is marked with ``>``: then words between and below the marked lines are the writer's, so that
answers between the lines and below them are kept.  When all else would be taken away, nothing is.

Only where a text shows signs of a quote that these rules do not place is a library asked (``mail-parser-reply``), and
for HTML the marks that mail programs leave.  Every pattern looks at one line of bounded length.
"""

import re
from typing import NamedTuple

from .html_text import CUT, html_to_text
from .separators import HINTS, attribution_at, forwarded_at, header_block_at, is_divider
from .signatures import signature_start
from .stems import Stems

LONGEST = 500_000
MOST_LINES = 20_000
_DOUBTFUL_LENGTH = 6_000


class Split(NamedTuple):
    """A text taken apart; ``new_words`` is empty only when the text is."""

    new_words: str
    quoted: str
    signature: str


def split_reply(text: str, html: str | None = None, *, sender: str = "") -> Split:
    """The new words, the quoted text and the signature of ``text``; never raises, never loses a character that is read.

    ``html`` is the HTML the letter came with, when there is any: it is asked where the text alone shows no quote.
    ``sender`` is the writer's name or address, which tells a name below a letter from its last word.
    """
    rest = ""
    if len(text) > LONGEST:
        text, rest = text[:LONGEST], text[LONGEST:]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n", MOST_LINES)
    if len(lines) > MOST_LINES:
        rest = lines.pop() + rest
    own, quoted = _sort(lines) if _hints_at_quote(text) else (lines, [])
    if not _any_words(quoted):
        own, quoted = _second_look(text, html, lines)
    start = signature_start(own, sender)
    new_words = _joined(own[:start])
    if not new_words:
        if not _joined(own) or not quoted:
            return Split((text + rest).strip(), "", "") if not _joined(own) else Split(_joined(own), "", "")
        return Split(_joined(own), _joined(quoted) + rest, "")
    return Split(new_words, _joined(quoted) + rest, _joined(own[start:]))


def _joined(lines: list[str]) -> str:
    if not lines:
        return ""
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip()


_BLANKS = re.compile(r"\n(?:[ \t\xa0]*\n){2,}")


def _any_words(lines: list[str]) -> bool:
    return any(map(str.strip, lines))


def _hints_at_quote(text: str) -> bool:
    if text.startswith(">") or "\n>" in text or "\n >" in text:
        return True
    return bool(_HINTS.found(text))


_HINTS = Stems(quote=HINTS)


def _sort(lines: list[str]) -> tuple[list[str], list[str]]:
    """The writer's lines and the quoted lines, each in order."""
    own: list[str] = []
    quoted: list[str] = []
    index, end = 0, len(lines)
    while index < end:
        line = lines[index]
        if _is_marked(line):
            index = _take_marked(lines, index, quoted)
            continue
        if size := forwarded_at(lines, index):
            return _all_quoted_from(lines, index, size, own, quoted)
        if size := header_block_at(lines, index):
            while own and (is_divider(own[-1]) or not own[-1].strip()):
                quoted.append(own.pop())
            return _all_quoted_from(lines, index, size, own, quoted)
        before, size = attribution_at(lines, index)
        if size:
            if before:
                own.append(before)
            quoted.append(line[len(before) :] if before else line)
            quoted.extend(lines[index + 1 : index + size])
            index += size
            if not _next_is_marked(lines, index):
                return _all_quoted_from(lines, index, 0, own, quoted)
            continue
        own.append(line)
        index += 1
    return own, quoted


def _is_marked(line: str) -> bool:
    stripped = line.lstrip(" \t\xa0")
    return stripped.startswith(">") and "<<<" not in line and len(line) - len(stripped) <= 4


def _next_is_marked(lines: list[str], index: int) -> bool:
    for line in lines[index : index + 8]:
        if line.strip():
            return _is_marked(line)
    return False


def _take_marked(lines: list[str], index: int, quoted: list[str]) -> int:
    """Take the marked lines from ``index`` on, with lines that only wrapping has torn off them."""
    end = len(lines)
    while index < end:
        line = lines[index]
        if _is_marked(line) or _is_torn_off(lines, index):
            quoted.append(line)
        else:
            break
        index += 1
    return index


def _is_torn_off(lines: list[str], index: int) -> bool:
    """A short unmarked line directly between marked lines, the one above long, or a link: wrapping, not an answer."""
    line = lines[index].strip()
    if not line or index + 1 >= len(lines) or not _is_marked(lines[index + 1]):
        return False
    above = lines[index - 1].strip() if index else ""
    if len(above.lstrip("> ")) == 0:
        return line.startswith(("(http", "<http", "http")) and " " not in line.rstrip(" >")
    return (len(above) >= 60 and len(line) <= 24) or "(http" in above or line.startswith(("(http", "<http"))


def _all_quoted_from(
    lines: list[str], index: int, size: int, own: list[str], quoted: list[str]
) -> tuple[list[str], list[str]]:
    """Everything from a separator on is quoted; but where marks follow it, only what is marked."""
    quoted.extend(lines[index : index + size])
    index += size
    if not _next_is_marked(lines, index):
        quoted.extend(lines[index:])
        return own, quoted
    while index < len(lines):
        if _is_marked(lines[index]):
            index = _take_marked(lines, index, quoted)
        elif size := max(attribution_at(lines, index)[1], forwarded_at(lines, index)):
            quoted.extend(lines[index : index + size])
            index += size
            if not _next_is_marked(lines, index):
                quoted.extend(lines[index:])
                break
        else:
            own.append(lines[index])
            index += 1
    return own, quoted


# ---------------------------------------------------------------------------------------------------- second looks


def _second_look(text: str, html: str | None, lines: list[str]) -> tuple[list[str], list[str]]:
    """Where the text shows no quote: what the HTML marks as one, else what a library sees in a doubtful text."""
    if html and _MARKS.search(html[:LONGEST]):
        top, cut, below = html_to_text(html, marked=True).partition(CUT)
        if cut and top.strip() and below.strip() and len(below) > 20:
            found = _cut_like(lines, top, below.replace(CUT, ""))
            if found is not None:
                return found
    if len(text) <= _DOUBTFUL_LENGTH and (":\n" in text or ": \n" in text or "：" in text) and _DOUBTFUL.search(text):
        from mailparser_reply import EmailReplyParser  # noqa: PLC0415 - slow to load, and asked by few letters

        try:
            latest = EmailReplyParser(languages=["en", "es", "de", "fr", "it", "pt", "nl"]).parse_reply(text)
        except Exception:  # a library's trouble with one text must not cost the letter
            return lines, []
        at = text.find(latest.strip()) if latest and latest.strip() else -1
        if at >= 0 and len(latest.strip()) < len(text.strip()):
            cut_at = at + len(latest.strip())
            return text[:cut_at].split("\n"), text[cut_at:].split("\n")
    return lines, []


_MARKS = re.compile(
    r"divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|yahoo_quoted|gmail_quote|moz-cite-prefix|OutlookMessageHeader|stopSpelling"
)
_DOUBTFUL = re.compile(r"^[^\n]{10,200}(?:\d{4}|\d{1,2}[:.]\d{2})[^\n]{0,160}[:：]\s*$\n(?:\s*\n)?[^\n]", re.MULTILINE)


def _cut_like(lines: list[str], top: str, below: str) -> tuple[list[str], list[str]] | None:
    """Cut the plain lines where the HTML was cut: at the first line of what it quotes."""
    first = [line.strip() for line in below.split("\n") if line.strip()]
    words = "".join(top.split())
    seen = ""
    for index, line in enumerate(lines):
        if first and line.strip() == first[0] and len(seen) >= len(words) * 0.8:
            return lines[:index], lines[index:]
        if len(seen) > 2 * len(words) + 200:
            break
        seen += "".join(line.split())
    return top.split("\n"), below.split("\n")
