"""The board of the day, the plan, the freeze."""
