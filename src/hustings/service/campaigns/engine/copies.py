"""Copies of a letter as many people send it, for measuring how well they are found: words changed, and what a petition
site, a mail program and a writer do to it."""

import re
from collections.abc import Sequence
from random import Random

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_GREETINGS = (
    *("Dear Governor Adair,", "Hello,", "Jane,", "To whom it may concern:", "Dear Madam,", "Good morning", ""),
    *("Estimada gobernadora:", "Attn: the campaign office", "The Honorable Jane Adair\n1 Capitol Square\nHelena, MT"),
)
_CLOSINGS = (
    "Sincerely,",
    "Thank you for your time,",
    "Respectfully yours,",
    "Hoping that you will listen,",
    "Best,",
    "God bless America",
    "Atentamente,",
)
_FEET = (
    "Sent from my iPhone",
    "This message was sent through Action for All, https://act.example.org/sign?id={n}",
    "--\n{name}\n{number} {street} Street\n{town}, OH {n}\n({n:.3}) 555-0{number:03}",
    "",
)
LINE = 76  # characters of a quoted-printable line


def with_changes(text: str, share: float, vocabulary: Sequence[str], rng: Random) -> str:
    """The text with this share of its words changed: seven in ten replaced, the others left out or one put in."""
    words = []
    for word in text.split():
        if rng.random() >= share:
            words.append(word)
            continue
        draw = rng.random()
        if draw < 0.7:
            words.append(rng.choice(vocabulary))
        elif draw < 0.85:
            words += [word, rng.choice(vocabulary)]
    return " ".join(words)


def as_sent(text: str, share: float, vocabulary: Sequence[str], rng: Random) -> str:
    """The same as one of its writers sends it: a greeting and a signature of their own, in three of ten its paragraphs
    in another order, in three of ten words of their own, in three of ten the remains of quoted-printable."""
    paragraphs = _paragraphs(text, rng)
    if rng.random() < 0.3:
        rng.shuffle(paragraphs)
    changed = [with_changes(one, share, vocabulary, rng) for one in paragraphs]
    if rng.random() < 0.3:
        own = " ".join(rng.choice(vocabulary) for _word in range(rng.randint(8, 24)))
        changed.insert(rng.randint(0, len(changed)), f"{own.capitalize()}.")
    name = " ".join(rng.choice(vocabulary).title() for _word in range(2))
    foot = rng.choice(_FEET).format(
        name=name, n=f"{rng.randint(10_000, 99_999)}", number=rng.randint(1, 999),
        street=rng.choice(vocabulary).title(), town=rng.choice(vocabulary).title(),
    )  # fmt: skip
    whole = "\n\n".join(part for part in (rng.choice(_GREETINGS), *changed, rng.choice(_CLOSINGS), name, foot) if part)
    return _damaged(whole) if rng.random() < 0.3 else whole


def _paragraphs(text: str, rng: Random) -> list[str]:
    """Two to four sentences each."""
    sentences, found = _SENTENCE.split(text.strip()), []
    while sentences:
        length = rng.randint(2, 4)
        found.append(" ".join(sentences[:length]))
        sentences = sentences[length:]
    return found


def _damaged(text: str) -> str:
    """As quoted-printable that nobody decoded: soft line ends, in the middle of words too, and escapes."""
    escaped = "".join(char if char == "\n" or (" " <= char <= "~" and char != "=") else _escape(char) for char in text)
    lines = []
    for whole in escaped.split("\n"):
        line = whole
        while len(line) > LINE:
            end = LINE - 1
            while "=" in line[end - 2 : end]:  # an escape is never parted
                end -= 1
            lines.append(f"{line[:end]}=")
            line = line[end:]
        lines.append(f"{line[:-1]}=20" if line.endswith(" ") else line)
    return "\n".join(lines)


def _escape(char: str) -> str:
    return "".join(f"={byte:02X}" for byte in char.encode())
