"""Approved words as they stand in a letter, and as they are said."""

from hustings.constituents.people.models import Person
from hustings.foundation.access.models import User
from hustings.foundation.geography.queries import place_of_zip, state_name
from hustings.foundation.ui.models import Campaign
from hustings.foundation.ui.queries import campaign

from ..models import ArticleText
from ..rich import to_letter


def as_letter(text: ArticleText) -> str:
    """In plain text: links as words and address, steps numbered, fields still to be filled."""
    steps = "\n".join(f"{number}. {to_letter(step)}" for number, step in enumerate(text.steps or (), 1))
    return "\n\n".join(part for part in (to_letter(text.body), steps) if part)


def merge_values(user: User, person: Person, state_code: str, *, ours: Campaign | None = None) -> dict[str, str]:
    """What merge fields stand for when this user tells this person of this state something; empty where it is not
    known. `ours`: the campaign, when the caller has it."""
    ours = ours or campaign()
    place = place_of_zip(person.zip) if person.zip else None
    return {
        "person.first_name": person.first_name,
        "person.last_name": person.last_name,
        "person.name": person.name,
        "person.city": person.city,
        "person.state_name": state_name(state_code) if state_code else "",
        "person.state_code": state_code,
        "person.zip": person.zip,
        "person.county": place.county_name if place else "",
        "agent.first_name": user.first_name,
        "agent.name": user.name,
        "campaign.name": ours.name,
        "campaign.phone": ours.help_phone,
        "campaign.address": ours.postal_address,
    }
