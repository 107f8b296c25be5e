"""What an agent's page asks for by itself: read off the page, as its script does. Standard library only.

A part with `data-live` is fetched anew when one of its topics is said; `data-live-every="5"` and `delay:250ms` hold as
they stand there. What is typed into (the composer) is left alone, as the script leaves it.
"""

import html
import re
from dataclasses import dataclass

_LIVE = re.compile(r'<[a-z][^<>]*?\sdata-live="[^"]*"[^<>]*')
_ATTRIBUTE = re.compile(r'\s(data-live|data-live-every|hx-get|hx-trigger|id)="([^"]*)"')
_AFTER = re.compile(r"live delay:(\d+)ms")
_MARK = re.compile(r'<meta name="live-mark" content="([^"]*)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
_TOPICS = re.compile(r'<body[^>]*\sdata-live-topics="([^"]*)"')
_WORDS = re.compile(r'<textarea class="draft"[^>]*>(.*?)</textarea>', re.S)
FIELD = re.compile(r"\{\{[^}]*\}\}?|\}\}")
TYPED_IN = "composer"


@dataclass(frozen=True)
class Part:
    path: str
    topics: frozenset[str]
    every: float  # seconds between two fetches at the least
    after: float  # seconds from the news to the fetch


def parts_of(text: str) -> list[Part]:
    """The parts that fetch themselves anew."""
    found = []
    for tag in _LIVE.findall(text):
        given = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
        path, trigger = given.get("hx-get", ""), given.get("hx-trigger", "")
        if not path or "live" not in trigger.replace("htmx:load", "") or given.get("id") == TYPED_IN:
            continue
        after = _AFTER.search(trigger)
        path = with_fields(path, text, given.get("id", ""))
        found.append(
            Part(
                path,
                frozenset(given["data-live"].split()),
                float(given.get("data-live-every", 0)),
                0.06 + (int(after[1]) / 1000 if after else 0.0),
            )
        )
    return found


def with_fields(path: str, text: str, part: str) -> str:
    """What the page sends along with it."""
    if part == "composer-news":
        fields = hidden(text)
        return f"{path}?seen_letter={fields.get('seen_letter', '')}&seen_reply={fields.get('seen_reply', '')}"
    return path


def topics_of(text: str, parts: list[Part]) -> str:
    """What its stream listens to."""
    body = _TOPICS.search(text)
    live = {topic for tag in _LIVE.findall(text) for name, value in _ATTRIBUTE.findall(tag) if name == "data-live"
            for topic in value.split()}  # fmt: skip
    return ",".join(sorted(live.union(*(part.topics for part in parts), (body[1] if body else "").split())))


def mark_of(text: str) -> str:
    """What the page knows."""
    found = _MARK.search(text)
    return found[1] if found else ""


def saw(mark: str, transaction: int) -> bool:
    """Whether what the transaction changed stands in what was drawn with the mark, as the page's script reckons."""
    if not mark:
        return False
    below, running, own = ([int(one) for one in part.split(",") if one] for part in mark.split(":"))
    return transaction in own or (transaction < below[0] and transaction not in running)


def hidden(text: str) -> dict[str, str]:
    """The reply's form: its token, what was seen, its version, and whom it goes to where there is one choice."""
    start = text.find('id="reply-form"')
    end = text.find("</form>", start)
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(text[start:end])} if start >= 0 else {}


def suggestion(text: str) -> str:
    """The approved language that is offered, or nothing."""
    found = re.search(r'name="article_text" value="([^"]+)"', text)
    return found[1] if found else ""


def words(text: str) -> str:
    """What stands in the reply."""
    found = _WORDS.search(text)
    return html.unescape(found[1]).lstrip("\n") if found else ""
