"""A model trained from what people said, compared with what decides now, and taken live."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.access.registry import ask_gates
from hustings.foundation.core import jobs, live, storage
from hustings.foundation.core.guard import action

from ..engine import OUTSIDE, CannotTrain, Settings
from ..engine.apart import train_apart
from ..engine.reading import Reader
from ..engine.report import Report, tally
from ..models import Kind, State, Tenure, Version
from ..queries import reader as readers
from ..queries import taxonomy, versions
from ..queries.labels import Example, examples
from ..rules import Refused, may_go_live

log = logging.getLogger(__name__)
FEWEST, FEWEST_HELD_OUT, FEWEST_OF_A_TOPIC = 150, 30, 10
LESS_SURE = 0.02  # how much less often right a new model may be where it is sure, and still not be worse
LOCK = 0x5665727369
WENT_LIVE = "topics.live"  # in the trail, which asks whether that is frozen
SETTINGS = Settings(
    hidden=64, members=2, members_held_out=1, folds=3, fewest_texts=2, most_words=20_000, most_pairs=10_000,
    most_pieces=10_000,
)  # fmt: skip


@action
def ask_training(*, actor: User, kind: str, now: datetime) -> Version:
    """Begin a training run in the background. Refused while one is under way."""
    _refuse_others(actor)
    _one_at_a_time()
    if versions.is_waiting(kind):
        raise Refused(_("A model is being trained already. Its report comes here."))
    number = (Version.objects.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0) + 1
    row = Version.objects.create(kind=kind, number=number, asked_at=now, asked_by=actor)
    jobs.enqueue("topics.train", version_id=row.pk)
    record_audit(
        actor=actor, action="topics.training_asked", record_type="topic_model", record_uid=row.uid,
        detail={"kind": kind, "number": number}, now=now,
    )  # fmt: skip
    live.publish("topics")
    return row


def train_version(*, version: Version, clock: Callable[[], datetime], settings: Settings = SETTINGS) -> None:
    """Train it and settle what came of it; it goes live by itself when it is not worse than what decides now on the
    labels that were held out. No transaction is open while it learns, and the clock is asked when it has. Whatever
    goes wrong is told, so that another run can be asked for. Settled twice, nothing happens."""
    if version.state != State.WAITING:
        return
    try:
        material = examples(version.kind)
        content = _learn(version.kind, material, settings)
        sha256 = storage.put(content)
        made = Version(pk=version.pk, kind=version.kind, sha256=sha256)
        report = compare(made, [example for example in material if example.is_held_out])
    except CannotTrain as problem:
        _fail(version, str(problem), clock())
    except Exception:
        log.exception("model %s %s could not be trained", version.kind, version.number)
        _fail(version, _("Something went wrong; the log says what. What decides now goes on deciding."), clock())
    else:
        settle(version=version, sha256=sha256, size=len(content), report=report, now=clock())


def _learn(kind: str, material: Sequence[Example], settings: Settings) -> bytes:
    learnt = [example for example in material if not example.is_held_out]
    if len(learnt) < FEWEST or len(material) - len(learnt) < FEWEST_HELD_OUT:
        raise CannotTrain(
            _("There are %(n)d letters that people have spoken on; a model needs about %(most)d.")
            % {"n": len(material), "most": FEWEST + FEWEST_HELD_OUT}
        )
    often = Counter(label for example in learnt for label in example.labels)
    known = {label for label, times in often.items() if times >= FEWEST_OF_A_TOPIC}
    texts = [example.text for example in learnt]
    if kind == Kind.NATURE:
        named = [example.labels[0] if example.labels and example.labels[0] in known else OUTSIDE for example in learnt]
        return train_apart(texts, named, settings)
    labels = [tuple(label for label in example.labels if label in known) for example in learnt]
    for whole in taxonomy.wholes():
        if whole.topic.slug in known:
            own = whole.examples()
            texts += own
            labels += [(whole.topic.slug,)] * len(own)
    return train_apart(texts, labels, settings)


def compare(candidate: Version, held: Sequence[Example]) -> dict[str, Any]:
    """The candidate beside what decides now, on letters that neither learnt from: figures, each label, what was taken
    for what, and whether letters have changed since."""
    now_live = {kind: readers.readable(readers.live(kind)) for kind in Kind.values}
    new = readers.make_reader(*[candidate if kind == candidate.kind else now_live[kind] for kind in Kind.values])
    old = readers.make_reader(*[now_live[kind] for kind in Kind.values])
    theirs, ours = _tallied(candidate.kind, old, held), _tallied(candidate.kind, new, held)
    standing = now_live[candidate.kind]
    return {
        "n": len(held),
        "new": ours.figures(),
        "live": theirs.figures(),
        "live_version": standing.number if standing else 0,
        "classes": [_rounded(vars(each)) for each in ours.classes if each.texts],
        "confusion": [{"due": due, "given": given, "texts": times} for due, given, times in ours.confusion[:15]],
        "drift": _drift(candidate.kind, old, new, held),
    }


def is_not_worse(kind: str, report: dict[str, Any]) -> bool:
    """Whether the new one is at least as good on the held-out letters, and about as right where it is sure."""
    name = "micro_f1" if kind == Kind.TOPIC else "accuracy"
    new, old = report["new"], report["live"]
    sure = new["accuracy_when_sure"] or 0.0
    return (new[name] or 0.0) >= (old[name] or 0.0) and sure >= (old["accuracy_when_sure"] or 0.0) - LESS_SURE


def _tallied(kind: str, reader: Reader, held: Sequence[Example]) -> Report:
    said = reader.read([example.text for example in held], [example.language for example in held])
    given = [one.topics if kind == Kind.TOPIC else ((one.nature,) if one.nature else ()) for one in said]
    given = [tuple(label for label in one if label != "other") for one in given]
    labels = sorted({label for example in held for label in example.labels} | {label for one in given for label in one})
    return tally(given, [example.labels for example in held], labels)


def _drift(kind: str, old: Reader, new: Reader, held: Sequence[Example]) -> dict[str, Any]:
    """The newest third of the held-out letters against the older ones: how often each label comes (half the sum of
    the differences of their shares), and how well both readers do."""
    cut = len(held) * 2 // 3
    parts = {"older": held[:cut], "newest": held[cut:]}
    name = "micro_f1" if kind == Kind.TOPIC else "accuracy"
    found: dict[str, Any] = {"shift": round(_distance(*parts.values()), 4)}
    for part, rows in parts.items():
        found[part] = {
            "n": len(rows),
            "live": _tallied(kind, old, rows).figures()[name],
            "new": _tallied(kind, new, rows).figures()[name],
        }
    return found


def _distance(one: Sequence[Example], other: Sequence[Example]) -> float:
    def shares(rows: Sequence[Example]) -> dict[str, float]:
        counts = Counter(label for row in rows for label in row.labels)
        whole = max(1, counts.total())
        return {label: times / whole for label, times in counts.items()}

    first, second = shares(one), shares(other)
    return sum(abs(first.get(label, 0) - second.get(label, 0)) for label in {*first, *second}) / 2


def _rounded(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in facts.items()}


@action
def settle(*, version: Version, sha256: str, size: int, report: dict[str, Any], now: datetime) -> None:
    """What came of a training run, and live it goes if it is not worse; while models are frozen it waits for a
    person's word, unless who asked for it was given leave."""
    _one_at_a_time()
    row = Version.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=version.pk)
    if row.state != State.WAITING:
        return
    row.state, row.ended_at, row.sha256, row.size = State.TRAINED, now, sha256, size
    row.report, row.taxonomy = report, taxonomy.version()
    row.is_not_worse = is_not_worse(row.kind, report)
    if row.is_not_worse:
        row.problem = _refusal_of(row, now)
    row.save()
    live.publish("topics")


