"""What can be done with calls, one file per errand."""
