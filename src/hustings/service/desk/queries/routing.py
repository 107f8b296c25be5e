"""Which queue a letter goes to: the rules, compiled once and asked for every letter of a batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hustings.constituents.people.rules import ANY_VIP
from hustings.constituents.topics.queries.taxonomy import members, tops
from hustings.constituents.topics.rules import Reading
from hustings.foundation.core.folding import folded_words

from ..models import Priority, Queue, QueueRule

# A rule of words is about what a letter says first; the rest of a long enclosure routes nothing.
LONGEST = 20_000
_NOTHING = Reading()


class NoQueue(Exception):
    """There is no queue at all: nothing can be routed."""


@dataclass(frozen=True, slots=True)
class Routing:
    """Where to, how urgent, in how many minutes an answer is due, and the tag to put on (or empty)."""

    queue_id: int
    priority: int
    minutes: int
    tag: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    routing: Routing
    mailbox: str
    singles: frozenset[str]
    phrases: tuple[str, ...]  # " early voting ": whole words by the spaces around them
    states: frozenset[str]
    language: str
    topics: frozenset[str]
    natures: frozenset[str]
    urgency: int
    vip: str
    keys: frozenset[str]  # of which a letter has one, or the rule does not hold; empty: it asks for no words

    def holds(
        self, mailboxes: Sequence[str], said: "_Said", state_code: str, language: str, reading: Reading, vip: str
    ) -> bool:
        if self.mailbox and self.mailbox not in mailboxes:
            return False
        if self.states and state_code not in self.states:
            return False
        if self.language and self.language != language:
            return False
        if not self._holds_of(reading) or (self.vip and vip != self.vip and not (vip and self.vip == ANY_VIP)):
            return False
        return not (self.singles or self.phrases) or said.any_of(self.singles, self.phrases)

    def _holds_of(self, reading: Reading) -> bool:
        if self.urgency > reading.urgency or (self.natures and reading.nature not in self.natures):
            return False
        return not self.topics or not self.topics.isdisjoint(reading.topics)


class _Said:
    """A letter's words, and the same with one space around each."""

    __slots__ = ("joined", "words")

    def __init__(self, words: list[str]) -> None:
        self.words = frozenset(words)
        self.joined = f" {' '.join(words)} "

    def any_of(self, singles: frozenset[str], phrases: tuple[str, ...]) -> bool:
        if not self.words.isdisjoint(singles):
            return True
        return any(phrase in self.joined for phrase in phrases)


class Router:
    """The rules as they were when this was made. `route` touches no database."""

    def __init__(self, queues: Iterable[Queue], rules: Iterable[QueueRule]) -> None:
        lines = sorted(queues, key=lambda queue: (queue.position, queue.pk))
        if not lines:
            raise NoQueue("There is no queue yet. Make one in the settings; the mail is kept and waits.")
        by_id = {queue.pk: queue for queue in lines}
        default = next((queue for queue in lines if queue.is_default), None)
        self.default = _plain(default or next((queue for queue in lines if not queue.is_crisis), lines[0]))
        crisis = next((queue for queue in lines if queue.is_crisis), None)
        queue_id = crisis.pk if crisis else self.default.queue_id
        self.crisis = Routing(queue_id, Priority.CRISIS, min(15, crisis.minutes_to_answer) if crisis else 15)
        self._rules = [_compiled(rule, by_id[rule.queue_id]) for rule in rules if rule.queue_id in by_id]
        # Only rules that a letter's words can open are asked: one look at its words finds them all.
        self._always = [place for place, rule in enumerate(self._rules) if not rule.keys]
        self._by_key: dict[str, list[int]] = {}
        for place, rule in enumerate(self._rules):
            for key in rule.keys:
                self._by_key.setdefault(key, []).append(place)
        self._keys = frozenset(self._by_key)

    def route(
        self,
        mailboxes: Sequence[str],
        text: str,
        state_code: str,
        language: str,
        reading: Reading = _NOTHING,
        vip: str = "",
    ) -> Routing:
        """The first rule, by position, whose every given condition holds, else the default queue. `mailboxes` are the
        addresses of ours it came to, in lower case; `vip` the kind of VIP its writer is."""
        said = _Said(folded_words(text[:LONGEST]) if self._keys else [])
        places = set(self._always)
        for key in self._keys & said.words:
            places.update(self._by_key[key])
        for place in sorted(places):
            if self._rules[place].holds(mailboxes, said, state_code, language, reading, vip):
                return self._rules[place].routing
        return self.default


def router() -> Router:
    """The rules in force. Raises NoQueue before there is any queue."""
    rules = list(QueueRule.objects.order_by("position", "id"))
    with_members(rules)
    return Router(Queue.objects.filter(is_open=True), rules)


def with_members(rules: Iterable[QueueRule]) -> None:
    """Where a rule asks for topics, it asks for all that is read as one of them."""
    asking = [rule for rule in rules if rule.topics]
    whole = tops() if asking else {}
    for rule in asking:
        rule.topics = members(rule.topics, whole)


def _plain(queue: Queue) -> Routing:
    return Routing(queue.pk, Priority.NORMAL, queue.minutes_to_answer)


def _compiled(rule: QueueRule, queue: Queue) -> _Rule:
    wanted = [words for words in (folded_words(entry) for entry in rule.words) if words]
    if rule.words and not wanted:
        wanted = [["\0", "\0"]]  # nothing but signs was asked for: that holds for no letter, rather than for all
    return _Rule(
        routing=Routing(
            queue.pk,
            rule.priority if rule.priority is not None else Priority.NORMAL,
            rule.minutes_to_answer if rule.minutes_to_answer is not None else queue.minutes_to_answer,
            rule.tag,
        ),
        mailbox=rule.mailbox.strip().lower(),
        singles=frozenset(words[0] for words in wanted if len(words) == 1),
        phrases=tuple(f" {' '.join(words)} " for words in wanted if len(words) > 1),
        states=frozenset(code.upper() for code in rule.states),
        language=rule.language,
        topics=frozenset(rule.topics),
        natures=frozenset(rule.natures),
        urgency=rule.urgency,
        vip=rule.vip,
        keys=frozenset(words[0] for words in wanted),
    )
