"""What insight keeps: counts of what the public reads, seeks and says, and of the letters."""

from .letters import LetterFlow, LetterHour, LetterWait, LetterWaiting
from .public import Hour, Kin, Kind, Pair, Phrase, PhraseDone, Reason, Standing, Tally

__all__ = [
    "Hour",
    "Kin",
    "Kind",
    "LetterFlow",
    "LetterHour",
    "LetterWait",
    "LetterWaiting",
    "Pair",
    "Phrase",
    "PhraseDone",
    "Reason",
    "Standing",
    "Tally",
]
