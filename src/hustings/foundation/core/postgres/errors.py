"""What can go wrong with the embedded database, said so that a person can act on it."""


class PostgresError(Exception):
    """The embedded database cannot do what was asked; the text says what happened, what was kept and what to do."""


class HomeInUse(PostgresError):
    """Another process runs the database of this folder."""


class WrongMajor(PostgresError):
    """The data was written by another major version of PostgreSQL."""
