"""Reading calls, one file per question."""
