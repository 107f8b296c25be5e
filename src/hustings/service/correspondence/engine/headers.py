"""Mail headers: the block, encoded words, parameters, addresses, dates and ids.

Every reading here is linear in the length of its input, whatever the input: values are cut at a stated length first and
no pattern can backtrack over more than a bounded stretch.
"""

import binascii
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from .charsets import codec_of, decode, storable

LONGEST_BLOCK = 4_000_000
LONGEST_VALUE = 1_000_000
LONGEST_SUBJECT = 10_000
MOST_ADDRESSES = 20_000
MOST_REFERENCES = 200


class Address(NamedTuple):
    """One mailbox as a mail reader shows it; either side may be empty."""

    name: str
    address: str


class Block(NamedTuple):
    """A header block: unfolded lines in order, values by name (names in lower case), and where the body starts."""

    lines: list[tuple[str, str]]
    values: dict[str, list[str]]
    body_at: int


_END = re.compile(rb"\n[ \t]*\r?\n")
_KNOWN = frozenset(
    [
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "received",
        "reply-to",
        "sender",
        "return-path",
        "references",
        "in-reply-to",
        "x-mailer",
        "delivered-to",
        "list-id",
        "precedence",
        "user-agent",
        "errors-to",
    ]
)
_NAME = re.compile(r"[!-9;-~]{1,200}\Z")


def split_headers(raw: bytes) -> Block:
    """The header block at the top of ``raw``.

    A line that is no header ends the block, as it does for most readers, unless well-known headers still follow it:
    then it is damage and skipped.
    """
    start = _first_header(raw)
    end = _END.search(raw, start - 1 if start else 0)
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return Block([], {}, start + (1 if raw[start : start + 1] == b"\n" else 2))
    stop, body_at = (end.start(), end.end()) if end else (len(raw), len(raw))
    block = _unfolded(_text(raw[start : min(stop, start + LONGEST_BLOCK)]))
    lines: list[tuple[str, str]] = []
    values: dict[str, list[str]] = {}
    rows = block.split("\n")
    for index, row in enumerate(rows):
        name, colon, value = row.partition(":")
        low = _field(name) if colon and len(name) <= 250 else ""
        if not low:
            if not row.strip() or row.startswith((">From ", "From ")) or _headers_follow(rows, index + 1):
                continue
            return Block(lines, values, _offset_of(raw, start, row, body_at) if lines else start)
        value = value.strip()
        lines.append((low, value))
        if low in values:
            values[low].append(value)
        else:
            values[low] = [value]
    return Block(lines, values, body_at if lines else start)  # without any header, all is body


@lru_cache(maxsize=4096)
def _field(name: str) -> str:
    """The name of a header in lower case; empty when it is none."""
    name = name.rstrip(" \t")
    return name.lower() if _NAME.match(name) else ""


def _unfolded(block: str) -> str:
    if "\r" in block:
        block = block.replace("\r\n ", " ").replace("\r\n\t", "\t")
    return block.replace("\n ", " ").replace("\n\t", "\t")


def _first_header(raw: bytes) -> int:
    """Past a byte order mark, leading blank lines and an mbox ``From `` line."""
    start = 3 if raw[:3] == b"\xef\xbb\xbf" else 0
    while raw[start : start + 1] in (b"\n", b"\r") and start < 64:
        start += 1
    while raw[start : start + 5] == b"From " or raw[start : start + 6] == b">From ":
        line_end = raw.find(b"\n", start)
        if line_end < 0:
            return start
        start = line_end + 1
    return start


def _text(block: bytes) -> str:
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError:
        return _raw_text(block)


