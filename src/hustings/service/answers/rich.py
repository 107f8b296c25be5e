"""Rich text as people type it: a little Markdown, and nothing else. What is not one of these stays as it was written,
escaped, so no text can bring markup of its own:

    ## A heading        - a point        1. a numbered point
    **strong**   [words](https://example.org)   and any web address becomes a link
"""

import re
from collections.abc import Callable

from django.utils.html import escape

ADDRESS = re.compile(r"(https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)\]'])")
LINK = re.compile(
    r"\[([^\[\]\n]{1,200})\]\((https?://[^\s()<>\"]{1,600}|/[^\s()<>\"/][^\s()<>\"]{0,300}|mailto:[^\s()<>\"]{3,200})\)"
)
STRONG = re.compile(r"\*\*(?=\S)([^\n*]{1,600}?)(?<=\S)\*\*")
HEADING = re.compile(r"#{2,3}\s+(.+)")
POINT, NUMBERED = re.compile(r"[-*•]\s+(.*)"), re.compile(r"\d{1,2}[.)]\s+(.*)")


def to_html(text: str) -> str:
    """Paragraphs, headings, lists, strong words and links; everything else escaped."""
    parts = [_block(part) for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    return "".join(parts)


def inline_html(text: str) -> str:
    """One line: strong words and links."""
    parts, last = [], 0
    for found in LINK.finditer(text):
        parts += [_strong(text[last : found.start()]), _anchor(found[2], escape(found[1]))]
        last = found.end()
    return "".join([*parts, _strong(text[last:])])


def to_letter(text: str) -> str:
    """The same words for a letter in plain text: links as words and address, no marks."""
    lines = []
    for line in text.split("\n"):
        heading = HEADING.fullmatch(line.strip())
        plain = heading[1] if heading else line
        lines.append(STRONG.sub(r"\1", LINK.sub(_told_link, plain)))
    return "\n".join(lines)


def _told_link(found: "re.Match[str]") -> str:
    address = found[2].removeprefix("mailto:")
    return found[1] if found[1] in (found[2], address) else f"{found[1]} ({address})"


def _block(text: str) -> str:
    lines = [line.strip() for line in text.strip().split("\n")]
    if heading := HEADING.fullmatch(lines[0]):
        rest = "\n".join(lines[1:])
        return f"<h2>{inline_html(heading[1])}</h2>" + (_block(rest) if rest.strip() else "")
    for pattern, tag in ((POINT, "ul"), (NUMBERED, "ol")):
        if len(lines) > 1 and all(pattern.fullmatch(line) for line in lines):
            return _list(lines, tag, lambda line, pattern=pattern: pattern.fullmatch(line)[1])  # type: ignore[misc]
    return "<p>" + "<br>".join(inline_html(line) for line in lines) + "</p>"


def _list(lines: list[str], tag: str, words: Callable[[str], str]) -> str:
    return f"<{tag}>" + "".join(f"<li>{inline_html(words(line).strip())}</li>" for line in lines) + f"</{tag}>"


def _strong(text: str) -> str:
    parts, last = [], 0
    for found in STRONG.finditer(text):
        parts += [_linked(text[last : found.start()]), f"<strong>{_linked(found[1])}</strong>"]
        last = found.end()
    return "".join([*parts, _linked(text[last:])])


def _linked(text: str) -> str:
    parts = ADDRESS.split(text)
    return "".join(_anchor(part, escape(part)) if number % 2 else escape(part) for number, part in enumerate(parts))


def _anchor(address: str, shown: str) -> str:
    return f'<a href="{escape(address)}" rel="noopener noreferrer">{shown}</a>'
