"""Letters to a campaign, any number of them and repeatable, written by this project. No Django, no database."""

from .letters import Letter, letters, people, write_letters
from .people import Person

__all__ = ["Letter", "Person", "letters", "people", "write_letters"]
