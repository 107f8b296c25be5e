"""The models: versions with their reports, which one decides, and the way back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hustings.foundation.core.clock import now
from hustings.foundation.ui import responses

from ..actions import training
from ..models import Kind, Version
from ..queries import labels, taxonomy, versions
from ..rules import NATURES, Refused
from .taxonomy import refuse_others


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """For each kind: what decides, what was trained, how good it is, and what decided before."""
    refuse_others(request)
    names = {**taxonomy.names(), **{slug: str(label) for slug, label in NATURES}}
    context = {"kinds": [_kind(kind, name, names) for kind, name in versions.kinds()], "fewest": _fewest()}
    return responses.page_or_part(request, "topics/models.html", context)


def _fewest() -> int:
    return training.FEWEST + training.FEWEST_HELD_OUT


def _kind(kind: str, name: str, names: dict[str, str]) -> dict[str, Any]:
    tenure, rows = versions.tenure(kind), versions.versions(kind)
    live = tenure.version_id if tenure else None
    return {
        "kind": kind,
        "name": name,
        "labels": labels.count(kind),
        "tenure": tenure,
        "is_waiting": any(row.state == "waiting" for row in rows),
        "may_go_back": tenure is not None,
        "before": versions.before(kind),
        "versions": [(row, row.pk == live, _report(row, names)) for row in rows],
        "tenures": versions.tenures(kind, 8),
    }


def _report(row: Version, names: dict[str, str]) -> dict[str, Any] | None:
    """Its report with names in place of slugs, the worst read labels first."""
    if not row.report:
        return None
    report = row.report
    classes = sorted(report["classes"], key=lambda each: (each["f1"], each["label"]))
    told = {
        "micro_f1": _("F1 over all labels"), "macro_f1": _("F1, mean over labels"), "accuracy": _("Exactly right"),
        "coverage": _("Given a label"), "accuracy_when_sure": _("Right of those"),
        "oos_recall": _("Left alone of those without one"),
    }  # fmt: skip
    return {
        **report,
        "figures": [(label, report["new"].get(name), report["live"].get(name)) for name, label in told.items()],
        "classes": [{**each, "name": names.get(each["label"], each["label"])} for each in classes],
        "confusion": [
            {**each, "due_name": names.get(each["due"], _("none")), "given_name": names.get(each["given"], _("none"))}
            for each in report["confusion"]
        ],
    }


def _known(kind: str) -> str:
    if kind not in Kind.values:
        raise Http404
    return kind


@require_POST
def train(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin a training run."""
    try:
        training.ask_training(actor=request.user, kind=_known(kind), now=now())
    except Refused as refused:
        return _back(str(refused), tone="problem")
    return _back(_("A model is being trained. Its report comes here."))


@require_POST
def live(request: HttpRequest, uid: UUID) -> HttpResponse:
    """This version decides from now on."""
    row = get_object_or_404(Version, uid=uid)
    try:
        training.go_live(actor=request.user, kind=row.kind, version=row, now=now())
    except Refused as refused:
        return _back(str(refused), tone="problem")
    return _back(_("%(name)s decides from now on") % {"name": row})


@require_POST
def words(request: HttpRequest, kind: str) -> HttpResponse:
    """Words and phrases decide from now on."""
    training.go_live(actor=request.user, kind=_known(kind), version=None, now=now())
    return _back(_("Words and phrases decide from now on"))


@require_POST
def back(request: HttpRequest, kind: str) -> HttpResponse:
    """What decided before decides again."""
    try:
        earlier = training.go_back(actor=request.user, kind=_known(kind), now=now())
    except Refused as refused:
        return _back(str(refused), tone="problem")
    said = _("%(name)s decides again") % {"name": earlier} if earlier else _("Words and phrases decide again")
    return _back(said)


def _back(said: str, *, tone: str = "good") -> HttpResponse:
    return responses.toast(responses.go(reverse("topics:models")), said, tone=tone)
