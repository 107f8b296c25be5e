"""The taxonomy, what was read of letters, what people said of it, and the models that learnt from them."""

from .labels import Label, Read
from .taxonomy import Area, Change, Topic, TopicMerge
from .versions import Kind, State, Tenure, Version

__all__ = ["Area", "Change", "Kind", "Label", "Read", "State", "Tenure", "Topic", "TopicMerge", "Version"]