def _refusal_of(row: Version, now: datetime) -> str:
    """Take it live by itself; the words of whoever refuses that, and then it is not. By itself is by the word of who
    asked for it: a gate only lists what nobody does."""
    try:
        with transaction.atomic():
            if row.asked_by is None:
                ask_gates(WENT_LIVE, actor_id=0, detail=_codes(row.kind, row), now=now)
            _begin(row.kind, row, actor=row.asked_by, because="better", now=now)
    except PermissionDenied as refused:
        return str(refused)[:1000]
    return ""


@action
def _fail(version: Version, problem: str, now: datetime) -> None:
    Version.objects.filter(pk=version.pk, state=State.WAITING).update(
        state=State.FAILED, ended_at=now, problem=problem[:1000]
    )
    live.publish("topics")


@action
def go_live(*, actor: User, kind: str, version: Version | None, now: datetime, because: str = "word") -> None:
    """By a person's word this version decides from now on; None: words and phrases do."""
    _refuse_others(actor)
    _one_at_a_time()
    if version is not None and (version.kind != kind or version.state != State.TRAINED):
        raise Refused(_("This model was not trained to its end. Nothing was changed."))
    _begin(kind, version, actor=actor, because=because, now=now)
    live.publish("topics")


@action
def go_back(*, actor: User, kind: str, now: datetime) -> Version | None:
    """What decided before decides again: the way back in one step."""
    if versions.tenure(kind) is None:
        raise Refused(_("Nothing else has decided yet. Nothing was changed."))
    earlier = versions.before(kind)
    go_live(actor=actor, kind=kind, version=earlier, now=now, because="back")
    return earlier


def _begin(kind: str, version: Version | None, *, actor: User | None, because: str, now: datetime) -> None:
    """The one place where what decides becomes another: told in the trail, or refused there."""
    standing = Tenure.objects.select_for_update().filter(kind=kind, until=None).first()
    if (standing.version_id if standing else None) == (version.pk if version else None):
        return
    if standing is not None:
        standing.until = now
        standing.save(update_fields=["until"])
    by = None if because == "better" else actor
    Tenure.objects.create(kind=kind, version=version, since=now, by=by, because=because)
    record_audit(
        actor=actor, action=WENT_LIVE, record_type="topic_model", record_uid=version.uid if version else None,
        detail=_codes(kind, version), now=now,
    )  # fmt: skip


def _codes(kind: str, version: Version | None) -> dict[str, Any]:
    return {"kind": kind, "number": version.number if version else 0}


def _refuse_others(actor: User) -> None:
    if not may_go_live(actor):
        raise Refused(_("Only leads and administrators decide on models. Nothing was changed."))


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
