"""The queues and the rules that send letters to them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from hustings.constituents.people.queries import vips
from hustings.constituents.topics.rules import Reading
from hustings.foundation.access.actions import record_audit
from hustings.foundation.access.models import User
from hustings.foundation.core import live
from hustings.foundation.core.guard import action
from hustings.foundation.core.slugs import free_slug

from ..models import Inquiry, Queue, QueueRule, Status
from ..queries.routing import router
from ..rules import Refused, Stale, may_edit_queues, may_edit_rules
from .changing import change, lock
from .life import moved_fields

QUEUE_FIELDS = ("name", "team", "colour", "minutes_to_answer", "is_crisis", "is_open")
RULE_FIELDS = (
    "queue", "mailbox", "words", "states", "language", "topics", "natures", "urgency", "vip", "priority",
    "minutes_to_answer", "tag",
)  # fmt: skip
CONDITIONS = ("mailbox", "words", "states", "language", "topics", "natures", "urgency", "vip")


@action
def save_queue(*, actor: User, queue: Queue | None, now: datetime, **facts: Any) -> Queue:
    """Add a queue, or with `queue` change it. The first one is where what no rule names goes."""
    if not may_edit_queues(actor):
        raise Refused(_("Only an administrator changes queues. Nothing was changed."))
    made = queue is None
    row = Queue() if queue is None else Queue.objects.select_for_update().get(pk=queue.pk)
    for name in QUEUE_FIELDS:
        if name in facts:
            setattr(row, name, facts[name])
    if made:
        row.slug = free_slug(row.name, set(Queue.objects.values_list("slug", flat=True)), otherwise="queue")
        row.position = (Queue.objects.order_by("-position").values_list("position", flat=True).first() or 0) + 10
        row.is_default = not Queue.objects.filter(is_default=True).exists()
    if not row.is_open and (row.is_default or row.is_crisis):
        raise Refused(_("This queue is needed at all times and cannot be an extra one. Nothing was changed."))
    row.save()
    _noted(actor, "queue.added" if made else "queue.changed", row, now)
    return row


@action
def make_default(*, actor: User, queue: Queue, now: datetime) -> None:
    """From now on what no rule names goes here."""
    if not may_edit_queues(actor):
        raise Refused(_("Only an administrator changes queues. Nothing was changed."))
    if queue.is_crisis:
        raise Refused(_("The queue for people in crisis cannot also be for everything else. Nothing was changed."))
    Queue.objects.filter(is_default=True).update(is_default=False)
    Queue.objects.filter(pk=queue.pk).update(is_default=True, is_open=True)
    _noted(actor, "queue.made_default", queue, now)


@action
def set_open(*, queue: Queue, is_open: bool) -> bool:
    """Open an extra queue, or close it: closed, its rules hold for no letter, and what is in it stays there. Whether
    that changed anything. Refused for the default queue and the one for people in crisis."""
    row = Queue.objects.select_for_update().get(pk=queue.pk)
    if not is_open and (row.is_default or row.is_crisis):
        raise Refused(_("This queue is needed at all times and cannot be an extra one. Nothing was changed."))
    changed = row.is_open != is_open
    Queue.objects.filter(pk=row.pk).update(is_open=is_open)
    live.publish("desk")
    return changed


@action
def send_on(*, queue: Queue, now: datetime) -> int:
    """What waits in a queue that was closed goes where the rules send it now, by what is known of each letter; how
    many went."""
    waiting = (Status.OPEN, Status.SNOOZED)
    ids = Inquiry.objects.filter(queue=queue, status__in=waiting).values_list("pk", flat=True)
    # Until they were held, a colleague may have moved or answered one.
    rows = [row for row in lock(None, ids) if row.queue_id == queue.pk and row.status in waiting]
    ways, marks = router(), vips({row.person_id for row in rows})
    goes: dict[int, list[Inquiry]] = {}
    for row in rows:
        reading = Reading(topics=tuple(row.topics), nature=row.nature, urgency=row.urgency)
        vip = marks[row.person_id].kind if row.person_id in marks else ""
        words = f"{row.subject}\n{row.snippet}"
        routing = ways.route([row.mailbox], words, row.state_code, row.language, reading, vip)
        to_id = (ways.crisis if row.is_crisis or row.nature == "crisis" else routing).queue_id
        if to_id != queue.pk:
            goes.setdefault(to_id, []).append(row)
    for to in Queue.objects.filter(pk__in=goes):
        detail, moved = {"to": to.name, "from": queue.name}, partial(moved_fields, queue=to)
        change(goes[to.pk], actor=None, now=now, kind="moved", detail=detail, became=moved, undoable=False)
    return sum(map(len, goes.values()))


@action
def remove_queue(*, actor: User, queue: Queue, now: datetime) -> None:
    """Remove an empty queue. Refused while letters lie in it, also answered ones, or when it is the default."""
    if not may_edit_queues(actor):
        raise Refused(_("Only an administrator changes queues. Nothing was changed."))
    if queue.is_default:
        raise Refused(_("What no rule names goes here. Make another queue the default first."))
    if Inquiry.objects.filter(queue=queue).exists():
        raise Stale(_("There are letters in this queue. Move them to another first; nothing was changed."))
    _noted(actor, "queue.removed", queue, now)
    queue.delete()


@action
def order_queues(*, actor: User, ids: Sequence[int], now: datetime) -> None:
    """Put the queues in this order; those not named come after."""
    if not may_edit_queues(actor):
        raise Refused(_("Only an administrator changes queues. Nothing was changed."))
    _order(Queue, ids)


@action
def save_rule(*, actor: User, rule: QueueRule | None, now: datetime, **facts: Any) -> QueueRule:
    """Add a rule at the end, or with `rule` change it. A lead does so for the queues of their teams alone."""
    row = QueueRule() if rule is None else QueueRule.objects.select_for_update().get(pk=rule.pk)
    before = row.queue if rule is not None else facts["queue"]
    if not (may_edit_rules(actor, before) and may_edit_rules(actor, facts.get("queue", before))):
        raise Refused(_("Only a lead of the queue's team changes its rules. Nothing was changed."))
    for name in RULE_FIELDS:
        if name in facts:
            setattr(row, name, facts[name])
    if not any(getattr(row, name) for name in CONDITIONS):
        raise Refused(_("A rule needs a condition: a mailbox, words, a topic, a state. It was not saved."))
    if rule is None:
        row.position = (QueueRule.objects.order_by("-position").values_list("position", flat=True).first() or 0) + 10
    row.save()
    _noted(actor, "queue_rule.added" if rule is None else "queue_rule.changed", row, now)
    return row


@action
def remove_rule(*, actor: User, rule: QueueRule, now: datetime) -> None:
    """Letters that came stay where they are."""
    if not may_edit_rules(actor, rule.queue):
        raise Refused(_("Only a lead of the queue's team changes its rules. Nothing was changed."))
    _noted(actor, "queue_rule.removed", rule, now)
    rule.delete()


@action
def move_rule(*, actor: User, rule: QueueRule, up: bool, now: datetime) -> None:
    """One place up or down: the first rule that holds decides."""
    if not may_edit_rules(actor, rule.queue):
        raise Refused(_("Only a lead of the queue's team changes its rules. Nothing was changed."))
    ids = list(QueueRule.objects.select_for_update().order_by("position", "id").values_list("id", flat=True))
    _order(QueueRule, _moved(ids, rule.pk, up))
    _noted(actor, "queue_rule.moved", rule, now)


def neighbours_swapped(ids: Sequence[int], one: int, up: bool) -> list[int]:
    """The ids with one of them a place up or down."""
    return _moved(list(ids), one, up)


def _moved(ids: list[int], one: int, up: bool) -> list[int]:
    at = ids.index(one)
    to = min(len(ids) - 1, max(0, at + (-1 if up else 1)))
    ids[at], ids[to] = ids[to], ids[at]
    return ids


def _order(model: Any, ids: Sequence[int]) -> None:
    rest = model.objects.exclude(pk__in=ids).order_by("position", "id").values_list("id", flat=True)
    for place, pk in enumerate([*ids, *rest], start=1):
        model.objects.filter(pk=pk).exclude(position=place * 10).update(position=place * 10)


def _noted(actor: User, action: str, row: Queue | QueueRule, now: datetime) -> None:
    kind = "desk.queue" if isinstance(row, Queue) else "desk.queuerule"
    record_audit(actor=actor, action=action, record_type=kind, record_uid=row.uid, detail={}, now=now)
    live.publish("desk")
