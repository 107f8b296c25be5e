"""Threats and crises said without any of the usual words, and what sounds like them."""

import pytest

from hustings.service.correspondence.engine.safety import possible_crisis, possible_threat

THREATS = [
    "next one that steps on my porch is going to get hurt and i mean it",
    "The next volunteer who knocks here will end up hurt.",
    "If I see that bus I will make sure it does not leave again.",
    "Tell Adair not to come to our town. I know which door they use and I know what time.",
    "i know who closes up at night",
]
NOT_THREATS = [
    "Somebody is going to get hurt on that road if nobody mends the light.",
    "The next person who calls will get the same question from me.",
    "I will make sure it does not happen again.",
    "You asked us not to come on Sunday. I know what you mean, and Monday is fine.",
    "I know which door to use at the library, but is it still my polling place?",
    "Working people are going to get hurt by this plan.",
]
CRISES = [
    "I've been getting really dark thoughts since the spring, like wanting to not be here anymore.",
    "some nights i think everybody would be better off if i didnt wake up",
    "I don't see a way out.",
]
NOT_CRISES = [
    "We would all be better off with a new bridge.",
    "I wake up at five to drive the bus.",
    "My thoughts on the debate: it was long.",
    "I will not be here on Tuesday. Can I vote early?",
]


@pytest.mark.parametrize("text", THREATS)
def test_a_threat_in_plain_words(text):
    assert possible_threat(text, "en") is not None


@pytest.mark.parametrize("text", NOT_THREATS)
def test_what_only_sounds_like_one(text):
    assert possible_threat(text, "en") is None


@pytest.mark.parametrize("text", CRISES)
def test_a_crisis_in_plain_words(text):
    assert possible_crisis(text, "en") is not None


@pytest.mark.parametrize("text", NOT_CRISES)
def test_a_letter_that_is_none(text):
    assert possible_crisis(text, "en") is None
