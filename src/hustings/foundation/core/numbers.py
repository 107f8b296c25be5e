"""Numbers that came from outside as text."""

from typing import TypeVar

MOST_DIGITS = 18  # what any column of ids holds

Other = TypeVar("Other")


def whole_number(text: str, otherwise: Other, *, digits: int = MOST_DIGITS) -> int | Other:
    """The whole number, zero or more, that the text is; `otherwise` for anything else, also for one of more digits."""
    return int(text) if text.isdecimal() and len(text) <= digits else otherwise
