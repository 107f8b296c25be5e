"""What channels tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MailArrived:
    """Raw mail was stored and waits to be read."""

    delivery_ids: tuple[int, ...]


@dataclass(frozen=True)
class OutgoingSettled:
    """An outgoing message reached a state that holds: sent, failed, uncertain or cancelled. Or it waits again: the
    server put it off, or a person said of an uncertain one that it did not arrive."""

    outgoing_id: int
    state: str
