"""Threats, crises, children and unsubscribe requests; what must fire and what must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.service.correspondence.engine.safety import (
    possible_child,
    possible_crisis,
    possible_threat,
    unsubscribe_request,
)

from .mails import patient

THREATS = """I will kill you
I'm going to shoot the candidate
You should be hanged
Someone should shoot that woman
There is a bomb in your office
I know where you live
We are coming for you and your family
You better watch your back
I hope you die
I will burn down your office
you're dead.
I'm bringing my rifle to your rally
you will all die
I'm gonna put a bullet in his head
He deserves to die
I swear I will find you and kill you
Te voy a matar
Sé dónde vives
Hay una bomba en la oficina
voy a matar al candidato"""

NO_THREATS = """Please kill the bill
shoot me an email
I will shoot you an email tomorrow
I'm dying to know
that film was a bomb at the box office
We are going to kill them in the debate
We're gonna murder them at the polls
I would never hurt you
My neighbor said he would kill someone
People will die without insurance
You will kill it on Tuesday
Don't shoot the messenger
this tax will kill small business
gun control: the shooting at schools must stop
Children are being killed in schools
We have to beat him in November
I will vote against you
I want to take you out to lunch
Hang in there
me muero de ganas de votar
hay que matar la propuesta
the traffic is murder
Someone shot my dog"""

CRISES = """I want to die
I am thinking about suicide
this traffic makes me want to die
my husband beats me
I can't take it anymore
I'm going to kill myself
I am in danger
I don't want to live
no one would miss me
He says he will kill me
I have been suicidal
quiero morirme
mi esposo me pega
ya no puedo más"""

NO_CRISES = """I'm dying to know
pass the suicide prevention bill
a cake to die for
It beats me why
inflation hurts my family
The economy hit us hard
veteran suicide rates are too high
me muero de hambre"""


@pytest.mark.parametrize("text", THREATS.split("\n"))
def test_a_threat_is_seen_with_its_evidence(text: str) -> None:
    letter = f"Dear sir.\nThis is about taxes. {text}"
    found = possible_threat(letter)
    assert found is not None
    assert letter[found.start : found.end].strip() == found.text
    assert found.start >= len("Dear sir.\n")


@pytest.mark.parametrize("text", NO_THREATS.split("\n"))
def test_figures_of_speech_negation_and_news_are_no_threat(text: str) -> None:
    assert possible_threat(f"Dear sir. {text}.") is None


@pytest.mark.parametrize("text", CRISES.split("\n"))
def test_a_crisis_is_seen(text: str) -> None:
    found = possible_crisis(f"Hello. {text}")
    assert found is not None
    assert found.text.lower() in text.lower()


@pytest.mark.parametrize("text", NO_CRISES.split("\n"))
def test_figures_of_speech_and_policy_are_no_crisis(text: str) -> None:
    assert possible_crisis(f"Hello. {text}.") is None


@pytest.mark.parametrize(
    "text",
    [
        "I am 9 years old",
        "my 4th grade class wrote to you",
        "tengo 10 años",
        "I'm 10 and I love dogs",
        "I am in third grade",
        "estoy en cuarto grado",
        "I’m 12 years old",
    ],
)
def test_children(text: str) -> None:
    assert possible_child(f"Hi! {text}.") is not None


@pytest.mark.parametrize(
    "text",
    [
        "I am 45 years old",
        "tengo 10 años viviendo aquí",
        "I have 9 kids",
        "I am 10 miles away",
        "my daughter is 9 years old",
        "I'm 70 and retired",
        "tengo 15 años en este país",
        "I'm 5.5 feet tall",
        "I am 18 years old",
    ],
)
def test_grown_ups(text: str) -> None:
    assert possible_child(f"Hi! {text}.") is None


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Please unsubscribe me", ""),
        ("take me off your list", ""),
        ("stop emailing me", ""),
        ("quiero darme de baja", ""),
        ("STOP", ""),
        ("I want to unsubscribe", ""),
        ("remove my email from your list", ""),
        ("Thanks", "Unsubscribe"),
    ],
)
def test_unsubscribe_requests(text: str, subject: str) -> None:
    assert unsubscribe_request(text, subject) is not None


@pytest.mark.parametrize(
    "text", ["do not unsubscribe me", "stop the war", "To unsubscribe click here", "remove the tax"]
)
def test_no_unsubscribe_request(text: str) -> None:
    assert unsubscribe_request(text, "About taxes") is None


@patient
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for found in (possible_threat(text), possible_crisis(text), possible_child(text), unsubscribe_request(text, text)):
        assert found is None or 0 <= found.start < found.end
