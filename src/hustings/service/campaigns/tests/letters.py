"""A letter that many send, as each of them sends it, and the way in."""

from datetime import datetime, timedelta
from zlib import crc32

from hustings.service.correspondence.tests.mail import NOW, deliver, mail

TEXT = (
    "I am writing to ask you to keep the rural clinics open. My nearest clinic is forty minutes away, and in February "
    "it is further than that. The one in our county closed its maternity ward two years ago. People here did not stop "
    "having babies.\n\nI ask you to promise that no clinic will close in your first year, and to say so before the "
    "election. I will be listening for your answer."
)
OTHER = (
    "Please stop the pipeline under the lake. The company has spilled oil eleven times since it was built, and the "
    "fishing families on the north shore have waited for their compensation longer than anyone should. Water is worth "
    "more than a contract that was signed behind closed doors. Withdraw the permit now."
)
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
