"""What was understood of one message file, as plain data: the answer of ``hustings inspect``.

Needs no database and no Django.  An unreadable file is an answer too: kind ``quarantined``, with the reason.
"""

import os
from datetime import UTC
from pathlib import Path
from typing import Any

from .headers import Address
from .kinds import kind_of
from .language import language_of
from .parse import parse
from .reply import split_reply

LARGEST_FILE = 200_000_000


def inspect_file(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What is understood of the message in the file at ``path``; never raises for what the file is or holds."""
    place = Path(path)
    try:
        if place.stat().st_size > LARGEST_FILE:
            return _unreadable(str(path), "the file is larger than 200 MB")
        raw = place.read_bytes()
    except (OSError, ValueError) as error:
        return _unreadable(
            str(path),
            f"the file cannot be read ({error.__class__.__name__}: {getattr(error, 'strerror', '') or error})",
        )
    return inspect_bytes(raw, str(path))


def inspect_bytes(raw: bytes, name: str) -> dict[str, Any]:
    """What is understood of the message ``raw``, called ``name`` in the answer; never raises."""
    parsed = parse(raw)
    kind = kind_of(parsed)
    split = split_reply(parsed.full_text, parsed.html, sender=parsed.from_.name or parsed.from_.address)
    language, _ = language_of(split.new_words or parsed.subject)
    return {
        "file": _sayable(name),
        "message_id": parsed.message_id,
        "from": _person(parsed.from_),
        "to": [_person(one) for one in parsed.to],
        "cc": [_person(one) for one in parsed.cc],
        "subject": parsed.subject,
        "sent_at": parsed.sent_at.astimezone(UTC).isoformat().replace("+00:00", "Z") if parsed.sent_at else None,
        "text": split.new_words,
        "full_text": parsed.full_text,
        "html_present": bool(parsed.html),
        "quoted": split.quoted,
        "signature": split.signature,
        "language": language,
        "kind": kind.kind,
        "reason": kind.reason,
        "bounced": [{"address": one.address, "permanent": one.permanent} for one in kind.bounced],
        "attachments": [{"name": one.name, "type": one.type, "size": one.size} for one in parsed.attachments],
        "notes": list(parsed.notes),
    }


def _person(one: Address) -> dict[str, str]:
    return {"name": one.name, "address": one.address}


def _sayable(name: str) -> str:
    """A file name as text: names that are not UTF-8 hold lone surrogates, which JSON in UTF-8 cannot say."""
    return name.encode("utf-8", "replace").decode()


def _unreadable(name: str, reason: str) -> dict[str, Any]:
    answer = inspect_bytes(b"", name)
    answer["reason"] = reason
    return answer
