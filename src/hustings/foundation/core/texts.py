"""Words that came from outside."""

import re
import unicodedata

LONGEST_NAME, LONGEST_ENDING = 120, 12


def storable(text: str) -> str:
    """The text without NUL, which the database can neither hold nor look for."""
    return text.replace("\x00", "")


def safe_name(name: str) -> str:
    """A file's name without folders, control or bidirectional characters, at most 120 long, never empty."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c for c in plain if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    plain = re.sub(r'[<>:"|?*]', "_", plain).strip(" .") or "file"
    if len(plain) <= LONGEST_NAME:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return plain[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - 1 - len(ending)]}.{ending}"
