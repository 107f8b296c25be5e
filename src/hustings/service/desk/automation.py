"""What rules can do with conversations, and the approvals that stand beside one."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hustings.foundation.access.models import User
from hustings.foundation.access.queries import colleagues
from hustings.foundation.access.rules import may
from hustings.foundation.automation.queries import panel_for
from hustings.foundation.automation.registry import CannotDo, Deeds, Values, Verb, verb
from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.records import RecordType

from . import registry
from .actions import life, taking
from .models import Inquiry, Priority, Queue, Status
from .queries.mentions import colleagues_for
from .rules import may_be_given

RECORD = ("inquiry",)
NOBODY, WHOEVER_FITS = "nobody", "team"


def register() -> None:
    """Called once, when the app is ready."""
    for one in (ASSIGN, MOVE, TAG, PRIORITY, CLOSE):
        verb(one)
    registry.panel("desk.approvals", 55, "automation/panel.html", _approvals)


def _changes(owner: User, record_type: RecordType, values: Values) -> str:
    if may(owner, record_type.name, "change"):
        return ""
    return _("Conversations cannot be changed by the rule's owner.")


def _approvals(user: User, inquiry: Inquiry) -> dict[str, Any] | None:
    shown = panel_for(user, "inquiry", inquiry, read_clock())
    return shown if shown["approvals"] or shown["processes"] else None


def _assign_fields(owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    people = [(str(user.pk), user.name) for user in colleagues(owner)]
    choices: list[Any] = [
        (WHOEVER_FITS, _("Whoever of the queue's team has least")),
        (NOBODY, _("Nobody: back to the queue")),
        (_("People"), people),
    ]
    return {"to": forms.ChoiceField(label=_("Whom"), choices=choices)}


def _assign_words(values: Values, record_type: RecordType) -> str:
    to = str(values.get("to", ""))
    if to == NOBODY:
        return _("put it back to its queue")
    if to == WHOEVER_FITS:
        return _("assign it to whoever of its team has least")
    name = User.objects.filter(pk=to).values_list("name", flat=True).first() if to.isdecimal() else None
    return _("assign it to %(name)s") % {"name": name or "?"}


def _assign_may(owner: User, record_type: RecordType, values: Values) -> str:
    if why := _changes(owner, record_type, values):
        return why
    to = str(values.get("to", ""))
    if to in (NOBODY, WHOEVER_FITS) or (to.isdecimal() and colleagues(owner).filter(pk=to).exists()):
        return ""
    return _("Whom the rule assigns to works here no more, or is out of the sight of its owner.")


def _assign(*, actor: User, record: Inquiry, values: Values, deed: Deeds, now: datetime) -> str:
    to = str(values.get("to", ""))
    user = None
    if to == WHOEVER_FITS:
        user = _least_laden(record)
        if record.assignee_id is not None:
            return _("it is somebody's already; nothing was changed")
        if user is None:
            raise CannotDo(_("Nobody works on the queue “%(queue)s”.") % {"queue": record.queue.name})
    elif to != NOBODY:
        user = User.objects.get(pk=to)
    taking.assign(actor=actor, inquiry=record, user=user, now=now)
    return _("assigned to %(name)s") % {"name": user.name} if user else _("put back to its queue")


def _least_laden(inquiry: Inquiry) -> User | None:
    """Of those who answer its queue, not administrators for being so, the one with the fewest open ones."""
    people = [user for user in colleagues_for(inquiry) if not user.is_administrator and may_be_given(user, inquiry)]
    if not people:
        return None
    load: dict[int, int] = dict.fromkeys((user.pk for user in people), 0)
    held = Inquiry.objects.filter(assignee_id__in=load, status=Status.OPEN).values_list("assignee_id", flat=True)
    for user_id in held:
        load[user_id] += 1
    return min(people, key=lambda user: (load[user.pk], user.pk))


def _move_fields(owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    queues = Queue.objects.order_by("position", "id").values_list("slug", "name")
    return {"queue": forms.ChoiceField(label=_("To which queue"), choices=list(queues))}


def _queue(values: Values) -> Queue | None:
    return Queue.objects.filter(slug=values.get("queue", "")).first()


def _move_words(values: Values, record_type: RecordType) -> str:
    queue = _queue(values)
    return _("move it to “%(queue)s”") % {"queue": queue.name if queue else "?"}


def _move_may(owner: User, record_type: RecordType, values: Values) -> str:
    if why := _changes(owner, record_type, values):
        return why
    return "" if _queue(values) else _("There is no such queue any more.")


def _move(*, actor: User, record: Inquiry, values: Values, deed: Deeds, now: datetime) -> str:
    queue = _queue(values)
    if queue is None:
        raise CannotDo(_("There is no such queue any more."))
    life.move_queue(actor=actor, inquiry=record, queue=queue, now=now)
    return _("moved to “%(queue)s”") % {"queue": queue.name}


def _tag_fields(owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    hint = _("Several are parted by commas.")
    return {
        "add": forms.CharField(label=_("Put on"), required=False, max_length=200, help_text=hint),
        "remove": forms.CharField(label=_("Take off"), required=False, max_length=200, help_text=hint),
    }


def _tags(values: Values, name: str) -> list[str]:
    return [" ".join(part.split()) for part in str(values.get(name, "")).split(",") if part.strip()]


def _tag_words(values: Values, record_type: RecordType) -> str:
    added, removed = ", ".join(_tags(values, "add")), ", ".join(_tags(values, "remove"))
    parts = [_("tag it %(tags)s") % {"tags": added}] if added else []
    parts += [_("take off the tag %(tags)s") % {"tags": removed}] if removed else []
    return "; ".join(parts)


def _tag_may(owner: User, record_type: RecordType, values: Values) -> str:
    if why := _changes(owner, record_type, values):
        return why
    return "" if _tags(values, "add") or _tags(values, "remove") else _("Write the tag to put on or take off.")


def _tag(*, actor: User, record: Inquiry, values: Values, deed: Deeds, now: datetime) -> str:
    life.tag(actor=actor, inquiry=record, add=_tags(values, "add"), remove=_tags(values, "remove"), now=now)
    return _tag_words(values, None)  # type: ignore[arg-type]


def _priority_fields(owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    choices = [(str(one.value), one.label) for one in Priority if one != Priority.CRISIS]
    return {"priority": forms.ChoiceField(label=_("Priority"), choices=choices)}


def _priority_words(values: Values, record_type: RecordType) -> str:
    label = Priority(int(values.get("priority", Priority.NORMAL.value))).label
    return _("give it the priority “%(priority)s”") % {"priority": label}


def _prioritise(*, actor: User, record: Inquiry, values: Values, deed: Deeds, now: datetime) -> str:
    life.set_priority(actor=actor, inquiry=record, priority=Priority(int(values["priority"])), now=now)
    return _priority_words(values, None)  # type: ignore[arg-type]


def _close_fields(owner: User, record_type: RecordType) -> dict[str, forms.Field]:
    return {
        "reason": forms.CharField(label=_("Why"), required=False, max_length=200),
        "none_needed": forms.BooleanField(label=_("It asks for no answer"), required=False),
    }


def _close(*, actor: User, record: Inquiry, values: Values, deed: Deeds, now: datetime) -> str:
    reason = str(values.get("reason", "")) or _("By the rule “%(name)s”") % {"name": deed.rule}
    none_needed = bool(values.get("none_needed", False))
    life.close(actor=actor, inquiry=record, now=now, reason=reason[:200], none_needed=none_needed)
    return _("closed it")


ASSIGN = Verb(
    "desk.assign", gettext_lazy("Assign it"), run=_assign, describe=_assign_words, fields=_assign_fields,
    may=_assign_may, record_types=RECORD, icon="user-check", order=10,
)  # fmt: skip
MOVE = Verb(
    "desk.move", gettext_lazy("Move it to a queue"), run=_move, describe=_move_words, fields=_move_fields,
    may=_move_may, record_types=RECORD, icon="layers", order=11,
)  # fmt: skip
TAG = Verb(
    "desk.tag", gettext_lazy("Tag it"), run=_tag, describe=_tag_words, fields=_tag_fields, may=_tag_may,
    record_types=RECORD, icon="tag", order=12,
)  # fmt: skip
PRIORITY = Verb(
    "desk.priority", gettext_lazy("Give it a priority"), run=_prioritise, describe=_priority_words,
    fields=_priority_fields, may=_changes, record_types=RECORD, icon="flag", order=13,
)  # fmt: skip
CLOSE = Verb(
    "desk.close", gettext_lazy("Close it"), run=_close, describe=lambda values, record_type: _("close it"),
    fields=_close_fields, may=_changes, record_types=RECORD, icon="check", order=14,
)  # fmt: skip
