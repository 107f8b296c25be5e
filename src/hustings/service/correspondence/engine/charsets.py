"""Bytes to text under any label: right, wrong, unknown or missing.

Text that leaves here can be stored: it has no NUL (PostgreSQL refuses it), no lone surrogate, and ``\\n`` line ends.
"""

import codecs
import re
from functools import lru_cache

# Labels as the web standard reads them: the superset that senders really mean.
_MEANT = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso_8859-1": "cp1252",
    "ansi": "cp1252",
    "windows-ansi": "cp1252",
    "x-ansi": "cp1252",
    "x-cp1252": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "chinesesimplified": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "korean": "cp949",
    "ksc5601": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-11": "cp874",
    "iso-8859-9": "cp1254",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "unicode-1-1-utf-7": "utf-7",
    "x-utf-8": "utf-8",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "cp-850": "cp850",
}
# Labels that say nothing, and codecs that are not charsets (or are slow on hostile input).
_NOTHING = frozenset(
    [
        "unknown-8bit",
        "x-unknown",
        "unknown",
        "default",
        "none",
        "user-defined",
        "x-user-defined",
        "8bit",
        "7bit",
        "binary",
        "us-ascii",
        "ascii",
        "ansi_x3.4-1968",
        "iso-ir-6",
        "us",
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "unicode-escape",
        "raw_unicode_escape",
        "raw-unicode-escape",
        "mbcs",
        "oem",
        "palmos",
    ]
)
_WESTERN = re.compile(r"(?:iso)?-?8859|cp125|windows-125|mac[-_]roman", re.IGNORECASE)
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_JAPANESE_ESCAPE = b"\x1b$"


@lru_cache(maxsize=512)
def codec_of(label: str) -> str:
    """The Python codec a sender means by ``label``; empty when the label says nothing that can be used."""
    name = label.strip().strip("\"'").lower()[:60]
    name = _MEANT.get(name, name)
    if not name or name in _NOTHING or not name.isascii():
        return ""
    try:
        found = codecs.lookup(name).name
        b"".decode(found)
    except (LookupError, ValueError, UnicodeError):
        return ""
    return "" if found in _NOTHING or found == "ascii" else found


def storable(text: str) -> str:
    """``text`` with ``\\n`` line ends, without NUL and without lone surrogates."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = _SURROGATE.sub("\ufffd", text)
        if text[0] == "\ufeff":
            text = text[1:]
    return text


@lru_cache(maxsize=64)
def _is_western(codec: str) -> bool:
    return _WESTERN.match(codec) is not None


def decode(data: bytes, label: str = "") -> str:
    """Text of ``data`` under the charset ``label``, repaired when the label is wrong; never raises."""
    if _JAPANESE_ESCAPE in data and (not label or codec_of(label) in ("", "iso2022_jp_ext")):
        return storable(data.decode("iso2022_jp_ext", "replace"))
    codec = codec_of(label) if label else ""
    if codec == "utf-8" or not codec or _is_western(codec):
        try:  # valid UTF-8 under a Western label is UTF-8: the reverse practically never happens by chance
            return storable(data.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    if codec and codec != "utf-8":
        return storable(_labelled(data, codec))
    return storable(_guess(data, said_utf8=codec == "utf-8"))


def decode_html(data: bytes, label: str = "") -> str:
    """As ``decode``, but a page without a usable label may name its charset itself."""
    if not codec_of(label) and (found := _META.search(data[:2048])):
        label = found[1].decode("ascii", "replace")
        if label.lower().startswith(("utf-16", "utf-32")):  # impossible: the label itself was readable as bytes
            label = "utf-8"
    return decode(data, label)


def _labelled(data: bytes, codec: str) -> str:
    wide = codec.startswith(("utf-16", "utf-32"))
    if wide and b"\0" not in data[:4096]:
        return _guess(data, said_utf8=False)
    if codec == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        codec = "utf-16-be" if data[:200:2].count(0) > data[1:200:2].count(0) else "utf-16-le"
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        pass
    text = _replaced(data, codec)
    if text.count("\ufffd") * 10 <= len(text):
        return text
    other = _guess(data, said_utf8=False)
    return other if other.count("\ufffd") < text.count("\ufffd") else text


def _replaced(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return data.decode("latin-1")


def _guess(data: bytes, *, said_utf8: bool) -> str:
    """Text of bytes that nobody labelled (or labelled wrongly)."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if said_utf8 and (cut := _cut_short(data)):
        return cut
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(map(text.count, _COMMON_BEYOND_ASCII)) if said_utf8 else 0
    if broken <= 2 * whole or (not said_utf8 and broken * 20 <= sum(1 for c in text[:20000] if c > "\x7f")):
        return text
    sample = data[:4096]
    high = len(sample) - len(sample.translate(None, _HIGH))
    if high * 6 < len(sample) or high < 8:  # a few accents in Western text, or too little to guess from
        return _western(data)
    return _detected(data, sample)


_COMMON_BEYOND_ASCII = "éèáíóúñüöäç\u2019\u2018\u201c\u201d\u2013\u2014\u2026\xa0"
_HIGH = bytes(range(128, 256))


def _cut_short(data: bytes) -> str:
    """Text of UTF-8 that ends inside a letter; empty when more than that is wrong."""
    for cut in (1, 2, 3):
        try:
            whole = data[:-cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return whole + "\ufffd" if data[-cut] >= 0xC2 and (cut > 1 or not whole.isascii()) else ""
    return ""


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _detected(data: bytes, sample: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - heavy, and needed by one letter in thousands

    try:
        best = from_bytes(sample).best()
        return data.decode(best.encoding, "replace") if best is not None else _western(data)
    except Exception:  # a guesser's failure must not cost the letter
        return _western(data)
