"""Words without case and accents, as they are compared: of letters, of rules, of what somebody typed."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_ASCII = bytes((ord(chr(code).lower()) if chr(code).isalnum() else 32) for code in range(128)) + bytes(range(128, 256))


def folded(text: str) -> str:
    """In small letters and without accents: "Votación" gives votacion."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()  # taken apart, "℠" has capitals again
    for sign in set(plain):
        if unicodedata.combining(sign):
            plain = plain.replace(sign, "")
    return plain


def folded_words(text: str) -> list[str]:
    """The words, folded: "¿Votación Anticipada?" gives votacion, anticipada."""
    if text.isascii():
        return text.encode().translate(_ASCII).decode().split()
    return _WORD.findall(folded(text))
