"""The API over every record type (docs/api.md). It stands in this room because it needs no more than the registry of
record types (`core.records`) and what a role grants; rooms above join in by declaring their types."""
