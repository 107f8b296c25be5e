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
        ("A man is threatening voters at my precinct.", "intimidation"),
        ("Llevamos tres horas en la fila para votar.", "line"),
        ("It took us four hours to vote at the fire station on Elm Street.", "line"),
        ("My daughter has been standing in line for 2.5 hours and the polls close at seven.", "line"),
        ("The line is out the door and down the street at our polling place.", "line"),
        ("People are leaving without voting because the line has not moved.", "line"),
        ("We need to vote, but the line at the library is three hours long and they have one booth.", "line"),
        ("La fila da la vuelta a la cuadra en mi casilla.", "line"),
        ("The tabulator keeps jamming and the poll workers put ballots in a box.", "machine"),
        ("Scanner broken at precinct 12, voters waiting.", "machine"),
        ("The machines won't accept our ballots at the high school.", "machine"),
        ("Our polling place is out of order: the check-in tablets are not working and they send us home.", "machine"),
        ("It is a disgrace that in 2028 the scanner is broken at my polling place.", "machine"),
        ("Se quedaron sin boletas en la escuela donde votamos.", "machine"),
        ("La máquina no lee mi boleta y nadie ayuda en la casilla.", "machine"),
        ("You should know that students are being turned away at the polls because of their student card.", "id"),
        ("They refused me a ballot although I showed my passport.", "id"),
        ("My license was not accepted at the polling place even though it is valid.", "id"),
        ("Me pidieron identificación y no me dejaron votar.", "id"),
        ("Armed men in uniform stand at the door of the polling place.", "intimidation"),
        ("There is voter intimidation at my precinct, please send someone.", "intimidation"),
        ("I was harassed by a man with a camera while I stood in line to vote.", "intimidation"),
        ("Someone must come: a group is yelling at people in line to vote at the library.", "intimidation"),
        ("They are trying to scare voters in the parking lot of the church.", "intimidation"),
        ("Un hombre con pistola está en la entrada de la casilla.", "intimidation"),
        ("Nos están amenazando en la fila para votar.", "intimidation"),
    ],
)
def test_what_happens_is_told(text, kind):
    found = incident_in("", text, year=2028)
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
        "Congress should stop voter intimidation at polling places.",
        "The gun lobby is armed against voters",
        "The line is out of touch with voters",
        "I waited three hours to vote for you in 2020!",
        "Voting machines were down in 2022 in Maricopa.",
        "Voter intimidation is wrong, and you must speak about it before the election.",
        "Congress should stop people from harassing voters at the polls.",
        "I am afraid of men with guns at polling places, so I vote by mail.",
        "Nobody should have to wait three hours to vote.",
        "No one was turned away at the polls over ID, thank you for your help.",
        "The machines are not broken at our precinct, all is well.",
        "There is no intimidation at my polling place, it went well.",
        "I waited two hours for my prescription. I vote in every election.",
        "I stood with you for three hours at the rally and I will vote for you.",
        "I waited an hour on hold to ask about my ballot status.",
        "The bank would not accept my ID. I am a registered voter.",
        "The Republican party machine is broken and voters know it.",
        "My printer is jammed, so I cannot print the voter guide.",
        "The polls are being followed closely by everyone I know.",
        "He is threatening voters' rights with this bill.",
        "Corporations are threatening us all, and that is why I vote.",
        "A photo ID law means that people could be turned away for a missing ID.",
        "For decades voters were turned away over ID in the South.",
        "My grandmother waited six hours to vote when she was young, in 1965.",
        "During the 2024 primary the scanner jammed and voters waited.",
        "If the line is out the door when I vote, will you help?",
        "I hope the voting machines do not break down this year.",
        "You are at the head of the line of people I would vote for.",
        "He crossed a line and voters will not forget it.",
        "La ley debería evitar que amenacen a los votantes en las casillas.",
        "El año pasado esperamos tres horas en la fila para votar.",
        "¿Cuántas horas hay que esperar en la fila para votar?",
        "El cambio climático amenaza a los votantes jóvenes.",
    ],
)
def test_what_is_asked_or_is_something_else_is_not(text):
    assert incident_in("A question", text, year=2028) is None


def test_where_it_is_is_read_from_the_words():
    found = incident_in(
        "Help", "At Lincoln Heights Elementary School, precinct 14-C, the tabulator is broken and voters wait."
    )
    assert found == ("machine", "14-C", "Lincoln Heights Elementary School")


def test_a_long_letter_without_any_is_read_quickly_enough():
    assert incident_in("", "Where is my polling place this year? " * 500) is None
