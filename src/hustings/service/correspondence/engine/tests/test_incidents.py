"""What is an election incident, and what only speaks of one."""

import pytest

from hustings.service.correspondence.engine.incidents import incident_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We have been in line at our polling place for three hours and it is not moving.", "line"),
        ("There is a four hour wait to vote at Franklin High School.", "line"),
        ("The line wraps around the block at precinct 12B, people are leaving without voting.", "line"),
        ("Llevamos esperando 3 horas para votar y la fila no avanza.", "line"),
        ("The scanner is jammed and they put our ballots in a box.", "machine"),
        ("Both voting machines are down at the library.", "machine"),
        ("Our precinct ran out of ballots at noon.", "machine"),
        ("Las máquinas no funcionan en nuestra casilla.", "machine"),
        ("I was turned away from the polls because my ID has my old address.", "id"),
        ("They would not let my mother vote, they said her driver's license had expired.", "id"),
        ("No me dejaron votar porque dicen que mi identificación no sirve.", "id"),
        ("Two men with rifles are standing by the entrance to the polling place filming voters.", "intimidation"),
        ("A group is harassing voters in the parking lot.", "intimidation"),
        ("Están intimidando a los votantes afuera de la casilla.", "intimidation"),
    ],
)
def test_what_happens_is_told(text, kind):
    found = incident_in("", text)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "What ID do I need to vote in Ohio?",
        "How long are the lines? Will I have to wait two hours to vote?",
        "If the machine is broken when I vote, what do I do?",
        "I waited two hours at the pharmacy and nobody could help.",
        "My printer is broken, so I could not print your flyer.",
        "The line of questioning at the debate was unfair.",
        "Can I be turned away at the polls because of my ID?",
        "I will wait at home for my mail ballot.",
        "Last time the line was out to the county road at our polling place.",
        "In 2024 I waited in line for three hours to vote.",
        "Thank you for everything you do for voters.",
        "My license plate is expired. Where do I vote?",
    ],
)
def test_what_is_asked_or_is_something_else_is_not(text):
    assert incident_in("A question", text) is None


def test_where_it_is_is_read_from_the_words():
    found = incident_in(
        "Help", "At Lincoln Heights Elementary School, precinct 14-C, the tabulator is broken and voters wait."
    )
    assert found == ("machine", "14-C", "Lincoln Heights Elementary School")


def test_a_long_letter_without_any_is_read_quickly_enough():
    assert incident_in("", "Where is my polling place this year? " * 500) is None
