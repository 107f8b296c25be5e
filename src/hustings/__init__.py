"""Hustings: the open system a presidential campaign runs on."""

__version__ = "0.1.0"
