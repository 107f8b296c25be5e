"""Searching the trail: by who, what, of which record and field, when; newest first. Whoever searches sees what fields
were from and to only as far as they may read those fields of those records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hustings.foundation.core import records
from hustings.foundation.core.guard import Level, current, level_of, may_read
from hustings.foundation.core.guard.attributes import mask_words
from hustings.foundation.core.records import CHOICE, CHOICES, MONEY, USER, Field, RecordType

from ..grants import grants_of
from ..models import AuditEntry, AuditValues, User
from ..registry import kind_words

PAGE = 60
TITLES = ("name", "title", "subject")


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of the trail; the state of the page's address."""

    who: str = ""  # a user's uid, or a part of their name or address
    action: str = ""
    record_type: str = ""
    record: str = ""  # a uid, or words of a title
    field: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None

    def query(self, **more: Any) -> str:
        """As an address says it."""
        told = {
            "who": self.who,
            "action": self.action,
            "type": self.record_type,
            "record": self.record,
            "field": self.field,
            "since": self.since.date().isoformat() if self.since else "",
            "until": self.until.date().isoformat() if self.until else "",
        } | more
        return urlencode({name: value for name, value in told.items() if value})


@dataclass(frozen=True, slots=True)
class Change:
    """A field's values as the reader sees them; "" for nothing there, `is_hidden` when it is not theirs to see."""

    field: str
    old: str = ""
    new: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    entry: AuditEntry
    who: str
    type_label: str
    title: str  # "" where the reader may not see the record
    url: str
    fields: Sequence[str]
    changes: Sequence[Change]


def found(user: User, search: Search) -> QuerySet[AuditEntry]:
    """The lines that match, newest first. A record is found by its title only among those the user may see."""
    lines = AuditEntry.objects.order_by("-id")
    if search.who:
        lines = lines.filter(actor_id__in=_people(search.who))
    if search.action:
        lines = lines.filter(action=search.action)
    if search.record_type:
        lines = lines.filter(record_type=search.record_type)
    if search.record:
        lines = lines.filter(_of_record(user, search))
    if search.field:
        lines = lines.filter(Q(detail__fields__contains=[search.field]))
    if search.since:
        lines = lines.filter(at__gte=search.since)
    if search.until:
        lines = lines.filter(at__lt=search.until)
    return lines.filter(id__lt=search.before) if search.before else lines


def _people(who: str) -> list[int]:
    if (uid := _uid(who)) is not None:
        return list(User.objects.filter(uid=uid).values_list("pk", flat=True))
    named = User.objects.filter(Q(name__icontains=who) | Q(email__icontains=who))
    return list(named.values_list("pk", flat=True)[:200])


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _of_record(user: User, search: Search) -> Q:
    uid, asked = _uid(search.record), Q(pk__in=[])
    if uid is not None:
        asked |= Q(record_uid=uid)
    one = records.get(search.record_type)
    for each in [one] if one else records.all_types():
        rows = _rows_of(user, each, search.record, uid)
        for pk, row_uid in rows:
            asked |= Q(record_type=each.name, record_id=pk)
            if row_uid is not None and uid is None:
                asked |= Q(record_uid=row_uid)
    return asked


def _rows_of(user: User, one: RecordType, words: str, uid: UUID | None) -> list[tuple[int, UUID | None]]:
    if not grants_of(user).may(one.name, "see"):
        return []
    if uid is not None:
        return [(pk, uid) for pk in one.visible_to(user).filter(uid=uid).values_list("pk", flat=True)[:2]]
    each = next((f for f in records.fields_of(one) if f.name in TITLES and f.path), None)
    if each is None or not may_read(one.name, each.name):
        return []
    named = one.visible_to(user).filter(**{f"{each.path}__icontains": words}).order_by("-pk")
    return list(named.values_list("pk", "uid")[:50])


def lines_of(user: User, entries: Sequence[AuditEntry]) -> list[Line]:
    """The lines as this user may read them; records, people and values each fetched once for all."""
    people = dict(User.objects.filter(pk__in={e.actor_id for e in entries if e.actor_id}).values_list("pk", "name"))
    types = {one.name: one for one in records.all_types()}
    titles = _titles(user, entries, types)
    values = {
        row.entry_id: row.changes for row in AuditValues.objects.filter(entry_id__in=[entry.pk for entry in entries])
    }
    return [_line(user, entry, people, types, titles, values.get(entry.pk)) for entry in entries]