def _raw_text(block: bytes) -> str:
    """Headers with unencoded letters: each line as UTF-8, the others together in the charset the message names."""
    lines: list[str] = []
    others: list[bytes] = []
    at: list[int] = []
    for line in block.split(b"\n"):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            at.append(len(lines))
            others.append(line.rstrip(b"\r"))
            lines.append("")
    named = _CHARSET.search(block)
    label = named[1].decode("ascii") if named else ""
    found = decode(b"\n".join(others), label if codec_of(label) != "utf-8" else "").split("\n")
    if len(found) != len(others):  # a charset that swallows line ends
        found = [line.decode("cp1252", "replace") for line in others]
    for index, line_text in zip(at, found, strict=True):
        lines[index] = line_text
    return "\n".join(lines)


_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)


def _headers_follow(rows: list[str], index: int) -> bool:
    return any(row.partition(":")[0].strip().lower() in _KNOWN and ":" in row for row in rows[index : index + 40])


def _offset_of(raw: bytes, start: int, row: str, otherwise: int) -> int:
    """Where the text of ``row`` begins in ``raw``: the body of a message that lacks the empty line."""
    needle = row.strip()[:60].encode("utf-8")
    found = raw.find(needle, start) if needle else -1
    return found if found >= 0 else otherwise


# ------------------------------------------------------------------------------------------------- encoded words

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_LOOSE_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^\r\n]{0,1500}?)\?=")


def decode_words(value: str) -> str:
    """``value`` with its RFC 2047 encoded words decoded, also broken ones; storable text on one line."""
    if "=?" in value:
        value = _join_words(value, _WORD)
        if "=?" in value and len(value) < 10_000:
            value = _join_words(value, _LOOSE_WORD)
    value = storable(value)
    if "\n" in value or "\t" in value or "  " in value:
        value = " ".join(value.split())
    return value.strip()


def _join_words(value: str, pattern: re.Pattern[str]) -> str:
    out: list[str] = []
    held: list[bytes] = []  # neighbours of one charset: a letter may be cut between two words
    held_charset = ""
    at = 0
    for word in pattern.finditer(value):
        between = value[at : word.start()]
        charset = word[1].partition("*")[0].lower()
        if held and (between.strip() or charset != held_charset):
            out.append(decode(b"".join(held), held_charset))
            held = []
        if between.strip() or (not at and between) or (between and not held and not out):
            out.append(between)
        held.append(_word_bytes(word[2], word[3]))
        held_charset = charset
        at = word.end()
    if held:
        out.append(decode(b"".join(held), held_charset))
    out.append(value[at:])
    return "".join(out)


def _word_bytes(encoding: str, body: str) -> bytes:
    data = body.encode("utf-8", "replace")
    if encoding in "bB":
        return base64_bytes(data)
    return binascii.a2b_qp(data.replace(b"\n", b" "), header=True)


