"""Arithmetic of the board, over numbers alone: when the backlog clears, and what rises more than chance has it."""
