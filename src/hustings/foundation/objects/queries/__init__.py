"""Reads, one file per noun."""