def base64_bytes(data: bytes) -> bytes:
    """What can be had of base64 ``data``: foreign characters skipped, missing padding supplied, a cut end dropped."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    clean = data.translate(None, _NOT_BASE64).split(b"=", 1)[0]
    whole = len(clean) - len(clean) % 4
    tail = clean[whole:]
    padded = clean[:whole] + (tail + b"=" * (4 - len(tail)) if len(tail) > 1 else b"")
    try:
        return binascii.a2b_base64(padded)
    except binascii.Error:
        return b""


_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(b for b in range(256) if b not in _ALPHABET)

# --------------------------------------------------------------------------------------------------- parameters

_PARAMETER = re.compile(
    r"""[;\s]*([^\s=;"()<>]{1,200})\s*=\s*(?:"((?:[^"\\]|\\(?:.|\Z))*+)(?:"|\Z)|([^;]*+))""", re.DOTALL
)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_COMMENT = re.compile(r"\([^()]{0,500}\)")


def parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """The token and the parameters of a structured header such as Content-Type, both tolerant of damage.

    RFC 2231 continuations are joined and decoded, RFC 2047 words inside values too.  Names are lower case.
    """
    return _known_parameters(value) if len(value) <= _OFTEN_SEEN else _parameters(value[:100_000])


_OFTEN_SEEN = 200  # the same few short values come with most mail


def _parameters(value: str) -> tuple[str, Mapping[str, str]]:
    head, _, rest = value.partition(";")
    token = _COMMENT.sub("", head).strip().strip("\"'").lower()
    if not rest:
        return token, {}
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(rest):
        name = match[1].lower()
        text = _QUOTED_PAIR.sub(r"\1", match[2]) if match[2] is not None else _COMMENT.sub("", match[3]).strip()
        base, star, index = name.partition("*")
        if not star:
            found.setdefault(name, text)
            continue
        encoded = index.endswith("*") or index == ""
        number = index.rstrip("*") or "0"
        if number.isdigit() and len(number) < 6:
            pieces.setdefault(base, {}).setdefault(int(number), (text.strip('"'), encoded))
    for base, parts in pieces.items():
        found[base] = _extended(parts)
    return token, found


_known_parameters = lru_cache(maxsize=2048)(_parameters)


def _extended(parts: dict[int, tuple[str, bool]]) -> str:
    charset, data = "", []
    for position, number in enumerate(sorted(parts)):
        text, encoded = parts[number]
        if position == 0 and encoded and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data.append(unquote_to_bytes(text) if encoded else text.encode("utf-8", "surrogateescape"))
    return decode(b"".join(data), charset if codec_of(charset) else "utf-8")


# ---------------------------------------------------------------------------------------------------- addresses

_PLAIN = re.compile(r"""\s*(?:"([^"\\<>,;:]*)"|([^"\\<>,;:()@=]*))\s*<\s*([^\s<>"(),:;@]+@[^\s<>"(),:;@]+)\s*>\s*\Z""")
_BARE = re.compile(r"""\s*([^\s<>"(),:;@]+@[^\s<>"(),:;@]+)\s*\Z""")
_TOKEN = re.compile(
    r"""(?P<quote>"(?:[^"\\]|\\(?:.|\Z))*+(?:"|\Z))|(?P<angle><[^<>]*+(?:>|\Z|(?=<)))|(?P<mark>[,;:()])|(?P<rest>[^"<,;:()]++|.)""",
    re.DOTALL,
)
_IN_TEXT = re.compile(r"[^\s<>\"(),:;@\[\]]{1,200}@[^\s<>\"(),:;@\[\]]{1,255}")


def addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """The mailboxes of address header values in order: groups opened, comments and routes read as RFC 5322 says."""
    found: list[Address] = []
    for value in values:
        if len(value) < 400 and (one := _ordinary(value)):
            found.append(one)
        else:
            found.extend(_mailboxes(value[:LONGEST_VALUE], MOST_ADDRESSES - len(found)))
        if len(found) >= MOST_ADDRESSES:
            break
    return tuple(found)


@lru_cache(maxsize=4096)
def _ordinary(value: str) -> Address | None:
    """The one mailbox of a value as most are written; the same recipients come again and again."""
    if plain := _PLAIN.match(value):
        return Address(_tidy(decode_words(plain[1] if plain[1] is not None else plain[2])), plain[3])
    bare = _BARE.match(value)
    return Address("", bare[1]) if bare else None


def _mailboxes(value: str, most: int) -> list[Address]:
    found: list[Address] = []
    one = _Mailbox()
    depth = 0
    for token in _TOKEN.finditer(value):
        kind, text = token.lastgroup, token[0]
        if text == "(" and kind == "mark":
            depth += 1
        elif text == ")" and kind == "mark":
            depth = max(0, depth - 1)
        elif depth:
            one.comment.append(text)
        elif text in (",", ";") and kind == "mark":
            one.close(found)
            one = _Mailbox()
            if len(found) >= most:
                return found
        elif text == ":" and kind == "mark":
            one.colon()
        elif kind == "quote":
            one.words.append(_QUOTED_PAIR.sub(r"\1", text.strip('"') if len(text) > 1 else ""))
            one.raw.append(text)
        elif kind == "angle":
            one.angle(text.strip("<>"))
        else:
            one.words.append(text)
            one.raw.append(text)
    one.close(found)
    return found[:most]


class _Mailbox:
    """What has been read of one mailbox so far."""

    __slots__ = ("address", "comment", "raw", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.raw: list[str] = []
        self.comment: list[str] = []
        self.address: str | None = None

    def colon(self) -> None:
        """``Name:`` opens a group; ``[mailto:`` is what Outlook writes before an address."""
        if self.words and self.words[-1].rstrip().lower().endswith("mailto"):
            self.words[-1] = self.words[-1].rstrip()[:-6].rstrip("[ ") + " "
            self.raw[-1] = self.words[-1]
            return
        self.words.clear()
        self.raw.clear()

    def angle(self, text: str) -> None:
        text = "".join(text.split())
        if text.startswith("@") and ":" in text:  # an obsolete route: <@relay,@relay:person@place>
            text = text.rpartition(":")[2]
        if text.lower().startswith("mailto:"):
            text = text[7:]
        if self.address is None or (not self.address and text) or ("@" in text and "@" not in self.address):
            self.address = text

    def close(self, found: list[Address]) -> None:
        comment = decode_words(" ".join("".join(self.comment).split()))
        if self.address is not None:
            name = decode_words(" ".join("".join(self.words).split())) or comment
            if self.address or name:
                found.append(Address(_tidy(name), self.address))
            return
        raw = "".join(self.raw).strip()
        if not raw:
            return
        at = _IN_TEXT.search(raw)
        if at and at[0] == raw:
            found.append(Address(comment, raw))
        elif at:
            name = decode_words((raw[: at.start()] + raw[at.end() :]).strip(" []"))
            found.append(Address(_tidy(name.removesuffix("mailto").strip(" []")) or comment, at[0]))
        elif "@" in raw:
            found.append(Address(comment, "".join(raw.split())))
        elif " " in raw or "=?" in raw:
            found.append(Address(_tidy(decode_words(" ".join("".join(self.words).split()))), ""))
        else:
            found.append(Address(comment, raw))


def _tidy(name: str) -> str:
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    return name[:500]


# -------------------------------------------------------------------------------------------------- dates and ids

_DATE = re.compile(
    r"(?:[A-Za-z]{3,9},?\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*[\s-]+(\d{4})\s+"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:([+-])(\d{2}):?(\d{2})\b|(?:GMT|UTC?|Z)\b|\Z)"
)
_MONTHS = {
    m: i for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_FIRST_YEAR, _LAST_YEAR = 1971, 2099
_DAY = timedelta(days=1)


def date_of(value: str) -> datetime | None:
    """The moment a Date header names, in UTC; ``None`` when it names none or an absurd one."""
    value = value[:200]
    match = _DATE.match(value)
    try:
        if match and (month := _MONTHS.get(match[2].lower())):
            day, _, year, hour, minute, second, sign, ahead, ahead_minutes = match.groups()
            seconds = min(int(second or 0), 59)
            when = datetime(int(year), month, int(day), int(hour), int(minute), seconds, tzinfo=UTC)
            if sign:
                offset = timedelta(hours=int(ahead), minutes=int(ahead_minutes))
                if offset >= _DAY:
                    return None
                when = when - offset if sign == "+" else when + offset
        else:
            when = parsedate_to_datetime(value)
            when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return when if _FIRST_YEAR <= when.year <= _LAST_YEAR else None


_ID = re.compile(r"<\s*([^<>\s]{1,998})\s*>")


def message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """The message ids of In-Reply-To or References values, each ``<as@sent>``, once each, first to last."""
    found: dict[str, None] = {}
    for value in values:
        ids = _ID.findall(value[:LONGEST_VALUE])
        if not ids:
            ids = [word.strip("<>") for word in value[:LONGEST_VALUE].split() if "@" in word][:MOST_REFERENCES]
        found.update(dict.fromkeys(f"<{storable(i)}>" for i in ids))
    known = list(found)
    return tuple(known if len(known) <= MOST_REFERENCES else known[:1] + known[1 - MOST_REFERENCES :])
