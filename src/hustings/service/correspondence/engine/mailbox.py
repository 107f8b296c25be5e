"""Reading mail that lies in files: ``.eml``, mbox, Maildir, folders of ``.eml``; lazily, and resumable at a position.

A position is an opaque string that sorts nothing and promises one thing: ``messages(path, after=position)`` goes on
with the message behind it.  In an mbox it is the byte offset where the message starts; in a folder, the file's name.
"""

import mmap
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LARGEST_FILE = 200_000_000


class Found(NamedTuple):
    """One message as it lay there: where, and its bytes (an mbox's ``From `` line taken off, ``>From `` undone)."""

    position: str
    raw: bytes


# From sender day-name month day hh:mm[:ss] [zone] year, as asctime writes it.
_FROM = re.compile(
    rb"From [^\r\n]{0,500}?[ \t](?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ \t]+"
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ \t]+\d{1,2}[ \t]+\d{1,2}:\d\d(?::\d\d)?"
    rb"(?:[ \t]+[A-Za-z+0-9-]{1,6}){0,2}[ \t]+\d{4}[^\r\n]{0,60}\r?\n"
)
_MAYBE = re.compile(rb"(?<=\n\n)From |(?<=\n\r\n)From ")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def is_mbox(path: Path) -> bool:
    """Whether the file holds mail behind ``From `` lines (an ``.eml`` may begin with one, and holds one message)."""
    if path.suffix.lower() == ".eml":
        return False
    with path.open("rb") as file:
        return _FROM.match(file.read(1200).lstrip(b"\r\n")) is not None


def is_maildir(path: Path) -> bool:
    """Whether the folder is a Maildir."""
    return path.is_dir() and (path / "cur").is_dir() and (path / "new").is_dir()


def messages(path: str | os.PathLike[str], after: str = "") -> Iterator[Found]:
    """The messages under ``path``, each with its position, those up to and with ``after`` left out.

    Raises ``OSError`` when ``path`` itself cannot be read, and ``ValueError`` when ``after`` is no position in it.
    """
    place = Path(path)
    if is_maildir(place):
        yield from _files(place, _maildir_names(place), after)
    elif place.is_dir():
        yield from _files(place, _folder_names(place), after)
    elif is_mbox(place):
        yield from _mbox(place, after)
    elif after != place.name:
        yield Found(place.name, place.read_bytes())


def count(path: str | os.PathLike[str]) -> int:
    """About how many messages lie under ``path``: exact for files, estimated from a sample for a large mbox."""
    place = Path(path)
    if is_maildir(place):
        return len(_maildir_names(place))
    if place.is_dir():
        return sum(1 if not name.endswith(".mbox") else count(place / name) for name in _folder_names(place))
    if not is_mbox(place):
        return 1
    size, sample = place.stat().st_size, 8_000_000
    with place.open("rb") as file:
        head = file.read(sample)
    seen = max(1, sum(1 for _ in _starts(head, 0)))
    return seen if size <= sample else max(1, round(seen * size / len(head)))


def _maildir_names(place: Path) -> list[str]:
    names = []
    for box in ("cur", "new"):
        names += [
            f"{box}/{entry.name}" for entry in os.scandir(place / box) if entry.is_file() and entry.name[0] != "."
        ]
    return sorted(names, key=lambda name: (_unflagged(name), name))


def _unflagged(name: str) -> str:
    """A Maildir name without its folder and flags: both change when a mail reader shows the message."""
    return name.rpartition("/")[2].partition(":")[0]


def _folder_names(place: Path) -> list[str]:
    return sorted(
        str(entry.relative_to(place))
        for entry in place.rglob("*")
        if entry.is_file() and not entry.name.startswith(".") and entry.suffix.lower() in (".eml", ".mbox", ".msg822")
    )


def _files(place: Path, names: list[str], after: str) -> Iterator[Found]:
    done, _, inner = after.partition("#")
    key = _unflagged(done)
    for name in names:
        maildir = ":" in name or name.startswith(("cur/", "new/"))
        if done and ((_unflagged(name) <= key) if maildir else (name < done or (name == done and not inner))):
            continue
        file = place / name
        if not maildir and is_mbox(file):
            for found in _mbox(file, inner if name == done else ""):
                yield Found(f"{name}#{found.position}", found.raw)
        elif name != done or maildir:
            yield Found(name, file.read_bytes())


def _starts(data: bytes | mmap.mmap, at: int) -> Iterator[int]:
    """Offsets of the real ``From `` lines: behind an empty line (or at the top) and with a date."""
    if at == 0:
        first = _FROM.match(data)
        if first:
            yield 0
    for maybe in _MAYBE.finditer(data, max(0, at - 3)):
        if maybe.start() > at and _FROM.match(data, maybe.start()):
            yield maybe.start()


def _mbox(place: Path, after: str) -> Iterator[Found]:
    if after and not after.isdigit():
        raise ValueError(f"{after!r} is no position in {place}")
    if place.stat().st_size == 0:
        return
    with place.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        behind = int(after) if after else -1
        top = 0
        while data[top : top + 1] in (b"\n", b"\r"):
            top += 1
        begin = behind if behind >= 0 else top
        previous = begin
        for start in _starts_from(data, begin):
            if previous > behind:
                yield _found(data, previous, start)
            previous = start
        if previous > behind:
            yield _found(data, previous, len(data))


def _starts_from(data: mmap.mmap, begin: int) -> Iterator[int]:
    for maybe in _MAYBE.finditer(data, begin):
        if maybe.start() > begin and _FROM.match(data, maybe.start()):
            yield maybe.start()


def _found(data: mmap.mmap, start: int, end: int) -> Found:
    line_end = data.find(b"\n", start, end)
    raw = data[line_end + 1 : end] if line_end >= 0 else b""
    if raw.endswith(b"\r\n\r\n"):
        raw = raw[:-2]
    elif raw.endswith(b"\n\n"):
        raw = raw[:-1]
    if b">From " in raw:
        raw = _ESCAPED.sub(rb"\1", raw)
    return Found(str(start), raw)
