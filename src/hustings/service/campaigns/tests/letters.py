"""A letter that many send, as each of them sends it, and the way in."""

from datetime import datetime, timedelta
from zlib import crc32

from hustings.service.campaigns.engine.tests.texts import OTHER, TEXT
from hustings.service.correspondence.tests.mail import NOW, deliver, mail

__all__ = ["OTHER", "TEXT", "letter", "send"]

NAMES = (
    *("Ann Lee", "Bob Ray", "Cleo Park", "Dan Fox", "Eve Moss", "Flo Hart", "Gus Pine", "Hal Reed", "Ida Shaw"),
    *("Jon Lake", "Kit Voss", "Lou West"),
)


def letter(number: int, *, text: str = TEXT, added: str = "", state: str = "", at: datetime | None = None) -> bytes:
    """The letter of the nth writer; `added` stands before its last paragraph."""
    name = NAMES[number % len(NAMES)]
    words = text.replace("\n\n", f" {added}\n\n", 1) if added and "\n\n" in text else f"{text} {added}".strip()
    return mail(
        f"{crc32(words.encode()):x}-{number}",
        sender=f"{name} <writer{number}@example.org>",
        subject="Our clinics",
        text=f"Dear Governor Adair,\n\n{words}\n\nSincerely,\n{name}\n{state}".rstrip(),
        at=at or NOW + timedelta(minutes=number),
    )


def send(*raws: bytes) -> None:
    """Deliver them one batch at a time, as they are given."""
    deliver(*raws)
