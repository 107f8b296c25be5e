"""An answer to one person made into words for everyone: what speaks of the person is taken out or marked.

Plain functions over text. What is known of the person (names, addresses, street, numbers) is replaced by a mark that
says what stood there; so is whatever looks like an address, a telephone or a street that nobody stated. The greeting
goes. A mark reads as what it is, so that whoever writes the article sees each place.
"""

import re
from collections.abc import Iterable, Mapping

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<!\w)(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\w)")
_STREET = re.compile(
    r"\b\d{1,6}(?:\s+[NSEW]\.?)?(?:\s+[A-Z][\w'.-]*){1,4}\s+"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Court|Ct|Boulevard|Blvd|Way|Place|Pl|Terrace|Circle|Highway|Hwy)\b\.?",
)
_GREETING = re.compile(r"^(?:dear|hello|hi|estimad[oa]|querid[oa]|hola)\b[^\n]{0,60}[,:]?$", re.IGNORECASE)


def strip_personal(text: str, known: Mapping[str, Iterable[str]]) -> tuple[str, int]:
    """(the text for everyone, how many places were marked). `known`: by the mark's word, what is known of the person;
    values of one character and empty ones are left out."""
    parts = text.strip().split("\n\n")
    if parts and _GREETING.match(parts[0].strip()):
        parts = parts[1:]
    plain, count = _EMAIL.subn("[email]", "\n\n".join(parts))
    for word, values in known.items():
        for value in sorted({value.strip() for value in values if len(value.strip()) > 1}, key=len, reverse=True):
            plain, found = re.subn(rf"(?<!\w){re.escape(value)}(?!\w)", f"[{word}]", plain, flags=re.IGNORECASE)
            count += found
    for word, pattern in (("street", _STREET), ("phone", _PHONE)):
        plain, found = pattern.subn(f"[{word}]", plain)
        count += found
    return plain.strip(), count
