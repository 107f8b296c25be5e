"""Records out of a CSV file: looked through whole first, then made whole or not at all."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from hustings.foundation.access.actions.audit import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import bus, live, storage
from hustings.foundation.core.guard import action, unveiled
from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.records import FILE, LINK, RecordsMade
from hustings.foundation.retention.actions.objects import let_go
from hustings.foundation.retention.queries.holding import free, in_force, wait_for_holds
from hustings.foundation.retention.registry import registry

from ..kinds import clean, words_of
from ..models import CustomRecord, FieldType, ImportFile, ObjectType
from ..queries.links import ids_of
from ..queries.shape import shape
from ..rules import FILE_WAITS, IMPORTS_PART, MADE, OWNER, STAGE, fillable, may, may_fill

MOST_ROWS, MOST_BYTES, MOST_SHOWN, BATCH = 50_000, 20 * 1024 * 1024, 50, 2000


@dataclass(frozen=True, slots=True)
class Problem:
    """`row` as a spreadsheet counts it, the column names being row 1."""

    row: int
    column: str
    text: str


@dataclass(slots=True)
class Plan:
    """What an import would make. With problems it makes nothing. `left_out` are columns of an export that are nobody's
    to fill in."""

    columns: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    problem_count: int = 0
    width: int = 0

    def refuse(self, row: int, column: str, text: str) -> None:
        self.problem_count += 1
        if len(self.problems) < MOST_SHOWN:
            self.problems.append(Problem(row, column, text))


class ImportRefused(ValidationError):
    """Nothing was made. `plan` names the rows and columns."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(_("The file is not good as it is. Nothing was made."))
        self.plan = plan


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the file: a field, or `own` (stage, owner)."""

    index: int
    head: str
    field: FieldType | None = None
    own: str = ""


def look_through(*, actor: User, kind: ObjectType, content: bytes) -> Plan:
    """Every row and column of the file, cleaned as a person's own writing would be; nothing is made. Raises
    PermissionDenied."""
    if not may(actor, kind.record, "add"):
        raise PermissionDenied
    plan = Plan()
    lines = _lines(content, plan)
    if lines is None:
        return plan
    head = next(lines, [])
    with unveiled():
        columns = _columns(actor, kind, head, plan)
        if not plan.problems:
            _read(actor, kind, columns, lines, plan)
    return plan


def _lines(content: bytes, plan: Plan) -> Iterator[list[str]] | None:
    if len(content) > MOST_BYTES:
        plan.refuse(1, "", _("The file is larger than 20 MB. Part it in several."))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        plan.refuse(1, "", _("The file is not in UTF-8. Save it again as “CSV UTF-8”."))
        return None
    first = text.split("\n", 1)[0]
    parting = max(",;\t", key=first.count)
    csv.field_size_limit(1_000_000)
    return csv.reader(io.StringIO(text, newline=""), delimiter=parting)


def _columns(actor: User, kind: ObjectType, head: list[str], plan: Plan) -> list[_Column]:
    fields = [one for one in fillable(actor, shape().fields_of(kind.record)) if one.kind != FILE]
    known: dict[str, FieldType] = {one.label.casefold(): one for one in fields}
    known |= {one.slug: one for one in fields}
    own = [name for name in (STAGE, OWNER) if may_fill(actor, kind.record, name)]
    found: list[_Column] = []
    plan.width = len(head)
    for index, raw in enumerate(head):
        name = raw.strip().casefold()
        one = known.get(name)
        if name in ("uid", MADE):
            plan.left_out.append(raw.strip())
        elif one is not None and one in [column.field for column in found]:
            plan.refuse(1, raw, _("This column is there twice"))
        elif one is not None or name in own:
            found.append(_Column(index, raw.strip(), one, "" if one else name))
        else:
            plan.refuse(1, raw or str(index + 1), _("There is no field of this name that you may fill in"))
    if not found and not plan.problems:
        plan.refuse(1, "", _("The first line names no columns"))
    there = {column.field for column in found}
    for one in fields:
        if one.is_required and one not in there:
            plan.refuse(1, one.label, _("This column must be there"))
    plan.columns = [column.head for column in found]
    return found


def _read(actor: User, kind: ObjectType, columns: Sequence[_Column], lines: Iterator[list[str]], plan: Plan) -> None:
    given: list[tuple[int, list[str]]] = []
    try:
        for number, line in enumerate(lines, start=2):
            if any(cell.strip() for cell in line):
                given.append((number, line))
            if len(given) > MOST_ROWS:
                plan.refuse(number, "", _("There are more than 50,000 rows. Part the file in several."))
                return
    except csv.Error:
        plan.refuse(len(given) + 2, "", _("The file breaks off here: a quotation mark is not closed."))
        return
    if not given:
        plan.refuse(2, "", _("There are no rows under the column names"))
        return
    links = {column.index: _targets(actor, column, given) for column in columns if _is_link(column)}
    people = _people(columns, given)
    for number, line in given:
        plan.rows.append(_row(kind, columns, number, line, links, people, plan))


def _is_link(column: _Column) -> bool:
    return column.field is not None and column.field.kind == LINK


def _cell(line: list[str], index: int) -> str:
    text = line[index].strip() if index < len(line) else ""
    # An export of ours puts this before what a spreadsheet would run.
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _row(
    kind: ObjectType,
    columns: Sequence[_Column],
    number: int,
    line: list[str],
    links: dict[int, dict[str, int]],
    people: dict[str, int],
    plan: Plan,
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    stages = {word.casefold(): slug for slug, label in kind.stages for word in (slug, label)}
    for column in columns:
        text = _cell(line, column.index)
        one = column.field
        if one is None:
            known: dict[str, Any] = stages if column.own == STAGE else people
            if text and text.casefold() not in known:
                plan.refuse(number, column.head, _("“%(text)s” is not known here") % {"text": text[:60]})
            values[column.own] = known.get(text.casefold())
            continue
        try:
            value = links[column.index].get(text) if one.kind == LINK else clean(one, text)
        except ValidationError as problem:
            plan.refuse(number, column.head, " ".join(problem.messages))
            continue
        if one.kind == LINK and text and value is None:
            plan.refuse(number, column.head, _("There is no such record. Give its uid."))
        if one.is_required and value is None:
            plan.refuse(number, column.head, _("%(label)s is missing") % {"label": one.label})
        if value is not None:
            values[one.slug] = value
    if any(cell.strip() for cell in line[plan.width :]):
        plan.refuse(number, "", _("This row has more cells than there are columns"))
    return values


def _targets(actor: User, column: _Column, given: Sequence[tuple[int, list[str]]]) -> dict[str, int]:
    """The ids behind a link's uids, for those that the actor may see; a few questions for all rows."""
    assert column.field is not None
    wanted = {_cell(line, column.index) for _number, line in given} - {""}
    return ids_of(column.field.to, wanted, user=actor)


