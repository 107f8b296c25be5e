"""HTML that may be shown: in a sandboxed frame of its own, and harmless even without it.

``nh3`` (ammonia) keeps what is on the lists below and drops the rest.  Nothing is fetched from elsewhere: pictures of
the letter itself are mapped to our own addresses, others become a visible note of their alternative text.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import NamedTuple
from urllib.parse import unquote

import nh3
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from .html_text import is_too_deep, without_tags

LONGEST_HTML = 4_000_000

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "nav",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_TEXT_DROPPED = frozenset(
    [
        "script",
        "style",
        "title",
        "head",
        "iframe",
        "object",
        "embed",
        "applet",
        "noscript",
        "template",
        "svg",
        "math",
        "form",
        "textarea",
        "select",
        "button",
    ]
) - {"head", "form"}
_EVERYWHERE = {"dir", "lang", "title", "style", "align"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": _EVERYWHERE,
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor", "summary"},
    "td": {"colspan", "rowspan", "width", "height", "valign", "bgcolor", "nowrap"},
    "th": {"colspan", "rowspan", "width", "height", "valign", "bgcolor", "nowrap", "scope"},
    "tr": {"valign", "bgcolor", "height"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "blockquote": {"type"},
    "hr": {"size", "width", "color", "noshade"},
    "time": {"datetime"},
    "details": {"open"},
    "bdo": {"dir"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_STYLES = frozenset(
    [
        "color",
        "background-color",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "font-variant",
        "text-align",
        "text-decoration",
        "text-indent",
        "text-transform",
        "line-height",
        "letter-spacing",
        "white-space",
        "vertical-align",
        "direction",
        "margin",
        "margin-top",
        "margin-right",
        "margin-bottom",
        "margin-left",
        "padding",
        "padding-top",
        "padding-right",
        "padding-bottom",
        "padding-left",
        "border",
        "border-top",
        "border-right",
        "border-bottom",
        "border-left",
        "border-color",
        "border-style",
        "border-width",
        "border-collapse",
        "border-spacing",
        "border-radius",
        "width",
        "max-width",
        "min-width",
        "list-style-type",
        "table-layout",
        "word-break",
        "overflow-wrap",
        "border-left-color",
        "border-left-style",
        "border-left-width",
    ]
)
_STYLE_VALUE = re.compile(r"[\w\s#%.,'\"()!+/-]{1,200}\Z")
_STYLE_FUNCTION = re.compile(r"([\w-]+)\s*\(")
_NEGATIVE = re.compile(r"(?:^|[\s,(])-\s*\.?\d")
_HUGE = re.compile(r"\d{5,}")
_SAFE_FUNCTIONS = frozenset({"rgb", "rgba", "hsl", "hsla"})
_LOADING = re.compile(r"<(?:img|image|picture|video|audio|input|source|embed|object|iframe)\b", re.IGNORECASE)


class Safe(NamedTuple):
    """HTML that may be shown and how many pictures from elsewhere it leaves out."""

    html: str
    blocked: int


def safe_html(html: str, cid_urls: Mapping[str, str]) -> str:
    """``html`` made safe to show; ``cid_urls`` maps Content-IDs (without brackets) to our own addresses of pictures."""
    return sanitise(html, cid_urls).html


def sanitise(
    html: str, cid_urls: Mapping[str, str], *, placeholder: str = "[picture: {alt}]", nameless: str = "[picture]"
) -> Safe:
    """As ``safe_html``, with the number of pictures left out; the placeholders stand in their stead.  Never raises."""
    html = html[:LONGEST_HTML].replace("\0", "")
    blocked = 0
    if is_too_deep(html):
        return Safe(text_as_html(without_tags(html)), len(_LOADING.findall(html)))
    if _LOADING.search(html):
        html, blocked = _without_remote(html, cid_urls, placeholder, nameless)
    ours = set(cid_urls.values())

    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "title" and tag == "a":
            return None  # it would name a place that the link need not lead to
        if attribute == "style":
            return _safe_style(value) or None
        if attribute == "src":
            return value if value in ours else None
        if attribute == "href":
            return value if _SCHEME.match(value.strip()) else None
        if attribute in ("width", "height", "size", "border") and (_HUGE.search(value) or "-" in value):
            return None
        return value

    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_TEXT_DROPPED),
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes=_SCHEMES | {"cid"},
    )
    return Safe(cleaned, blocked)


_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)


def _without_remote(html: str, cid_urls: Mapping[str, str], placeholder: str, nameless: str) -> tuple[str, int]:
    """Pictures of the letter at our addresses, all others as text; counted unless they are tracking dots."""
    try:
        tree = LexborHTMLParser(html)
        images = tree.css("img, image")
    except (SelectolaxError, ValueError, RuntimeError):
        return _LOADING.sub("<span", html), 0
    blocked = 0
    for image in images:
        attributes = image.attributes
        source = (attributes.get("src") or attributes.get("href") or "").strip()
        ours = _mapped(source, cid_urls)
        if ours is not None:
            image.attrs["src"] = ours
            continue
        blocked += 1
        alt = " ".join((attributes.get("alt") or "").split())[:200]
        if _is_dot(attributes):
            image.replace_with("")
        else:
            image.replace_with(placeholder.format(alt=alt) if alt else nameless)
    body = tree.body
    return (body.inner_html or "" if body is not None else tree.html or ""), blocked


def _is_dot(attributes: Mapping[str, str | None]) -> bool:
    return any((attributes.get(side) or "").strip("px ") in ("0", "1") for side in ("width", "height"))


def _mapped(source: str, cid_urls: Mapping[str, str]) -> str | None:
    if source[:4].lower() != "cid:":
        return None
    name = source[4:].strip("<> ")
    return cid_urls.get(name) or cid_urls.get(unquote(name))


def _safe_style(style: str) -> str:
    kept = []
    for declaration in style[:5_000].split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon or name not in _STYLES or not _STYLE_VALUE.match(value):
            continue
        if any(function.lower() not in _SAFE_FUNCTIONS for function in _STYLE_FUNCTION.findall(value)):
            continue
        if _NEGATIVE.search(value) or _HUGE.search(value):
            continue
        kept.append(f"{name}: {value}")
    return "; ".join(kept)


def text_as_html(text: str) -> str:
    """Plain text to show in the same frame."""
    return f"<pre>{escape(text)}</pre>"
