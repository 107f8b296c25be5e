"""Letters to a digest's reply address: a colleague's comment, never a voter's inquiry. The feed decides whether it is
posted; either way it is set aside as `feed`, so that the ledger counts it as what it is."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from hustings.foundation.channels.models import Outcome, Source
from hustings.foundation.core import storage
from hustings.foundation.feed.actions.by_mail import comment_by_mail
from hustings.foundation.feed.actions.posts import NewFile
from hustings.foundation.feed.queries.addresses import is_reply_address

from .intake_letter import Letter

WAITS = "a colleague's answer to a digest"
FROM_FILE = "not posted: an answer to a digest that came out of a file"
_FEED, _FILE = Outcome.FEED.value, Source.FILE.value


def address_in(addresses: Iterable[str]) -> str:
    """The digest's reply address among those a letter came to; its signature is looked at when it is posted."""
    return next((one for one in addresses if "+f." in one.lower() and is_reply_address(one)), "")


def post_comments(letters: Sequence[Letter], *, now: datetime) -> None:
    """Hand what came for the feed over to it, in the transaction that keeps the letters; the reason says what became
    of each."""
    for letter in letters:
        if letter.outcome != _FEED:
            continue
        if letter.arrival.source == _FILE:
            letter.reason = FROM_FILE
            continue
        letter.reason = comment_by_mail(
            address=letter.feed_address,
            from_address=letter.from_address,
            text=letter.text,
            files=[NewFile(one.name, storage.read(one.sha256)) for one in letter.enclosed if not one.inline],
            now=now,
        ).reason
