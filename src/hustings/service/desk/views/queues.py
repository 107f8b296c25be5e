"""Settings: the queues, and the rules that send letters to them."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.constituents.people.queries.marked import vip_kinds
from hustings.constituents.topics.queries.taxonomy import names as topic_names
from hustings.constituents.topics.rules import NATURES, URGENCIES
from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions import queues as actions
from ..forms import QueueForm, RuleForm
from ..models import Priority, Queue, QueueRule
from ..queries import queues as queries
from ..rows import colour_of
from ..rules import Refused, may_edit_queues, may_edit_rules


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Queues in their order; rules in theirs."""
    if not request.user.leads:
        raise PermissionDenied(_("Leads and administrators see the queues’ settings."))
    rules = queries.rules_in_order()
    mine = set(queries.queues_ruled_by(request.user).values_list("pk", flat=True))
    context = {
        "queues": [(queue, colour_of(queue), queue.minutes_to_answer / 60) for queue in queries.queues()],
        "rules": [(rule, _words(rule), rule.queue_id in mine) for rule in rules],
        "may_edit": may_edit_queues(request.user),
    }
    return responses.page_or_part(request, "desk/settings/queues.html", context)


@require_http_methods(["GET", "POST"])
def edit_queue(request: HttpRequest, uid: UUID | None = None) -> HttpResponse:
    """Add or change a queue."""
    if not may_edit_queues(request.user):
        raise PermissionDenied(_("Only an administrator changes queues."))
    queue = get_object_or_404(Queue, uid=uid) if uid else None
    form = QueueForm(request.POST or None, instance=Queue.objects.get(pk=queue.pk) if queue else None)
    if request.method == "POST" and form.is_valid():
        saved = actions.save_queue(actor=request.user, queue=queue, now=now(), **form.facts())
        return _back(_("“%(name)s” is kept") % {"name": saved.name})
    context = {"form": form, "queue": queue}
    return responses.page_or_part(request, "desk/settings/queue.html", context, status=422 if form.errors else 200)


@require_POST
def act_on_queue(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """Up, down, default, remove."""
    queue = get_object_or_404(Queue, uid=uid)
    try:
        if verb in ("up", "down"):
            ids = [each.pk for each in queries.queues()]
            ids = actions.neighbours_swapped(ids, queue.pk, up=verb == "up")
            actions.order_queues(actor=request.user, ids=ids, now=now())
        elif verb == "default":
            actions.make_default(actor=request.user, queue=queue, now=now())
        elif verb == "remove":
            actions.remove_queue(actor=request.user, queue=queue, now=now())
        else:
            raise Http404
    except Refused as refused:
        return _back(str(refused), tone="problem")
    return _back(_("Kept"))


@require_http_methods(["GET", "POST"])
def edit_rule(request: HttpRequest, uid: UUID | None = None) -> HttpResponse:
    """Add or change a rule; "try" shows what it would have done and keeps nothing."""
    rule = get_object_or_404(QueueRule.objects.select_related("queue"), uid=uid) if uid else None
    mine = queries.queues_ruled_by(request.user)
    if not mine.exists() or (rule is not None and not may_edit_rules(request.user, rule.queue)):
        raise PermissionDenied(_("Only a lead of the queue’s team changes its rules."))
    form = RuleForm(request.POST or None, queues=mine, rule=rule)
    context: dict[str, Any] = {"form": form, "rule": rule}
    if request.method == "POST" and form.is_valid():
        if "try" not in request.POST:
            actions.save_rule(actor=request.user, rule=rule, now=now(), **form.facts())
            return _back(_("The rule holds for letters that come from now on"))
        context["trial"] = queries.try_rule(request.user, QueueRule(position=0, **form.facts()))
    return responses.page_or_part(request, "desk/settings/rule.html", context, status=422 if form.errors else 200)


@require_POST
def act_on_rule(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """Up, down, remove."""
    rule = get_object_or_404(QueueRule.objects.select_related("queue"), uid=uid)
    try:
        if verb == "remove":
            actions.remove_rule(actor=request.user, rule=rule, now=now())
        elif verb in ("up", "down"):
            actions.move_rule(actor=request.user, rule=rule, up=verb == "up", now=now())
        else:
            raise Http404
    except Refused as refused:
        return _back(str(refused), tone="problem")
    return _back(_("Kept"))


def _back(said: str, *, tone: str = "good") -> HttpResponse:
    return responses.toast(responses.go(reverse("desk:queues")), said, tone=tone)


def _words(rule: QueueRule) -> dict[str, Any]:
    """The rule as a sentence has it: when, and then."""
    return {
        "mailbox": rule.mailbox,
        "words": ", ".join(rule.words),
        "states": ", ".join(rule.states),
        "language": rule.language,
        "topics": ", ".join(topic_names(rule.topics).values()) if rule.topics else "",
        "natures": ", ".join(str(label) for slug, label in NATURES if slug in rule.natures),
        "urgency": dict(URGENCIES)[rule.urgency] if rule.urgency else "",
        "vip": {"any": _("any"), **vip_kinds()}.get(rule.vip, rule.vip) if rule.vip else "",
        "priority": Priority(rule.priority).label if rule.priority is not None else "",
        "hours": rule.minutes_to_answer / 60 if rule.minutes_to_answer else None,
        "colour": colour_of(rule.queue),
    }
