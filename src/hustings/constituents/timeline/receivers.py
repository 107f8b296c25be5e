"""People cannot know the timeline, which stands above: what they announce becomes lines here, in their transaction."""

from hustings.constituents.people.announcements import (
    AddressFailed,
    ConsentRecorded,
    FactStated,
    HouseholdChanged,
    PeopleMerged,
    PersonNoted,
)
from hustings.foundation.core import bus
from hustings.foundation.core.ids import new_uid

from .actions import Line, write_lines


@bus.inside(FactStated)
def fact_stated(event: FactStated) -> None:
    # Facts have no uid of their own (they are written by the million); the line's own names it on the page.
    write_lines([Line(event.at, event.person_id, "people.fact", new_uid(), event.actor_id, {"fact": event.fact_id})])


@bus.inside(ConsentRecorded)
def consent_recorded(event: ConsentRecorded) -> None:
    write_lines([Line(event.at, event.person_id, "people.consent", event.consent_uid, event.actor_id)])


@bus.inside(PersonNoted)
def person_noted(event: PersonNoted) -> None:
    write_lines([Line(event.at, event.person_id, "people.note", event.note_uid, event.actor_id)])


@bus.inside(AddressFailed)
def address_failed(event: AddressFailed) -> None:
    detail = {"for_good": event.for_good, "identifier": str(event.identifier_uid)}
    write_lines([Line(event.at, event.person_id, "people.bounce", new_uid(), None, detail)])


@bus.inside(HouseholdChanged)
def household_changed(event: HouseholdChanged) -> None:
    detail = {"household": event.household_id}
    write_lines([Line(event.at, event.person_id, "people.household", new_uid(), event.actor_id, detail)])


@bus.inside(PeopleMerged)
def people_merged(event: PeopleMerged) -> None:
    if event.at is None:
        return
    detail = {"from": event.person_id, "undone": event.undone}
    write_lines([Line(event.at, event.into_id, "people.merge", new_uid(), event.actor_id, detail)])
