"""How things are approved, for the administrators' list."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.access.queries import role_names
from hustings.foundation.core import records

from ..models import ApprovalRequest, Process, RequestState


@dataclass(frozen=True, slots=True)
class Line:
    process: Process
    label: str
    steps: list[str]
    waiting: int = 0
    settled: int = 0


def lines() -> list[Line]:
    """Every process by name, its steps in words. A few questions, however many there are."""
    rows = list(Process.objects.order_by("name"))
    counts = {
        row["process_id"]: row
        for row in ApprovalRequest.objects.values("process_id").annotate(
            waiting=Count("pk", filter=Q(state=RequestState.WAITING)),
            settled=Count("pk", filter=~Q(state=RequestState.WAITING)),
        )
    }
    ids = {int(pk) for row in rows for step in row.steps for pk in step.get("users", ())}
    people = dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
    roles = role_names()
    made = []
    for row in rows:
        record_type = records.get(row.record)
        fields = {one.name: str(one.label) for one in records.fields_of(record_type)} if record_type else {}
        count = counts.get(row.pk, {"waiting": 0, "settled": 0})
        steps = [_step_words(step, roles, people, fields) for step in row.steps]
        label = str(record_type.plural) if record_type else row.record
        made.append(Line(row, label, steps, count["waiting"], count["settled"]))
    return made


def _step_words(step: dict, roles: dict[str, str], people: dict[int, str], fields: dict[str, str]) -> str:  # type: ignore[type-arg]
    who = [
        *(roles.get(slug, slug) for slug in step.get("roles", ())),
        *(people.get(int(pk), "?") for pk in step.get("users", ())),
    ]
    if name := step.get("field"):
        who.append(_("whoever “%(field)s” says") % {"field": fields.get(name, name)})
    return _("%(step)s: %(n)d of %(who)s") % {"step": step["name"], "n": step.get("quorum", 1), "who": ", ".join(who)}