Titles = dict[tuple[str, str], tuple[str, str]]


def _titles(user: User, entries: Sequence[AuditEntry], types: dict[str, RecordType]) -> Titles:
    """(type, uid or id) to title and address, of those the user may see."""
    known: Titles = {}
    for name, one in types.items():
        uids = {entry.record_uid for entry in entries if entry.record_type == name and entry.record_uid}
        ids = {entry.record_id for entry in entries if entry.record_type == name and entry.record_id}
        if not (uids or ids) or not grants_of(user).may(name, "see"):
            continue
        for row in one.visible_to(user).filter(Q(pk__in=ids) | Q(uid__in=uids)):
            told = (str(one.title(row)), one.url(row))
            known[name, str(row.pk)] = known[name, str(row.uid)] = told
    return known


def _line(
    user: User,
    entry: AuditEntry,
    people: dict[int, str],
    types: dict[str, RecordType],
    titles: Titles,
    values: dict[str, list[Any]] | None,
) -> Line:
    one = types.get(entry.record_type)
    title, url = titles.get((entry.record_type, str(entry.record_uid)), ("", ""))
    if not url:
        title, url = titles.get((entry.record_type, str(entry.record_id)), ("", ""))
    labels = {each.name: each for each in records.fields_of(one)} if one else {}
    named = [name for name in entry.detail.get("fields", []) if isinstance(name, str)]
    open_rows = bool(url) or "all" in grants_of(user).rows(entry.record_type)
    changes = [
        _change(entry, labels.get(name), name, pair, is_open=open_rows) for name, pair in sorted((values or {}).items())
    ]
    return Line(
        entry=entry,
        who=people.get(entry.actor_id or 0, ""),
        type_label=str(one.label) if one else kind_words(entry.record_type),
        title=title,
        url=url,
        fields=[str(labels[name].label) if name in labels else name.replace("_", " ") for name in named],
        changes=changes,
    )


def _change(entry: AuditEntry, each: Field | None, name: str, pair: list[Any], *, is_open: bool) -> Change:
    """By the level of whoever reads. What is sensitive and shown counts as read."""
    label = str(each.label) if each else name.replace("_", " ")
    level = level_of(entry.record_type, name) if each and is_open else Level.HIDDEN
    if level == Level.HIDDEN or each is None:
        return Change(label, is_hidden=True)
    old, new = (_text(each, value) for value in (*pair, None, None)[:2])
    if level == Level.MASKED:
        mask = each.mask or mask_words
        return Change(label, str(mask(old)) if old else "", str(mask(new)) if new else "")
    reader = current()
    if each.sensitive and reader is not None:
        reader.note(entry.record_type, name, entry.record_id)
    return Change(label, old, new)


def _text(each: Field, value: Any) -> str:
    """A value as a person reads it, by the kind of its field."""
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(_text(each, one) for one in value)
    if isinstance(value, dict):  # a place, a file
        return ", ".join(str(part) for name, part in value.items() if part and name not in ("type", "size"))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if each.kind == MONEY and isinstance(value, int):
        return f"{'-' * (value < 0)}${abs(value) // 100:,}.{abs(value) % 100:02d}"
    if each.kind in (CHOICE, CHOICES):
        return str({str(key): label for key, label in each.all_choices()}.get(str(value), value))
    if each.kind == USER and str(value).isdecimal():
        return User.objects.filter(pk=value).values_list("name", flat=True).first() or str(value)
    return str(value)


def page_of(user: User, search: Search) -> tuple[list[Line], int | None]:
    """A page of lines, and what the next one begins before."""
    entries = list(found(user, search)[: PAGE + 1])
    return lines_of(user, entries[:PAGE]), entries[PAGE - 1].pk if len(entries) > PAGE else None


def all_lines(user: User, search: Search, batch: int = 500) -> Iterator[Line]:
    """Every line that matches, in batches."""
    while entries := list(found(user, search)[:batch]):
        yield from lines_of(user, entries)
        search = replace(search, before=entries[-1].pk)
