"""How much of a field a reader gets."""

import enum


class Level(enum.IntEnum):
    """In order: what includes more is greater."""

    HIDDEN = 0
    MASKED = 1  # a part of it, enough to tell two apart; it can still be written to or called
    READ = 2
    EDIT = 3
