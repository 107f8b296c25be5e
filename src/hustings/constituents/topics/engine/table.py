"""A CSV of texts and labels, read whole or refused whole, with the row and the column at fault."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .prediction import OUTSIDE

LARGEST = 2 << 30
LARGEST_CELL = 10 << 20


class BadTable(ValueError):
    """The file cannot be used; names the row (the first below the heading is row 1) and the column."""


@dataclass(frozen=True)
class Table:
    """The texts and, for each, its label as written: several are parted by the separator."""

    texts: list[str]
    labels: list[str]

    def groups(self, separator: str) -> list[tuple[str, ...]]:
        """The labels of each text as tuples; ``oos`` becomes an empty one."""
        return [tuple(each for each in _parted(cell, separator) if each != OUTSIDE) for cell in self.labels]


def read(
    path: Path,
    *,
    text: Sequence[str],
    label: str,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
    separator: str = "|",
    blank_texts: bool = True,
) -> Table:
    """Read ``path``. Several ``text`` columns are joined by a line break. Raises BadTable, and OSError when the file
    cannot be read at all."""
    if path.stat().st_size > LARGEST:
        raise BadTable(f"{path.name} is larger than {LARGEST >> 30} GB")
    rows = _rows(_decoded(path, encoding, delimiter), path.name, delimiter)
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise BadTable(f"{path.name} is empty: it needs a heading and rows")
    columns = _columns(rows[0], [*text, label], path.name)
    if len(rows) == 1:
        raise BadTable(f"{path.name} has a heading and no rows")
    texts, labels = [], []
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(rows[0]):
            raise BadTable(f"{path.name}, row {number}: {len(row)} cells where the heading has {len(rows[0])}")
        said = "\n".join(row[column] for column in columns[:-1])
        if not blank_texts and not said.strip():
            raise BadTable(f"{path.name}, row {number}, column {text[0]}: there is no text")
        labels.append(_label(row[columns[-1]], separator, f"{path.name}, row {number}, column {label}"))
        texts.append(said)
    return Table(texts, labels)


def _decoded(path: Path, encoding: str, delimiter: str) -> str:
    content = path.read_bytes()
    try:
        text = content.decode(encoding)
    except LookupError:
        raise BadTable(f"there is no encoding {encoding}") from None
    except UnicodeDecodeError as error:
        where, name = _where(content, encoding, delimiter), encoding.removesuffix("-sig")
        byte = f"byte 0x{content[error.start]:02x} is not {name}"
        raise BadTable(f"{path.name}{where}: {byte}: save the file so, or name its encoding") from None
    if "\0" in text:
        where = _where(content, encoding, delimiter)
        raise BadTable(f"{path.name}{where}: holds a zero byte: this is no CSV of texts")
    return text


def _where(content: bytes, encoding: str, delimiter: str) -> str:
    """Row and column of the first byte that cannot be read: what could not be decoded is marked, and looked for."""
    marked = content.decode(encoding, errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    try:
        rows = _rows(marked, "", delimiter)
    except BadTable:
        return ""
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if "\N{REPLACEMENT CHARACTER}" in cell:
                if not number:
                    return f", heading, column {column + 1}"
                return f", row {number}, column {rows[0][column] if column < len(rows[0]) else column + 1}"
    return ""


def _rows(text: str, name: str, delimiter: str) -> list[list[str]]:
    if len(delimiter) != 1:
        raise BadTable("the delimiter is one character")
    before = csv.field_size_limit(LARGEST_CELL)
    rows: list[list[str]] = []
    try:
        # An empty line is no row; so the numbers are those that a spreadsheet shows, less the heading.
        rows.extend(row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row)
    except csv.Error as error:
        raise BadTable(f"{name}, row {len(rows)}: {error}") from None
    finally:
        csv.field_size_limit(before)
    return rows


def _columns(heading: Sequence[str], wanted: Sequence[str], name: str) -> list[int]:
    for column in wanted:
        if (times := heading.count(column)) != 1:
            there = ", ".join(heading)
            raise BadTable(
                f"{name} has no column {column}; it has {there}"
                if not times
                else f"{name} has {times} columns {column}"
            )
    return [heading.index(column) for column in wanted]


def _parted(cell: str, separator: str) -> list[str]:
    return [part.strip() for part in cell.split(separator)]


def _label(cell: str, separator: str, where: str) -> str:
    parts = _parted(cell, separator)
    if not all(parts):
        raise BadTable(f"{where}: there is no label" if len(parts) == 1 else f"{where}: an empty label in {cell!r}")
    if len(parts) > 1 and OUTSIDE in parts:
        raise BadTable(f"{where}: {OUTSIDE} (no label at all) beside another label")
    return cell.strip() if len(parts) == 1 else cell
