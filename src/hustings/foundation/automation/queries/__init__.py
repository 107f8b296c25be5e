"""Reads of the room, one file per errand; import from the file. What rooms above ask stands here too."""

from .approvals import approvals_for, panel_for

__all__ = ["approvals_for", "panel_for"]
