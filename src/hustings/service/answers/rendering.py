"""Approved language as it reads: plain text in paragraphs, addresses as links, merge fields marked; and what changed
between two versions, word by word."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .rich import inline_html, to_html
from .rules import MERGE_FIELDS, Found, replace_fields

# Fields are put aside while the rest is escaped and linked, so that neither step can touch them.
MARK = "\ue000{}\ue001"


def as_html(text: str, values: Mapping[str, str] | None = None) -> SafeString:
    """Paragraphs, line breaks and links, everything else escaped. Merge fields are shown by their name; with
    `values` as a person would read them, and what would stay empty is marked as a gap."""
    return _with_fields(text, values, to_html)


def as_html_line(text: str, values: Mapping[str, str] | None = None) -> SafeString:
    """The same of one line: a step."""
    return _with_fields(text, values, inline_html)


def _with_fields(text: str, values: Mapping[str, str] | None, draw: Callable[[str], str]) -> SafeString:
    fields: list[str] = []

    def aside(field: Found) -> str:
        fields.append(_shown(field, values))
        return MARK.format(len(fields) - 1)

    marked = replace_fields(text.replace("\ue000", "").replace("\ue001", ""), aside)
    html = draw(marked)
    return mark_safe(re.sub("\ue000(\\d+)\ue001", lambda found: fields[int(found[1])], html))  # noqa: S308 escaped above


def as_public_html(text: str) -> SafeString:
    """Words that stand alone (`rules.public_words`), for the public pages."""
    return mark_safe(to_html(text))  # noqa: S308  rich escapes


def as_public_line(text: str) -> SafeString:
    """One line of them: a step."""
    return mark_safe(inline_html(text))  # noqa: S308  rich escapes


def _shown(field: Found, values: Mapping[str, str] | None) -> str:
    known = MERGE_FIELDS.get(field.field)
    label = str(known.label) if known else field.field
    if values is None:
        name = short_name(field.field) if known else field.field
        return f'<span class="mf{"" if known else " gap"}" title="{escape(label)}">{escape(name)}</span>'
    value = values.get(field.field, "").strip() or (field.default or "")
    return escape(value) if value else f'<span class="mf gap">{escape(_("empty: %(what)s") % {"what": label})}</span>'


def short_name(field: str) -> str:
    """ "first name", but "campaign name": what is not the person's says whose it is."""
    return field.removeprefix("person.").replace(".", " ").replace("_", " ")


@dataclass(frozen=True)
class Change:
    """A stretch of words: same, gone or new."""

    kind: str
    text: str


def word_diff(old: str, new: str) -> list[Change]:
    """What changed, word by word; joined, the same and gone stretches are `old`, the same and new ones `new`."""
    before, after = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    changes: list[Change] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            changes.append(Change("same", "".join(before[a:b])))
            continue
        if b > a:
            changes.append(Change("gone", "".join(before[a:b])))
        if d > c:
            changes.append(Change("new", "".join(after[c:d])))
    return changes
