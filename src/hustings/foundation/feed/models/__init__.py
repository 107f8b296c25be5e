"""The tables of feed; one file per noun."""

from .digests import Digest
from .following import Follow, ReadMark, Standing, TrackedFields
from .posts import Attachment, ChangeLine, Mention, Post, PostVersion

__all__ = [
    "Attachment",
    "ChangeLine",
    "Digest",
    "Follow",
    "Mention",
    "Post",
    "PostVersion",
    "ReadMark",
    "Standing",
    "TrackedFields",
]
