"""What can be done with answers, one file per errand."""

from .articles import approve, make_article, restore, revise, set_care, withdraw
from .wording import Cited, Enclosed, Words

__all__ = ["Cited", "Enclosed", "Words", "approve", "make_article", "restore", "revise", "set_care", "withdraw"]
