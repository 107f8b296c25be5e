"""What rooms above bring, in AppConfig.ready(): what rules can do, what they can listen to, and what follows when an
approval is settled.

    registry.verb(Verb("desk.assign", _("Assign"), run=assign, describe=…, fields=…, record_types=("inquiry",)))
    registry.hears("story_told", _("A story is told"), StoryTold, record="story", record_id=lambda said: said.story_id)
    registry.on_outcome("budget", settle_request)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.functional import Promise

from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.foundation.core.records import RecordType

Words = str | Promise
Values = Mapping[str, Any]


class CannotDo(Exception):
    """An act that a rule cannot do now, and trying again would not help. Its text goes into the rule's log."""


REFUSALS = (CannotDo, PermissionDenied, ValidationError)


@dataclass(frozen=True, slots=True)
class Deeds:
    """What a verb is given beside its values. `key` is the same at every try of this one act, `rule` the rule's name,
    `rule_id` None in a dry run."""

    key: UUID
    rule: str
    rule_id: int | None
    happening: Mapping[str, Any]


def _nothing(owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    return {}


def _allowed(owner: User, record_type: RecordType, values: Values) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Verb:
    """Something a rule can do with a record.

    `run(actor=, record=, values=, deed=, now=)` does it as the rule's owner, in the transaction that marks it done, and
    gives the line of the log; it raises CannotDo (or PermissionDenied, ValidationError) for what cannot be.
    `fields(owner, record_type)` are the form's fields; what they give back is kept as JSON.
    `describe(values, record_type)` is what stands on the list of rules. `may(owner, record_type, values)` says why this
    owner may not, or "": asked when a rule is kept and each time it acts.
    `would(record, values)` is the line of a dry run, read as the owner; else what `describe` says.
    """

    name: str
    label: Words
    run: Callable[..., str]
    describe: Callable[[Values, RecordType], str]
    fields: Callable[[User, RecordType], dict[str, forms.Field]] = _nothing
    may: Callable[[User, RecordType, Values], str] = _allowed
    would: Callable[[Any, Values], str] | None = None
    record_types: tuple[str, ...] | None = None
    icon: str = "zap"
    group: Words = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class Heard:
    """An announcement that rules can listen to."""

    name: str
    label: Words
    event: type
    record: str | None  # the type of record; None: `of` says it
    of: Callable[[Any], tuple[str, int] | None]
    actor_id: Callable[[Any], int | None] = lambda _event: None
    fields: tuple[str, ...] = ()  # what is told by hearing of it: a rule's owner must be able to read these


@dataclass
class Registry:
    verbs: dict[str, Verb] = field(default_factory=dict)
    families: list[Callable[[RecordType, User], Sequence[Verb]]] = field(default_factory=list)
    heard: dict[str, Heard] = field(default_factory=dict)
    outcomes: dict[str, list[Callable[..., None]]] = field(default_factory=dict)
    note: Callable[[Heard, Any], None] | None = None  # set by `receivers`: who writes down what was heard


registry = Registry()


def verb(one: Verb) -> None:
    """Add something that rules can do. A second one of its name takes its place."""
    registry.verbs[one.name] = one


def family(verbs: Callable[[RecordType, User], Sequence[Verb]]) -> None:
    """Verbs that depend on the type of record and the owner: one for each field that can be set."""
    if verbs not in registry.families:
        registry.families.append(verbs)


def hears(
    name: str,
    label: Words,
    event: type,
    *,
    record: str | None = None,
    record_id: Callable[[Any], int] | None = None,
    of: Callable[[Any], tuple[str, int] | None] | None = None,
    actor_id: Callable[[Any], int | None] = lambda _event: None,
    fields: tuple[str, ...] = (),
) -> None:
    """Let rules listen to an announcement about one record: of one type (`record` and `record_id`), or of the type and
    id that `of(event)` says; with `record` too where only such records are meant. `fields`: what of the record is told
    by it, which a rule's owner must be able to read."""
    if of is None:
        if record is None or record_id is None:
            raise ValueError(f"{name}: say of which record it tells")
        kind, number = record, record_id

        def of(event: Any) -> tuple[str, int] | None:
            return kind, number(event)

    if name in registry.heard:
        return
    heard = registry.heard[name] = Heard(name, label, event, record, of, actor_id, fields)

    def listener(said: Any) -> None:
        if registry.note is not None:
            registry.note(heard, said)

    bus.inside(event)(listener)


def on_outcome(record_type: str, follow: Callable[..., None]) -> None:
    """`follow(request=, outcome=, actor=, now=)` runs in the transaction in which an approval of such a record was
    settled: "approved", "refused" or "recalled"."""
    follows = registry.outcomes.setdefault(record_type, [])
    if follow not in follows:
        follows.append(follow)


def verbs_for(record_type: RecordType, owner: User) -> list[Verb]:
    """What can be done with such a record, those that go by its fields included; in the order of the form."""
    fixed = [one for one in registry.verbs.values() if one.record_types is None or record_type.name in one.record_types]
    found = [*fixed, *(one for make in registry.families for one in make(record_type, owner))]
    return sorted(found, key=lambda one: (one.order, str(one.label)))


def verb_named(name: str, record_type: RecordType, owner: User) -> Verb | None:
    """The verb of this name on this type of record; None where there is none (any more)."""
    known = registry.verbs.get(name)
    if known is not None:
        return known if known.record_types is None or record_type.name in known.record_types else None
    return next((one for make in registry.families for one in make(record_type, owner) if one.name == name), None)