def _people(columns: Sequence[_Column], given: Sequence[tuple[int, list[str]]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column in columns:
        if column.own == OWNER:
            wanted = {_cell(line, column.index).lower() for _number, line in given} - {""}
            found |= dict(User.objects.filter(email__in=wanted, is_active=True).values_list("email", "pk"))
    return found


@action
def keep_file(*, actor: User, kind: ObjectType, content: bytes, now: datetime) -> ImportFile:
    """Keep a file that was looked through, for `FILE_WAITS`, until this person has its records made."""
    if not may(actor, kind.record, "add"):
        raise PermissionDenied
    return ImportFile.objects.create(object=kind, by=actor, sha256=storage.put(content), at=now)


class FileGone(ValidationError):
    """The file waits no longer, or was used already. Nothing was made now."""

    def __init__(self) -> None:
        super().__init__(
            _("The file was kept for an hour, or its records were made. Choose it again if they are not there.")
        )


@action
def import_file(*, actor: User, kind: ObjectType, uid: UUID, now: datetime) -> int:
    """`import_records` of a file that this person had kept; two presses at once make them once. Raises FileGone,
    PermissionDenied and ImportRefused; nothing is made then."""
    waiting = ImportFile.objects.select_for_update(of=("self",)).filter(
        uid=uid, object=kind, by=actor, used_at=None, at__gt=now - FILE_WAITS
    )
    row = waiting.first()
    if row is None:
        raise FileGone
    count = import_records(actor=actor, kind=kind, content=storage.read(row.sha256), now=now)
    row.used_at = now
    row.save(update_fields=["used_at"])
    return count


@action
def forget_files(*, now: datetime) -> int:
    """Let go of files that were used or have waited for too long; what a legal hold keeps stays. How many went."""
    wait_for_holds()
    part = registry.parts[IMPORTS_PART]
    over = ImportFile.objects.filter(Q(at__lte=now - FILE_WAITS) | Q(used_at__isnull=False))
    ids = list(free(part, over, in_force()).values_list("pk", flat=True))
    if ids:
        let_go(part.erase(ids, now), now=now)
    return len(ids)


@action
def import_records(*, actor: User, kind: ObjectType, content: bytes, now: datetime) -> int:
    """Make every record of the file, and say how many. Raises PermissionDenied, and ImportRefused when anything in it
    is not good; nothing is made then."""
    plan = look_through(actor=actor, kind=kind, content=content)
    if plan.problems:
        raise ImportRefused(plan)
    fields = shape().fields_of(kind.record)
    first = kind.stages[0][0] if kind.stages else ""
    for start in range(0, len(plan.rows), BATCH):
        made = []
        for values in plan.rows[start : start + BATCH]:
            stage, owner = values.pop(STAGE, None) or first, values.pop(OWNER, None)
            made.append(
                CustomRecord(
                    uid=new_uid(), object=kind, values=values, stage=stage, owner_id=owner,
                    words=words_of(fields, values), made_by_id=actor.pk, changed_at=now,
                )
            )  # fmt: skip
        rows = CustomRecord.objects.bulk_create(made)
        # One line for rules, however many: a line of feed and trail for each of 50,000 would be minutes.
        bus.announce(RecordsMade(kind.record, [row.pk for row in rows], now))
    live.publish(f"records:{kind.pk}")
    detail = {"rows": len(plan.rows)}
    record_audit(actor=actor, action="records.imported", record_type=kind.record, detail=detail, now=now)
    return len(plan.rows)
