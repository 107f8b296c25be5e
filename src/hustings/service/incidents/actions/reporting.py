"""An incident is reported: by hand, from a letter in a click, or by the rules as letters come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hustings.foundation.access.grants import grants_of
from hustings.foundation.access.models import User
from hustings.foundation.automation.actions.notices import give_notice
from hustings.foundation.core import bus, jobs, live
from hustings.foundation.core.guard import Level, action
from hustings.foundation.core.records import RecordChanged, RecordsMade
from hustings.foundation.geography.queries import state_name
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.inquiries import whole_of

from ..models import Incident, Kind, Source
from ..queries import open_of_inquiry, protectors
from ..rules import RECORD, Refused, may_report

FACTS = ("kind", "state_code", "county_fips", "precinct", "place", "at", "what", "done")
LONGEST = 4000
LONGEST_OF = {"state_code": 2, "precinct": 40, "place": 200, "what": LONGEST, "done": LONGEST}


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


class Reported(Refused):
    """One is open from this conversation already; `ids` are the incidents, which the actor may not see."""

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__(_("It was reported already: voter protection has it. Nothing was changed."))
        self.ids = ids


@action
def report(*, actor: User, inquiry: Inquiry | None = None, now: datetime, **facts: Any) -> Incident:
    """Report one. From a letter (which the actor sees) its state, county and time are taken where not given. Refused
    without the right to, and for a time that lies ahead; Reported where one is open from this conversation."""
    if not may_report(actor):
        raise Refused(_("Your role does not report incidents. Nothing was changed."))
    if inquiry is not None:
        inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
        if known := open_of_inquiry(inquiry):
            raise Reported([one.pk for one in known])
    given = {name: value for name, value in facts.items() if name in FACTS and value not in (None, "")}
    if inquiry is not None:
        from_letter = {
            "state_code": inquiry.state_code,
            "county_fips": inquiry.county_fips,
            "at": min(inquiry.opened_at, now),
        }
        given = {**from_letter, **given}
    refuse_facts(given, now)
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


def refuse_facts(facts: Mapping[str, Any], now: datetime) -> None:
    """Raise Refused for what no incident can be: what has not happened yet, an unknown kind, a county that is no number
    of five digits, and words too long."""
    at, county = facts.get("at"), facts.get("county_fips") or ""
    if at is not None and at > now:
        raise Refused(_("That time lies ahead. Say when it happened; nothing was changed."))
    if facts.get("kind", Kind.OTHER) not in Kind.values:
        raise Refused(_("There is no such kind of incident. Nothing was changed."))
    if county and not (len(county) == 5 and county.isascii() and county.isdigit()):
        raise Refused(_("A county is its FIPS number, five digits: 39049. Nothing was changed."))
    for name, most in LONGEST_OF.items():
        words = facts.get(name) or ""
        if len(words) > most or "\x00" in words:
            raise Refused(
                _("“%(field)s” holds %(n)d characters at most, and only letters and signs. Nothing was changed.")
                % {"field": name, "n": most}
            )


def report_found(rows: Sequence[Found], *, now: datetime) -> int:
    """Report what the rules found, in the transaction that brings the letters in and holds their conversations; how
    many are new. Of a conversation one of each kind is open at a time: what is said again is not reported again."""
    if not rows:
        return 0
    into = _wholes([row.inquiry_id for row in rows])
    held = dict(whole_of(into.values()))
    known = Incident.objects.filter(inquiry_id__in=held, closed_at=None).values_list("inquiry_id", "kind")
    told = {(held[inquiry_id], kind) for inquiry_id, kind in known if inquiry_id is not None}
    new: dict[tuple[int, str], Found] = {}
    for row in rows:
        key = (into[row.inquiry_id], row.kind)
        if key not in told:
            new.setdefault(key, row)
    made = Incident.objects.bulk_create(
        [
            Incident(
                kind=row.kind, source=Source.RULE, state_code=row.state_code, county_fips=row.county_fips,
                precinct=row.precinct[:LONGEST_OF["precinct"]], place=row.place[:LONGEST_OF["place"]], at=row.at,
                what=row.what[:LONGEST], inquiry_id=inquiry_id, reported_at=now,
            )
            for (inquiry_id, _kind), row in new.items()
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    if made:
        uids = [one.uid for one in made]
        ids = list(Incident.objects.filter(uid__in=uids).values_list("pk", flat=True))
        bus.announce(RecordsMade("incident", ids, now))
        tell(sorted({row.state_code for row in new.values()}))
    return len(made)


def _wholes(inquiry_ids: Sequence[int]) -> dict[int, int]:
    """Each of these inquiries, and what it is part of."""
    merged = Inquiry.objects.filter(pk__in=inquiry_ids, merged_into__isnull=False)
    return {pk: pk for pk in inquiry_ids} | dict(merged.values_list("pk", "merged_into_id"))


def tell(states: Sequence[str]) -> None:
    """The boards of these states fetch themselves anew, and voter protection is told."""
    live.publish(["incidents:all", *(f"incidents:{code}" for code in states if code)])
    for code in states:
        # Not once: whoever tells of the same state at this moment would wait for the whole intake's transaction.
        jobs.enqueue("incidents.tell", state_code=code)


def _may_know(user: User) -> bool:
    """What the word on their desk says: where, and how many are open."""
    return all(grants_of(user).level(RECORD, name) >= Level.READ for name in ("place", "status"))


@action
def tell_protectors(*, state_code: str, now: datetime) -> int:
    """A word on the desk of those who look after this state: how many incidents are open there."""
    count = Incident.objects.filter(state_code=state_code, closed_at=None).count()
    if not count:
        return 0
    words = {"n": count, "state": state_name(state_code) if state_code else _("an unknown state")}
    text = ngettext("%(n)d open incident in %(state)s", "%(n)d open incidents in %(state)s", count) % words
    return give_notice(
        users=[user for user in protectors([state_code]) if _may_know(user)],
        text=text,
        url=f"/incidents/?state={state_code}",
        matter=f"incidents:{state_code}",
        now=now,
    )
