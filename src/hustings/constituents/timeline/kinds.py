"""How each kind of line reads. The room that writes a kind registers it in `AppConfig.ready()`.

    kinds.register("correspondence.letter", label=_("Letter"), icon="mail", group="letters", render=letters)

`render(user, entries)` gets all the lines of its kind on a page at once and answers {entry.ref: RenderedLine}, only
for what this user may see: a line left out is not shown at all. A kind nobody registered is shown plainly.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import User
from hustings.foundation.ui.words import Words

from .models import Entry

GROUPS = {
    "letters": gettext_lazy("Letters"),
    "calls": gettext_lazy("Calls"),
    "notes": gettext_lazy("Notes"),
    "facts": gettext_lazy("Facts"),
}
# How a line is drawn: the person's words, our words to them, a note, a call, a fact, what stops something.
TONES = {"letter", "out", "nt", "call", "fact", "stop"}
TONE_OF_GROUP = {"letters": "letter", "calls": "call", "notes": "nt", "facts": "fact"}


@dataclass(frozen=True)
class RenderedLine:
    """One line as it reads. `who` did it (bold, first), `title` what, `aside` small beside it, `text` the words
    themselves. `tone` one of TONES (else by group); `icon` else the kind's. `left` and `used` draw a fuse."""

    title: str
    text: str = ""
    url: str = ""
    who: str = ""
    tone: str = ""
    aside: str = ""
    icon: str = ""
    left: str = ""
    used: int | None = None
    state: str = ""  # "", "warn" or "late", with the fuse


Render = Callable[[User, Sequence[Entry]], Mapping[UUID, RenderedLine]]


@dataclass(frozen=True)
class Kind:
    name: str
    label: Words
    icon: str
    group: str
    render: Render


@dataclass
class Registry:
    kinds: dict[str, Kind] = field(default_factory=dict)


registry = Registry()


@dataclass(frozen=True)
class Line:
    """A line ready for the page."""

    entry: Entry
    group: str
    icon: str
    tone: str
    reads: RenderedLine

    @property
    def drawn_as(self) -> str:
        """The class of the line: their letters and our answers are drawn alike, but for whose words they hold."""
        return "out" if self.tone == "letter" else self.tone


def register(kind: str, *, label: Words, icon: str, group: str, render: Render) -> None:
    """Say how lines of `kind` read. ValueError for a group there is not."""
    if group not in GROUPS:
        raise ValueError(f"{kind}: there is no group {group!r}")
    registry.kinds[kind] = Kind(kind, label, icon, group, render)


def kinds_of(group: str) -> list[str]:
    """The kinds of a group; facts also hold what nobody registered (see `rendered`)."""
    return [kind.name for kind in registry.kinds.values() if kind.group == group]


def rendered(user: User, entries: Iterable[Entry]) -> list[Line]:
    """The lines this user may see, in the order given: one call a kind, however many lines."""
    entries = list(entries)
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    reads = {name: registry.kinds[name].render(user, of) for name, of in by_kind.items() if name in registry.kinds}
    found = []
    for entry in entries:
        kind = registry.kinds.get(entry.kind)
        if kind is None:
            found.append(Line(entry, "facts", "circle", "fact", RenderedLine(plain(entry.kind))))
        elif entry.ref is not None and (line := reads[entry.kind].get(entry.ref)) is not None:
            tone = line.tone if line.tone in TONES else TONE_OF_GROUP[kind.group]
            found.append(Line(entry, kind.group, line.icon or kind.icon, tone, line))
    return found


def plain(kind: str) -> str:
    """A kind nobody says how to read: "giving.gift" -> "Gift (giving)"."""
    room, _dot, noun = kind.partition(".")
    return _("%(noun)s (%(room)s)") % {"noun": noun.replace("_", " ").capitalize() or kind, "room": room}
