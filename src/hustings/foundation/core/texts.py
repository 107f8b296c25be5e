"""Words that came from outside."""


def storable(text: str) -> str:
    """The text without NUL, which the database can neither hold nor look for."""
    return text.replace("\x00", "")
