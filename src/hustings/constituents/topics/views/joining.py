"""Merging and splitting topics."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions import joining as actions
from ..forms import MergeForm, SplitForm
from ..models import TopicMerge
from ..queries import taxonomy
from ..rules import Refused
from .taxonomy import refuse_others


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, slug: str) -> HttpResponse:
    """Which other topic this one is read as."""
    refuse_others(request)
    topic = get_object_or_404(taxonomy.topics(), slug=slug)
    form = MergeForm(request.POST or None, topic=topic)
    if request.method == "POST" and form.is_valid():
        into = form.cleaned_data["into"]
        try:
            actions.merge_topics(actor=request.user, topic=topic, into=into, now=now())
        except Refused as refused:
            return _back(slug, str(refused), tone="problem")
        return _back(into.slug, _("“%(name)s” is read as “%(into)s” now") % {"name": topic, "into": into})
    context = {"form": form, "topic": topic}
    return responses.page_or_part(request, "topics/merge.html", context, status=422 if form.errors else 200)


@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Both stand by themselves again."""
    refuse_others(request)
    found = get_object_or_404(TopicMerge.objects.select_related("topic"), uid=uid)
    actions.undo_merge(actor=request.user, merge=found, now=now())
    return _back(found.topic.slug, _("“%(name)s” stands by itself again") % {"name": found.topic})


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, slug: str) -> HttpResponse:
    """Which words and examples go with a new topic."""
    refuse_others(request)
    topic = get_object_or_404(taxonomy.topics(), slug=slug)
    form = SplitForm(request.POST or None, topic=topic)
    if request.method == "POST" and form.is_valid():
        made = actions.split_topic(actor=request.user, topic=topic, now=now(), **form.facts())
        return _back(made.slug, _("“%(name)s” is a topic now; letters of before are read anew") % {"name": made})
    context = {"form": form, "topic": topic}
    return responses.page_or_part(request, "topics/split.html", context, status=422 if form.errors else 200)


def _back(slug: str, said: str, *, tone: str = "good") -> HttpResponse:
    return responses.toast(responses.go(reverse("topics:topic", args=[slug])), said, tone=tone)
