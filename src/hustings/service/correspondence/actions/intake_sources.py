"""Where file mail lies: an mbox cut into ranges of bytes, a Maildir or folder into ranges of its list of files.

Cut so that two may read at once and each letter belongs to exactly one piece: in an mbox, that in which its `From `
line starts.
"""

import hashlib
import mmap
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..engine.mailbox import is_maildir, is_mbox

PIECE_BYTES = 800_000  # some 300 letters of everyday length, 700 short ones
PIECE_FILES = 400
# From sender day-name month day hh:mm[:ss] [zone] year, behind an empty line.
_FROM = re.compile(
    rb"From [^\r\n]{0,500}?[ \t](?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ \t]+"
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ \t]+\d{1,2}[ \t]+\d{1,2}:\d\d(?::\d\d)?"
    rb"(?:[ \t]+[A-Za-z+0-9-]{1,6}){0,2}[ \t]+\d{4}[^\r\n]{0,60}\r?\n"
)
_ESCAPED = re.compile(rb"^>(>*From )", re.M)
_HEADER = re.compile(
    rb"\s*(?:From [^\n]*\n)?(?:from|to|received|return-path|date|subject|message-id|mime-version|delivered-to|x-[a-z-]+"
    rb"|content-type|reply-to|sender|dkim-signature|arc-[a-z-]+|authentication-results|list-[a-z]+)[ \t]*:",
    re.IGNORECASE,
)
# Not asked whether they look like mail.
_NO_MAIL = {".md", ".json", ".py", ".html", ".htm", ".csv", ".png", ".jpg", ".jpeg", ".gif", ".pdf", ".zip", ".gz"}


@dataclass(frozen=True)
class Source:
    """One path's mail. `names` are the files of a folder, in the order in which pieces count them; None: an mbox."""

    path: Path
    fingerprint: str
    names: tuple[str, ...] | None
    size: int

    def pieces(self) -> list[tuple[int, int]]:
        """Ranges that hold every letter once."""
        if self.names is None:
            return self._pieces_of_bytes()
        return self._pieces_of_files()

    def _pieces_of_bytes(self) -> list[tuple[int, int]]:
        """The last of many are small, so that those who read them end together."""
        found, start = [], 0
        while start < self.size:
            last = self.size > 4 * PIECE_BYTES and self.size - start <= 2 * PIECE_BYTES
            until = min(start + (max(1, PIECE_BYTES // 4) if last else PIECE_BYTES), self.size)
            found.append((start, until))
            start = until
        return found

    def _pieces_of_files(self) -> list[tuple[int, int]]:
        found, start, size = [], 0, 0
        for place, name in enumerate(self.names or ()):
            length = _length(self.path, name)
            if place > start and (size + length > 8 * PIECE_BYTES or place - start >= PIECE_FILES):
                found.append((start, place))
                start, size = place, 0
            size += length
        return [*found, (start, len(self.names or ()))] if self.names else []

    def letters(self, start: int, end: int) -> Iterator[bytes]:
        """The letters of one piece, byte for byte (an mbox's `>From ` undone)."""
        if self.names is None:
            yield from _of_mbox(self.path, start, end)
        else:
            for name in self.names[start:end]:
                raw = _file(self.path, name)
                if raw is not None:
                    yield raw


def sources(path: Path) -> list[Source]:
    """What lies under a path: one source, and one more for each mbox inside a folder. Raises OSError when it cannot
    be read."""
    place = path.expanduser().absolute()
    place.stat()
    if place.is_file():
        return [_mbox(place)] if is_mbox(place) else [_list(place.parent, [place.name], place)]
    if is_maildir(place):
        return [_list(place, _maildir_names(place), place)]
    mail = [file for file in sorted(place.rglob("*")) if _may_be_mail(file)]
    boxes = [file for file in mail if is_mbox(file)]
    single = [str(file.relative_to(place)) for file in mail if file not in set(boxes)]
    return [*([_list(place, single, place)] if single else []), *[_mbox(file) for file in boxes]]


def _mbox(path: Path) -> Source:
    stat = path.stat()
    with path.open("rb") as file:
        head = file.read(65_536)
        file.seek(max(0, stat.st_size - 65_536))
        tail = file.read(65_536)
    digest = hashlib.sha256(head + tail).hexdigest()
    return Source(path, f"{stat.st_size}:{stat.st_mtime_ns}:{digest}", None, stat.st_size)


def _list(folder: Path, names: list[str], path: Path) -> Source:
    told = "\n".join(f"{_unflagged(name)}:{_length(folder, name)}" for name in names)
    digest = hashlib.sha256(f"{path}\n{told}".encode("utf-8", "surrogateescape")).hexdigest()
    return Source(folder, f"files:{len(names)}:{digest}", tuple(names), len(names))


def _maildir_names(place: Path) -> list[str]:
    names = [
        f"{box}/{entry.name}"
        for box in ("cur", "new")
        for entry in os.scandir(place / box)
        if entry.is_file() and not entry.name.startswith(".")
    ]
    return sorted(names, key=lambda name: (_unflagged(name), name))


def _unflagged(name: str) -> str:
    """A Maildir's name without folder and flags: both change when a mail reader shows the letter."""
    box, _, base = name.rpartition("/")
    return base.partition(":2,")[0] if box in ("cur", "new") else name


def _may_be_mail(file: Path) -> bool:
    if not file.is_file() or file.name.startswith(".") or file.parent.name == "tmp":
        return False
    if file.suffix.lower() in (".eml", ".mbox", ".msg822"):
        return True
    if file.suffix.lower() in _NO_MAIL:
        return False
    with file.open("rb") as stream:
        return _HEADER.match(stream.read(2000)) is not None


def _length(folder: Path, name: str) -> int:
    try:
        return (folder / name).stat().st_size
    except OSError:
        return 0


def _file(folder: Path, name: str) -> bytes | None:
    """The file's bytes; a Maildir's is looked for under other flags when a mail reader has moved it meanwhile."""
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        for box in ("cur", "new"):
            for other in sorted(folder.glob(f"{box}/*")):
                if _unflagged(f"{box}/{other.name}") == _unflagged(name):
                    return other.read_bytes()
        return None


def _of_mbox(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        begins = _first(data) if start == 0 else _next(data, start)
        while begins is not None and begins < end:
            follows = _next(data, begins + 1)
            yield _unwrapped(data[begins : len(data) if follows is None else follows])
            begins = follows


def _first(data: mmap.mmap) -> int:
    top = 0
    while data[top : top + 1] in (b"\n", b"\r"):
        top += 1
    return top


def _next(data: mmap.mmap, start: int) -> int | None:
    """Where the next letter's `From ` line starts, at `start` or behind it."""
    line = data.find(b"\nFrom ", max(0, start - 1))
    while line >= 0:
        behind_empty_line = data[max(0, line - 1) : line] == b"\n" or data[max(0, line - 2) : line] == b"\n\r"
        if behind_empty_line and _FROM.match(data, line + 1):
            return line + 1
        line = data.find(b"\nFrom ", line + 6)
    return None


def _unwrapped(raw: bytes) -> bytes:
    """A letter without its `From ` line and the empty line that parts it from the next."""
    raw = raw[raw.find(b"\n") + 1 :] if raw.startswith(b"From ") else raw
    if raw.endswith(b"\r\n\r\n"):
        raw = raw[:-2]
    elif raw.endswith(b"\n\n"):
        raw = raw[:-1]
    return _ESCAPED.sub(rb"\1", raw) if b">From " in raw else raw
