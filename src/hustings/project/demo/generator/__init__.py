"""Letters to a campaign, of any number and repeatable, written by this project. Plain Python: no Django, no database."""

from .letters import Letter, letters, people, write_letters
from .people import Person

__all__ = ["Letter", "Person", "letters", "people", "write_letters"]
