"""A letter's HTML, made harmless at the moment it is shown: what is stored is the raw letter alone."""

import base64
import secrets

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hustings.foundation.core.guard import FieldHidden, may_read, unveiled

from ..engine import sanitise
from ..engine.parse import parse
from ..models import Message
from . import messages
from .attachments import SHOWN_IMAGES

MOST_SHOWN = 12 * 1024 * 1024  # bytes of pictures put into one page


def harmless_html(message: Message) -> str | None:
    """A whole page for a sandboxed frame; None when the letter has no HTML or its bytes are gone. Raises FieldHidden
    for a reader who may not read letters."""
    if not may_read("message", "text"):
        raise FieldHidden("message", "text")
    with unveiled():
        raw = messages.raw_bytes(message)
    return harmless_html_of(raw) if raw is not None else None


def harmless_html_of(raw: bytes) -> str | None:
    parsed = parse(raw)
    if not parsed.html.strip():
        return None
    pictures, room, mark = {}, MOST_SHOWN, secrets.token_hex(8)
    names: dict[str, str] = {}
    for number, file in enumerate(parsed.attachments):
        if file.content_id and file.type in SHOWN_IMAGES and len(file.content) <= room:
            room -= len(file.content)
            name = names[file.content_id] = f"cid:{mark}.{number}"
            pictures[f'src="{name}"'] = f'src="data:{file.type};base64,{base64.b64encode(file.content).decode()}"'
    safe = sanitise.sanitise(parsed.html, names, placeholder=_("[picture: {alt}]"), nameless=_("[picture]"))
    body = safe.html
    for name, data in pictures.items():
        body = body.replace(name, data)
    said = ""
    if safe.blocked:
        count = ngettext("%(n)d picture from elsewhere is left out.", "%(n)d pictures from elsewhere are left out.",
                         safe.blocked) % {"n": safe.blocked}  # fmt: skip
        said = format_html('<p class="hustings-left-out">{}</p>', count)
    return _PAGE % {"said": said, "body": body}


# Its own paper, light in any theme: letters bring their own colours and expect white behind them. Where a link really
# leads stands at the foot while it is pointed at; a letter's own styles cannot place anything over it.
_PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><meta name="color-scheme" content="only light"><title>Letter</title>
<style>html{background:#fff;color:#1b2420}body{margin:14px 16px;font:16px/1.5 Georgia,serif;overflow-wrap:anywhere}
img{max-width:100%%;height:auto}table{max-width:100%%}.hustings-left-out{font:13px/1.4 sans-serif;color:#5b6661;
border-bottom:1px solid #dde2df;margin:0 0 12px;padding:0 0 8px}a[href]:is(:hover,:focus-visible)::after{
content:attr(href);position:fixed;inset:auto 0 0 0;z-index:1;padding:6px 16px;font:13px/1.4 sans-serif;
color:#1b2420;background:#eef1ee;border-top:1px solid #c9d1cc;direction:ltr;text-align:left;text-indent:0;
text-transform:none;letter-spacing:0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}</style></head><body>%(said)s%(body)s</body></html>
"""
