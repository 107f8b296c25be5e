"""Letters to be lost, if anything is."""

import random
from pathlib import Path

SENT_BY_MANY = (
    "The bridge over the river has been closed since the flood in spring, and the ferry takes neither bus nor truck."
    " Children walk an hour to school and farmers lose what they grow. Please say before the election who will pay for"
    " a new bridge, and in which year the work on it begins."
)
WORDS = "where when how do we vote early this year in our county please and thanks".split()


def letter(name: str, chance: random.Random, answers: str = "") -> bytes:
    words = SENT_BY_MANY if chance.random() < 0.2 else " ".join(chance.choices(WORDS, k=60))
    refers = f"In-Reply-To: <{answers}@b.example>\r\n" if answers else ""
    return (
        f"From: Writer {chance.randrange(9)} <w{chance.randrange(40)}@b.example>\r\nTo: help@c.example\r\n"
        f"Subject: About {name}\r\nDate: Thu, 01 Oct 2026 12:00:00 +0000\r\nMessage-ID: <{name}@b.example>\r\n{refers}"
        f"\r\nDear campaign, {words}.\r\n"
    ).encode()


def letters(prefix: str, count: int, chance: random.Random) -> dict[str, bytes]:
    """By their ids; one in three answers another of the same lot, which may come later."""
    return {
        f"<{prefix}{n}@b.example>": letter(
            f"{prefix}{n}", chance, f"{prefix}{chance.randrange(count)}" if chance.random() < 0.35 else ""
        )
        for n in range(count)
    }


def as_mbox(path: Path, lot: list[bytes]) -> str:
    line = b"From a@b.example Thu Oct  1 12:00:00 2026\n"
    path.write_bytes(b"".join(line + raw.replace(b"\r\n", b"\n") + b"\n" for raw in lot))
    return str(path)
