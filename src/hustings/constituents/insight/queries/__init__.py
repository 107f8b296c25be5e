"""Reading the counts."""
