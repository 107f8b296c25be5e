import pytest

from hustings.service.desk.models import Queue, QueueRule
from hustings.service.desk.queries.routing import NoQueue, Router, Routing

GENERAL = Queue(id=1, name="General", is_default=True, minutes_to_answer=2880, position=9)
BALLOTS = Queue(id=2, name="Ballots", minutes_to_answer=240, position=1)
CRISIS = Queue(id=3, name="Care", is_crisis=True, minutes_to_answer=30, position=5)


def rule(queue: Queue, position: int = 1, **conditions: object) -> QueueRule:
    return QueueRule(queue_id=queue.pk, position=position, **conditions)


def routed(
    *rules: QueueRule, mailbox: str = "help@x.org", text: str = "", state: str = "", language: str = "en"
) -> int:
    return Router([GENERAL, BALLOTS, CRISIS], rules).route([mailbox], text, state, language).queue_id


def test_without_a_rule_it_goes_to_the_default_queue_in_its_time() -> None:
    assert Router([BALLOTS, GENERAL], []).route([], "", "", "") == Routing(1, 2, 2880, "")


def test_the_first_rule_that_holds_decides_with_its_own_urgency() -> None:
    rules = [
        rule(BALLOTS, 1, words=["ballot"], priority=1, minutes_to_answer=60, tag="ballot"),
        rule(GENERAL, 2, words=["ballot"]),
    ]
    assert Router([GENERAL, BALLOTS], rules).route([], "my ballot", "", "en") == Routing(2, 1, 60, "ballot")


@pytest.mark.parametrize(
    ("words", "text", "holds"),
    [
        (["ballot"], "Where is my BALLOT?", True),
        (["ballot"], "ballots", False),
        (["early voting"], "about Early\nVoting hours", True),
        (["early voting"], "voting early", False),
        (["votación"], "la VOTACION anticipada", True),
        (["votacion anticipada"], "¿Votación anticipada?", True),
        (["don't"], "I don't know", True),
        (["!!!"], "anything", False),
        ([" "], "anything", False),
    ],
)
def test_words_are_whole_words_without_case_and_accents(words: list[str], text: str, holds: bool) -> None:
    assert routed(rule(BALLOTS, words=words), text=text) == (2 if holds else 1)


def test_every_given_condition_must_hold() -> None:
    narrow = rule(BALLOTS, mailbox="help@x.org", words=["ballot"], states=["OH"], language="en")
    assert routed(narrow, text="ballot", state="OH") == 2
    assert routed(narrow, text="ballot", state="OH", mailbox="press@x.org") == 1
    assert routed(narrow, text="ballot", state="TX") == 1
    assert routed(narrow, text="ballot", state="OH", language="es") == 1
    assert routed(narrow, text="hello", state="OH") == 1


def test_someone_in_crisis_is_due_at_once_with_those_who_are_trained() -> None:
    assert Router([GENERAL, CRISIS], []).crisis == Routing(3, 0, 15)
    assert Router([GENERAL], []).crisis == Routing(1, 0, 15)


def test_the_crisis_queue_is_nobodys_default() -> None:
    assert Router([Queue(id=3, is_crisis=True, position=1), Queue(id=4, position=2)], []).default.queue_id == 4


def test_without_any_queue_it_says_so() -> None:
    with pytest.raises(NoQueue, match="waits"):
        Router([], [])
