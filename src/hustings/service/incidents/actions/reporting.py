"""An incident is reported: by hand, from a letter in a click, or by the rules as letters come in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hustings.foundation.access.models import User
from hustings.foundation.automation.actions.notices import give_notice
from hustings.foundation.core import bus, jobs, live
from hustings.foundation.core.guard import action
from hustings.foundation.core.records import RecordChanged, RecordsMade
from hustings.foundation.geography.queries import state_name
from hustings.service.desk.models import Inquiry

from ..models import Incident, Kind, Source
from ..queries import protectors
from ..rules import Refused, may_report

FACTS = ("kind", "state_code", "county_fips", "precinct", "place", "at", "what", "done")
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Found:
    """What the rules found in one letter."""

    inquiry_id: int
    kind: str
    at: datetime
    what: str
    state_code: str = ""
    county_fips: str = ""
    precinct: str = ""
    place: str = ""


@action
def report(*, actor: User, inquiry: Inquiry | None = None, now: datetime, **facts: Any) -> Incident:
    """Report one. From a letter (which the actor sees) its state, county and time are taken where not given. Refused
    without the right to, and for a time that lies ahead."""
    if not may_report(actor):
        raise Refused(_("Your role does not report incidents. Nothing was changed."))
    given = {name: value for name, value in facts.items() if name in FACTS and value not in (None, "")}
    if inquiry is not None:
        from_letter = {
            "state_code": inquiry.state_code,
            "county_fips": inquiry.county_fips,
            "at": min(inquiry.opened_at, now),
        }
        given = {**from_letter, **given}
    refuse_time(given.get("at"), now)
    incident = Incident.objects.create(
        **{"kind": Kind.OTHER, "at": now, "state_code": "", **given},
        source=Source.LETTER if inquiry is not None else Source.PERSON,
        inquiry=inquiry,
        reported_at=now,
        reported_by=actor,
    )
    changes = {"kind": (None, incident.kind), "place": (None, incident.state_code)}
    bus.announce(RecordChanged("incident", incident.pk, incident.uid, changes, actor.pk, now, is_new=True))
    tell([incident.state_code])
    return incident


def refuse_time(at: datetime | None, now: datetime) -> None:
    """Raise Refused for what has not happened yet."""
    if at is not None and at > now:
        raise Refused(_("That time lies ahead. Say when it happened; nothing was changed."))


def report_found(rows: Sequence[Found], *, now: datetime) -> int:
    """Report what the rules found, in the transaction that brings the letters in; how many are new. A letter is
    reported once."""
    if not rows:
        return 0
    known = set(Incident.objects.filter(inquiry_id__in=[row.inquiry_id for row in rows]).values_list("inquiry_id"))
    new = {row.inquiry_id: row for row in rows if (row.inquiry_id,) not in known}
    made = Incident.objects.bulk_create(
        [
            Incident(
                kind=row.kind, source=Source.RULE, state_code=row.state_code, county_fips=row.county_fips,
                precinct=row.precinct[:40], place=row.place[:200], at=row.at, what=row.what[:LONGEST],
                inquiry_id=row.inquiry_id, reported_at=now,
            )
            for row in new.values()
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    if made:
        uids = [one.uid for one in made]
        ids = list(Incident.objects.filter(uid__in=uids).values_list("pk", flat=True))
        bus.announce(RecordsMade("incident", ids, now))
        tell(sorted({row.state_code for row in new.values()}))
    return len(made)


def tell(states: Sequence[str]) -> None:
    """The boards of these states fetch themselves anew, and voter protection is told."""
    live.publish(["incidents:all", *(f"incidents:{code}" for code in states if code)])
    for code in states:
        jobs.enqueue("incidents.tell", once=f"incidents.tell:{code}", state_code=code)


@action
def tell_protectors(*, state_code: str, now: datetime) -> int:
    """A word on the desk of those who look after this state: how many incidents are open there."""
    count = Incident.objects.filter(state_code=state_code, closed_at=None).count()
    if not count:
        return 0
    words = {"n": count, "state": state_name(state_code) if state_code else _("an unknown state")}
    text = ngettext("%(n)d open incident in %(state)s", "%(n)d open incidents in %(state)s", count) % words
    return give_notice(
        users=protectors([state_code]),
        text=text,
        url=f"/incidents/?state={state_code}",
        matter=f"incidents:{state_code}",
        now=now,
    )
