"""HTML to the text a reader sees: blocks on lines of their own, quotes marked with ``> ``.

The markup is prepared as a string (markers for line ends and quote depth) and read once by ``selectolax``, since
walking the tree in Python costs ten times as much.
"""

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from .charsets import storable

LONGEST_HTML = 4_000_000
_BREAK, _OPEN, _CLOSE = "\ue0f1", "\ue0f2", "\ue0f3"
DEEPEST = 500
CUT = "\ue0f4"  # where a mail program says that the quoted letter begins; only with ``marked=True``

_OURS = re.compile(f"[{_BREAK}{_OPEN}{_CLOSE}{CUT}]")
_PRE = re.compile(r"(<pre\b[^>]*>)(.*?)(</pre\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(
    r"<(?:/(?:p|div|h[1-6]|ul|ol|table|tr|pre|center|address|section|article|header|footer|dl|dd|dt|form|fieldset)\b"
    r"|(?:br|p|div|h[1-6]|ul|ol|table|tr|hr|pre|center|address|section|article|dl|dd|dt|form)\b)",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"<(/?)blockquote\b", re.IGNORECASE)
_ITEM = re.compile(r"<li\b[^<>]{0,2000}>", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_DROPPED = ["style", "script", "head", "title", "template", "noscript", "object", "svg"]
_QUOTED_LETTER = re.compile(
    r"""<[a-z]+\b[^<>]{0,400}?(?:id|class)\s*=\s*["']?[^"'<>]{0,60}?(?:"""
    r"divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|yahoo_quoted|gmail_quote|moz-cite-prefix|OutlookMessageHeader"
    r"|stopSpelling|reply-intro|gmail_extra|protonmail_quote|zmail_extra|mail_android_quote|MailQuote|mailru"
    r"|WordSection_quoted)"
    r"|<hr\b[^<>]{0,200}?id\s*=\s*[\"']?stopSpelling",
    re.IGNORECASE,
)
_MANY = re.compile(r"\n{3,}")


_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "embed", "source", "wbr", "param"}
)


def is_too_deep(html: str) -> bool:
    """Whether elements are nested deeper than a page can be: readers need time in the square of the depth."""
    if html.count("<") <= DEEPEST * 4:
        return False
    depth = 0
    for tag in _TAG_NAME.finditer(html):
        if tag[2].lower() in _VOID:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > DEEPEST * 4:
            return True
    return False


def without_tags(html: str) -> str:
    """The text between the tags of HTML that is no page: nothing but the tags is taken out."""
    return storable(unescape(_TAG.sub(" ", html)))


_TAG = re.compile(r"<[^<>]*>?")


def html_to_text(html: str, *, marked: bool = False) -> str:
    """The text of ``html``; with ``marked``, a ``CUT`` stands before what a mail program quotes.  Never raises."""
    source = html[:LONGEST_HTML]
    if is_too_deep(source):
        return without_tags(source).strip()
    if not source.isascii() and _OURS.search(source):
        source = _OURS.sub("", source)
    if "<pre" in source or "<PRE" in source:
        source = _PRE.sub(lambda m: m[1] + m[2].replace("\r\n", "\n").replace("\n", _BREAK) + m[3], source)
    source = " ".join(source.split())
    if marked:
        source = _QUOTED_LETTER.sub(lambda m: CUT + m[0], source)
    source = _BLOCK.sub(_BREAK + r"\g<0>", source)
    if "<li" in source or "<LI" in source:
        source = _ITEM.sub(lambda m: _BREAK + m[0] + "- ", source)
    if "</t" in source or "</T" in source:
        source = _CELL.sub(r" \g<0>", source)
    if "blockquote" in source or "BLOCKQUOTE" in source:
        source = _QUOTE.sub(lambda m: _BREAK + (_CLOSE + _BREAK if m[1] else _OPEN) + m[0], source)
    return _lines(_text_of(source))


def _text_of(source: str) -> str:
    try:
        tree = LexborHTMLParser(source)
        tree.strip_tags(_DROPPED)
        body = tree.body
        return storable(body.text(separator="").replace("\u200b", "") if body is not None else "")
    except (SelectolaxError, ValueError, RuntimeError, UnicodeError, AttributeError):
        return ""


def _lines(text: str) -> str:
    out: list[str] = []
    depth = 0
    quoting = _OPEN in text
    for source in text.split(_BREAK):
        line = source
        if quoting:
            depth = min(20, max(0, depth + line.count(_OPEN) - line.count(_CLOSE)))
            line = line.replace(_OPEN, "").replace(_CLOSE, "")
        line = " ".join(line.split())
        out.append(">" * depth + " " + line if depth and line else ">" * depth if depth else line)
    return _MANY.sub("\n\n", "\n".join(out)).strip("\n")
