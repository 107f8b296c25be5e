"""What rooms above plug into the desk, in AppConfig.ready(): the desk knows inquiries, not letters or calls.

registry.thread_source(letters_of)
registry.composer("correspondence/composer.html", composer_context)
registry.panel("person", 10, "people/panel.html", person_panel)
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from hustings.foundation.access.models import User

from .models import Inquiry

Context = Callable[[User, Inquiry], Mapping[str, Any] | None]


@dataclass(frozen=True)
class ThreadItem:
    """One thing in the thread. `key` is stable and unique ("message:<uid>"); the template gets `context` and `item`.
    `splits`: it may be split off into an inquiry of its own."""

    at: datetime
    key: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    splits: bool = False


@dataclass(frozen=True)
class Part:
    """What a template draws where a room registered it; a context of None leaves it out."""

    name: str
    order: int
    template: str
    context: Context


@dataclass(frozen=True)
class SelectionAct:
    """One more thing to do with the chosen rows: a template within the bar, for those who may."""

    name: str
    order: int
    template: str
    allowed: Callable[[User], bool]


@dataclass(frozen=True)
class Whole:
    """What an inquiry's messages come to, after some have moved: written onto the inquiry by the desk."""

    person_id: int
    subject: str
    snippet: str
    channel: str
    mailbox: str
    opened_at: datetime
    last_message_at: datetime
    last_message_id: int | None
    messages: int
    has_attachment: bool


@dataclass(frozen=True)
class Mover:
    """The verb for splitting off: `preview(inquiry, keys)` says what the named items come to by themselves (ValueError
    when one is not of this inquiry), `move(inquiry, keys, into)` moves them, `whole(inquiry)` recounts."""

    preview: Callable[[Inquiry, Sequence[str]], Whole]
    move: Callable[[Inquiry, Sequence[str], Inquiry], None]
    whole: Callable[[Inquiry], Whole]


@dataclass
class Registry:
    thread_sources: list[Callable[[User, Inquiry], list[ThreadItem]]] = field(default_factory=list)
    panels: list[Part] = field(default_factory=list)
    composers: list[Part] = field(default_factory=list)
    header_actions: list[Part] = field(default_factory=list)
    search_sources: list[Callable[[User, str], Sequence[int]]] = field(default_factory=list)
    before_close: list[Callable[[Inquiry], str]] = field(default_factory=list)
    texts: list[Callable[[Sequence[int]], Mapping[int, str]]] = field(default_factory=list)
    row_marks: list[Callable[[User, Sequence[int]], Mapping[int, str]]] = field(default_factory=list)
    mover: Mover | None = None
    selection_acts: list[SelectionAct] = field(default_factory=list)
    behind: list[Callable[[], Q | None]] = field(default_factory=list)


registry = Registry()


def thread_source(source: Callable[[User, Inquiry], list[ThreadItem]]) -> Callable[[User, Inquiry], list[ThreadItem]]:
    """`source(user, inquiry)` yields what this user may read of this inquiry and of those merged into it
    (`queries.inquiries.ids_of_whole`), in any order. Usable as a decorator."""
    _once(registry.thread_sources, source)
    return source


def panel(name: str, order: int, template: str, context: Context) -> None:
    """A part of the side pane, lowest order first. The template gets `user`, `inquiry` and the context."""
    _place(registry.panels, Part(name, order, template, context))


def composer(template: str, context: Context, *, name: str = "reply", order: int = 10) -> None:
    """What stands under the thread. The first whose context is not None is shown; the desk's own note box is last."""
    _place(registry.composers, Part(name, order, template, context))


def header_action(name: str, order: int, template: str, context: Context) -> None:
    """A button in the thread's header, after the desk's own."""
    _place(registry.header_actions, Part(name, order, template, context))


def search_source(source: Callable[[User, str], Sequence[int]]) -> Callable[[User, str], Sequence[int]]:
    """`source(user, words)` gives inquiry ids, the newest first; the desk takes the first thousand and shows of them
    what the user may see. Usable as a decorator."""
    _once(registry.search_sources, source)
    return source


def before_close(check: Callable[[Inquiry], str]) -> Callable[[Inquiry], str]:
    """`check(inquiry)` says why it cannot be closed now, or ""."""
    _once(registry.before_close, check)
    return check


def text_source(source: Callable[[Sequence[int]], Mapping[int, str]]) -> Callable[..., Mapping[int, str]]:
    """`source(inquiry_ids)` is the text of each inquiry's first message: what a queue rule is tried on."""
    _once(registry.texts, source)
    return source


def row_mark(source: Callable[[User, Sequence[int]], Mapping[int, str]]) -> Callable[..., Mapping[int, str]]:
    """`source(user, inquiry_ids)` says of each inquiry of a list's page what more it is part of, in a few words; asked
    once a page. Usable as a decorator."""
    _once(registry.row_marks, source)
    return source


def waits_behind(source: Callable[[], Q | None]) -> Callable[[], Q | None]:
    """`source()` is a condition on inquiries that wait until nothing else does, or None: who takes the next gets such
    a one last. Usable as a decorator."""
    _once(registry.behind, source)
    return source


def split_verb(mover: Mover) -> None:
    """How messages move from one inquiry to another."""
    registry.mover = mover


def selection_act(name: str, order: int, template: str, allowed: Callable[[User], bool]) -> None:
    """A button in the bar under the chosen rows. Its template is drawn inside the bar's form, which sends `ids`, `all`
    and `list` (the list's address)."""
    kept = [other for other in registry.selection_acts if other.name != name]
    registry.selection_acts[:] = sorted(
        [*kept, SelectionAct(name, order, template, allowed)], key=lambda one: one.order
    )


def selection_acts_for(user: User) -> list[SelectionAct]:
    """Those that this user may do."""
    return [one for one in registry.selection_acts if one.allowed(user)]


def _place(parts: list[Part], part: Part) -> None:
    parts[:] = sorted([other for other in parts if other.name != part.name] + [part], key=lambda p: (p.order, p.name))


def _once(things: list[Any], thing: Any) -> None:
    if thing not in things:
        things.append(thing)


def parts_for(parts: Iterable[Part], user: User, inquiry: Inquiry) -> list[tuple[Part, Mapping[str, Any]]]:
    """The parts that have something to show, with their contexts."""
    shown = ((part, part.context(user, inquiry)) for part in parts)
    return [(part, context) for part, context in shown if context is not None]
