"""Areas and topics: the list, one topic's page, what was changed."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from .. import rules
from ..actions import taxonomy as actions
from ..forms import AreaForm, TopicForm
from ..models import Area, Topic
from ..queries import taxonomy


def refuse_others(request: HttpRequest) -> None:
    """Raise PermissionDenied for who does not lead."""
    if not rules.may_edit(request.user):
        raise PermissionDenied(_("Only leads and administrators change topics."))


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every area with its topics, and those that are read no more."""
    refuse_others(request)
    gone = taxonomy.all_topics().exclude(retired_at=None, canonical=None)
    context = {"areas": taxonomy.areas(), "gone": gone, "version": taxonomy.version()}
    return responses.page_or_part(request, "topics/list.html", context)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Load the starter now, before any letter has come. Nothing happens where there are topics."""
    refuse_others(request)
    actions.ensure_taxonomy(now=now())
    return _back(_("The topics are there. Change them as you like."))


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """What was changed, by whom."""
    refuse_others(request)
    return responses.page_or_part(request, "topics/history.html", {"changes": taxonomy.history()})


@require_http_methods(["GET", "POST"])
def edit_area(request: HttpRequest, uid: object = None) -> HttpResponse:
    """Add or rename an area."""
    refuse_others(request)
    area = get_object_or_404(Area, uid=uid) if uid else None
    initial = {f"name_{code}": name for code, name in area.names.items()} if area else {}
    form = AreaForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = actions.save_area(actor=request.user, area=area, names=form.names(), now=now())
        return _back(_("“%(name)s” is kept") % {"name": saved})
    context = {"form": form, "area": area}
    return responses.page_or_part(request, "topics/area.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """One topic: its words, where it goes, its history; or a new one."""
    refuse_others(request)
    topic = get_object_or_404(taxonomy.all_topics(), slug=slug) if slug else None
    form = TopicForm(request.POST or None, topic=topic)
    if request.method == "POST" and form.is_valid():
        saved = actions.save_topic(actor=request.user, topic=topic, now=now(), **form.facts())
        return _back(_("“%(name)s” is kept; letters that come from now on are read by it") % {"name": saved})
    context: dict[str, Any] = {"form": form, "topic": topic}
    if topic is not None:
        context |= {
            "changes": taxonomy.history(topic),
            "merges": taxonomy.merges_of(topic),
            "split_off": taxonomy.split_off(topic),
        }
    return responses.page_or_part(request, "topics/topic.html", context, status=422 if form.errors else 200)


@require_POST
def act(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Retire or restore."""
    refuse_others(request)
    topic = get_object_or_404(Topic, slug=slug)
    if verb == "retire":
        actions.retire(actor=request.user, topic=topic, now=now())
        return _back(_("“%(name)s” is retired; letters that have it keep it") % {"name": topic})
    if verb == "restore":
        actions.restore(actor=request.user, topic=topic, now=now())
        return _back(_("Letters get “%(name)s” again") % {"name": topic})
    raise Http404


def _back(said: str) -> HttpResponse:
    return responses.toast(responses.go(reverse("topics:list")), said)
