"""What a page knows, said exactly: a mark names the transactions that whoever drew it had seen, and every word of the
live stream names the transaction that said it. A word is news to a page when its transaction is not in the page's mark.

A clock could not tell: a transaction that began before the page and committed after it would be missed, and one's own
act, just before the page, would be told again. PostgreSQL's snapshots can.

A mark as text is "xmax:a,b:c,d": seen are all transactions below xmax but a and b, which were running then, and besides
these c and d, which the request that drew the page committed itself before it drew.
"""

from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection

LONGEST = 2000  # characters; who gives more knows nothing that is kept
_own: ContextVar[list[int] | None] = ContextVar("hustings_live_own", default=None)


@dataclass(frozen=True)
class Mark:
    below: int
    running: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()

    def saw(self, transaction: int) -> bool:
        """Whether what this transaction changed stands in the page."""
        return transaction in self.own or (transaction < self.below and transaction not in self.running)

    def may_have_missed(self, transaction: int) -> bool:
        """Whether this transaction or any before it is news to the page."""
        return self.below <= transaction or any(one <= transaction for one in self.running - self.own)

    def __str__(self) -> str:
        running, own = (",".join(map(str, sorted(some))) for some in (self.running, self.own))
        return f"{self.below}:{running}:{own}"


def now() -> Mark:
    """What a question asked from here on sees at the least. Ask it before the page is drawn, outside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_snapshot()::text")
        _below, below, running = cursor.fetchone()[0].split(":")
    return Mark(int(below), _numbers(running))


def read(text: str) -> Mark | None:
    """The mark that the text says; None where it says none."""
    below, _, rest = text.partition(":")
    running, _, own = rest.partition(":")
    if len(text) > LONGEST or not below.isascii() or not below.isdigit():
        return None
    try:
        return Mark(int(below), _numbers(running), _numbers(own))
    except ValueError:
        return None


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(one) for one in text.split(",") if one)


def begin_request() -> None:
    """From here on, what this request says itself is kept."""
    _own.set([])


def spoke(transaction: int) -> None:
    """The request's own transaction said something."""
    own = _own.get()
    if own is not None:
        own.append(transaction)


def with_own(mark: Mark) -> Mark:
    """The mark of what is drawn now, after what the request did itself."""
    return Mark(mark.below, mark.running, frozenset(_own.get() or ()))


def end_request() -> None:
    _own.set(None)
