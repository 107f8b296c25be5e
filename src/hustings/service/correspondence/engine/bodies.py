"""From parts to what is read: the text, the HTML, and the attachments in their order.

Chosen as mail readers do: of alternatives the plain text and the HTML, text parts without a name shown in order,
everything with a name or a disposition of ``attachment`` kept as a file, a forwarded message kept under its subject.
"""

import re
from dataclasses import dataclass, field
from html import escape
from importlib import import_module

from .charsets import decode, decode_html, storable
from .headers import addresses, decode_words, split_headers
from .html_text import html_to_text
from .mime import Part, uudecoded

LONGEST_TEXT = 5_000_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; ``text`` is what a forwarded message says, empty for other files."""

    name: str
    type: str
    size: int
    content: bytes
    content_id: str = ""
    inline: bool = False
    text: str = ""


@dataclass(slots=True)
class Bodies:
    """What ``gather`` found."""

    text: str = ""
    html: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    content_type: str = "text/plain"
    tnef_text: str = ""  # what Outlook put into winmail.dat besides files


@dataclass(slots=True)
class _Shown:
    """One stretch of the letter as plain text, as HTML, or both."""

    plain: str = ""
    html: str = ""


def gather(root: Part) -> Bodies:
    """The text, HTML and attachments of the message whose parts are ``root``."""
    found = Bodies(content_type=root.type)
    shown: list[_Shown] = []
    _walk(root, shown, found, is_root=True)
    texts = [text for one in shown if (text := _best_text(one)).strip()]
    found.text = _without_uuencoded(
        "\n\n".join(t.strip("\n") for t in texts) if len(texts) > 1 else "".join(texts), found
    )
    if any(one.html for one in shown):
        found.html = "\n".join(one.html or _as_html(one.plain) for one in shown if one.html or one.plain.strip())
    if not found.text.strip():
        found.text = found.tnef_text
    if not found.text.strip():
        forwarded = [a.text for a in found.attachments if a.text]
        if forwarded:
            found.text = "\n\n".join(forwarded)
            found.notes.append("the text is that of the forwarded message")
    if len(found.text) > LONGEST_TEXT:
        found.text = found.text[:LONGEST_TEXT]
        found.notes.append("only the first five million characters of the text are shown")
    return found


def _walk(part: Part, shown: list[_Shown], found: Bodies, *, is_root: bool = False) -> None:
    kind = part.type
    if kind == "multipart/alternative":
        _alternative(part, shown, found)
    elif part.children and kind.startswith("multipart/"):
        for child in part.children:
            _walk(child, shown, found)
    elif kind == "message/rfc822":
        found.attachments.append(_forwarded(part))
    elif kind in ("text/plain", "text/html", "text/enriched", "text/x-amp-html") and _is_shown(part, is_root):
        shown.append(_stretch(part))
    elif kind.startswith("text/") and is_root and part.disposition != "attachment" and kind not in _FILE_TEXT:
        shown.append(_Shown(plain=_plain(part)))
    elif part.content or part.filename or kind not in ("text/plain", "text/html"):
        _attach(part, found)


_FILE_TEXT = ("text/calendar", "text/vcard", "text/x-vcard", "text/csv", "text/rfc822-headers")


def _is_shown(part: Part, is_root: bool) -> bool:
    if part.disposition == "attachment":
        return False
    return is_root or not part.filename


def _alternative(part: Part, shown: list[_Shown], found: Bodies) -> None:
    """Of alternatives, the plain text and the richest HTML are one stretch; the rest (calendars) are files."""
    plain, html = "", ""
    for child in part.children:
        inner: list[_Shown] = []
        _walk(child, inner, found)
        for one in inner:
            if one.html:
                html = html + "\n" + one.html if html and child.type != "text/html" else one.html
                plain = plain or one.plain
            elif one.plain.strip():
                plain = (
                    one.plain
                    if not plain.strip()
                    else plain
                    if child.type == "text/plain" and html
                    else plain + "\n" + one.plain
                )
    if plain or html:
        shown.append(_Shown(plain, html))


def _stretch(part: Part) -> _Shown:
    if part.type in ("text/html", "text/x-amp-html"):
        return _Shown(html=decode_html(part.content, part.params.get("charset", "")))
    text = _plain(part)
    if part.type == "text/enriched":
        text = _ENRICHED.sub("", text)
    elif text[:400].lstrip()[:1] == "<" and _LOOKS_HTML.match(text[:400]):  # HTML sent as plain text
        return _Shown(html=text)
    return _Shown(plain=text)


_ENRICHED = re.compile(r"<param>[^<]{0,200}</param>|</?[a-z]{1,20}>", re.IGNORECASE)
_LOOKS_HTML = re.compile(r"\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)


def _plain(part: Part) -> str:
    text = decode(part.content, part.params.get("charset", ""))
    if "format" in part.params and part.params["format"].lower() == "flowed":
        text = _unflowed(text, delete_space=part.params.get("delsp", "").lower() == "yes")
    return text


def _unflowed(text: str, *, delete_space: bool) -> str:
    """RFC 3676: soft line breaks joined within one quote depth, space-stuffing removed, ``-- `` left alone."""
    out: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        stripped = line.lstrip(">")
        depth = len(line) - len(stripped)
        stripped = stripped.removeprefix(" ")
        soft = stripped.endswith(" ") and stripped != "-- "
        if soft and delete_space:
            stripped = stripped[:-1]
        if depth == open_depth and stripped != "-- ":
            out[-1].append(stripped)
        else:
            out.append([(">" * depth + " " if depth else "") + stripped])
        open_depth = depth if soft else -1
    return "\n".join(map("".join, out))


_STUB = re.compile(
    r"html|(?:mail|e-mail|email|message)[^.]{0,60}(?:browser|viewer|client|program|reader)|view (?:this|it) "
    r"|plain.text",
    re.IGNORECASE,
)


_STUB_WORDS = ("html", "browser", "viewer", "client", "program", "reader", "view this", "view it", "plain")


def _is_stub(plain: str) -> bool:
    low = plain.lower()
    return any(word in low for word in _STUB_WORDS) and _STUB.search(plain) is not None


def _best_text(one: _Shown) -> str:
    """The plain text, unless it is absent or only says that there is HTML."""
    plain = one.plain
    if not one.html:
        return plain
    if plain.strip() and not (len(plain) < 300 and (len(plain) < 20 or _is_stub(plain))):
        return plain
    text = html_to_text(one.html)
    if not plain.strip():
        return text
    if _STUB.search(plain):
        return text if len(text) > 1.5 * len(plain) else plain
    return text if len(text) > 10 * len(plain) else plain


def _as_html(text: str) -> str:
    return f"<pre>{escape(text)}</pre>"


def _attach(part: Part, found: Bodies) -> None:
    name = part.filename or _invented_name(part, len(found.attachments) + 1)
    found.attachments.append(
        Attachment(
            name,
            part.type,
            len(part.content),
            part.content,
            part.content_id,
            inline=part.disposition == "inline" or bool(part.content_id and part.disposition != "attachment"),
        )
    )
    low = name.lower()
    if part.type in ("application/ms-tnef", "application/vnd.ms-tnef") or low == "winmail.dat":
        _open_tnef(part.content, found)
    elif part.type == "application/pgp-encrypted" or (
        part.type.endswith("pkcs7-mime") and "signed" not in part.params.get("smime-type", "")
    ):
        found.notes.append("the letter is encrypted and cannot be read here")


_ENDINGS = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "image/jpeg": ".jpg", "image/png": ".png",
    "image/gif": ".gif", "application/pdf": ".pdf", "application/pgp-signature": ".asc", "text/rfc822-headers": ".txt",
    "message/delivery-status": ".txt", "application/pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m",
    "message/disposition-notification": ".txt", "text/vcard": ".vcf", "text/x-vcard": ".vcf", "audio/mpeg": ".mp3",
    "application/zip": ".zip", "text/csv": ".csv", "message/feedback-report": ".txt",
}  # fmt: skip


def _invented_name(part: Part, number: int) -> str:
    stem = {
        "message/delivery-status": "delivery-report",
        "text/calendar": "invite",
        "application/pgp-signature": "signature",
    }
    return stem.get(part.type, f"attachment-{number}") + _ENDINGS.get(part.type, ".bin")


_UNFIT = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')


def _forwarded(part: Part) -> Attachment:
    block = split_headers(part.content)
    subject = decode_words(block.values.get("subject", [""])[0][:500])
    name = part.filename or (_UNFIT.sub(" ", subject).strip()[:120] or "forwarded message") + ".eml"
    lines = ["---------- Forwarded message ----------"]
    for label in ("From", "Date", "Subject", "To"):
        value = block.values.get(label.lower(), [""])[0][:2000]
        if value:
            lines.append(f"{label}: {_shown_people(value) if label in ('From', 'To') else decode_words(value)}")
    inner = gather(part.children[0]).text if part.children else ""
    return Attachment(
        name, part.type, len(part.content), part.content, part.content_id, part.disposition == "inline",
        "\n".join(lines) + "\n\n" + inner,
    )  # fmt: skip


def _shown_people(value: str) -> str:
    return ", ".join(f"{a.name} <{a.address}>" if a.name else a.address for a in addresses([value]))


_BEGIN = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,200})\n", re.MULTILINE)


def _without_uuencoded(text: str, found: Bodies) -> str:
    """Files uuencoded inside the text become attachments."""
    at = 0
    while "begin " in text and (begin := _BEGIN.search(text, at)) and len(found.attachments) < 100:
        end = text.find("\nend", begin.end() - 1)
        if end < 0:
            break
        block = text[begin.end() : end]
        content = uudecoded(block.encode("latin-1", "replace"))
        at = begin.end()
        if content and " " not in block.partition("\n")[0].rstrip()[:1]:
            name = decode_words(begin[1]).strip()
            found.attachments.append(Attachment(name, "application/octet-stream", len(content), content))
            text, at = text[: begin.start()] + text[end + 4 :].lstrip("\n"), begin.start()
    return text


def _open_tnef(content: bytes, found: Bodies) -> None:
    """The files inside Outlook's ``winmail.dat``, when the optional ``tnefparse`` is installed."""
    try:
        tnef = import_module("tnefparse").TNEF
    except ImportError:
        found.notes.append("winmail.dat was kept closed: the extra 'tnef' (tnefparse) is not installed")
        return
    try:
        opened = tnef(content, do_checksum=False)
        for inner in opened.attachments:
            data = bytes(inner.data or b"")
            name = storable(str(inner.long_filename() or inner.name or "file")).strip()
            found.attachments.append(Attachment(name[:255], "application/octet-stream", len(data), data))
        found.tnef_text = _tnef_text(getattr(opened, "body", None), getattr(opened, "htmlbody", None))
        found.notes.append(f"winmail.dat was opened: {len(opened.attachments)} files inside")
    except Exception:
        found.notes.append("winmail.dat was kept closed: it is damaged")


def _tnef_text(plain: bytes | str | None, html: bytes | str | None) -> str:
    if plain:
        return storable(plain) if isinstance(plain, str) else decode(plain)
    return html_to_text(html if isinstance(html, str) else decode_html(html)) if html else ""
