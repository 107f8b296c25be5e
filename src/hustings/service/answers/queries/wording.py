"""Approved words as they stand in a letter."""

from ..models import ArticleText
from ..rich import to_letter


def as_letter(text: ArticleText) -> str:
    """In plain text: links as words and address, steps numbered, fields still to be filled."""
    steps = "\n".join(f"{number}. {to_letter(step)}" for number, step in enumerate(text.steps or (), 1))
    return "\n\n".join(part for part in (to_letter(text.body), steps) if part)
