"""Letters between the transaction that stored them and the one that compares them with others: left by whoever took
them in, taken out by whoever holds the lock. So nobody who stores letters waits for one who compares."""

from array import array
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from hustings.foundation.core import bulk
from hustings.service.desk.models import Inquiry

from ..models import Waiting
from .letters import NewLetter

TABLE = bulk.Table(
    "campaigns_waiting",
    message_id=bulk.bigint,
    inquiry_id=bulk.bigint,
    person_id=bulk.bigint,
    at=bulk.moment,
    text=bulk.text,
    name=bulk.text,
    subject=bulk.text,
    state_code=bulk.word,
    language=bulk.word,
    numbers=bulk.binary,
    told=bulk.json,
)
_TAKE = """
delete from campaigns_waiting where message_id in (
    select message_id from campaigns_waiting order by message_id limit %s
) returning message_id, inquiry_id, person_id, at, text, name, subject, state_code, language, numbers, told::text
"""
Told = Mapping[str, Any]


def leave(letters: Iterable[tuple[NewLetter, Told | None]]) -> None:
    """In the transaction that stores them: letters that can be compared (they have `numbers`), each with what is to be
    told again once it was."""
    bulk.copy(
        TABLE,
        (
            (
                *(letter.message_id, letter.inquiry_id, letter.person_id, letter.at, letter.text, letter.name),
                *(letter.subject, letter.state_code, letter.language, array("I", letter.numbers or ()).tobytes(), told),
            )
            for letter, told in letters
        ),
    )


def some_wait() -> bool:
    """Whether a letter waits to be compared."""
    return Waiting.objects.exists()


def take_out(most: int) -> list[tuple[NewLetter, Told | None]]:
    """The first of those that wait, in the order in which they came; with the lock. One whose conversation was sealed
    meanwhile, or is not there any more, is given as sealed. For the house alone (`unveiled`)."""
    rows = sorted(bulk.fetch(_TAKE, most), key=lambda row: row[0])
    plain = Inquiry.objects.filter(pk__in=[row[1] for row in rows], is_sealed=False, is_crisis=False)
    open_to_all = set(plain.values_list("pk", flat=True))
    return [_letter(row, is_sealed=row[1] not in open_to_all) for row in rows]


def _letter(row: tuple[Any, ...], *, is_sealed: bool) -> tuple[NewLetter, Told | None]:
    message_id, inquiry_id, person_id, at, text, name, subject, state_code, language, numbers, told = row
    words = array("I")
    words.frombytes(bytes(numbers))
    letter = NewLetter(
        *(message_id, inquiry_id, person_id, at, text),
        name=name,
        subject=subject,
        state_code=state_code,
        language=language,
        sealed=is_sealed,
        numbers=() if is_sealed else words.tolist(),
    )
    return letter, None if told is None else orjson.loads(told)
