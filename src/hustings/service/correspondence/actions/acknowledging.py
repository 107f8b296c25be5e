"""Telling people that their letter came: never a machine, and at most once per address and mailbox in three hours."""

import logging
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hustings.constituents.people.models import Identifier, IdentifierKind, Person
from hustings.foundation.channels.actions.outbox import queue_mail
from hustings.foundation.channels.models import Mailbox
from hustings.foundation.channels.queries import reply_secret
from hustings.service.answers.models import Article, ArticleState
from hustings.service.answers.queries import text_for
from hustings.service.answers.queries.wording import as_letter
from hustings.service.answers.rules import MergeFieldError, fill_merge_fields
from hustings.service.desk.models import Inquiry
from hustings.service.desk.queries.expecting import expected

from ..engine import letter as letters
from ..engine.headers import Address
from ..engine.threading_keys import reply_address
from ..models import Acknowledgement
from ..registry import acknowledgement_in
from .intake_rows import Stored

log = logging.getLogger(__name__)
APART = timedelta(hours=3)
SLUG = "acknowledgement"  # approved language under this name is what is said
_LOCK_SPACE = 0x4861
Said = Callable[[str], str]


def acknowledge(rows: Sequence[Stored], *, now: datetime) -> list[Acknowledgement]:
    """Queue one acknowledgement for each writer who may have one, in the caller's transaction."""
    boxes = {box.address: box for box in Mailbox.objects.filter(acknowledges=True)}
    wanted: dict[tuple[str, str], Stored] = {}
    for row in rows:
        mailbox = row.letter.mailboxes[0] if row.letter.mailboxes else ""
        if mailbox in boxes and row.letter.from_address:
            wanted.setdefault((row.letter.from_address, mailbox), row)
    if not wanted:
        return []
    _hold(wanted)
    done = _acknowledged([address for address, _ in wanted], now)
    unfit = _unfit([row.person_id for row in wanted.values()], [address for address, _ in wanted])
    rows_of = Inquiry.objects.filter(pk__in=[row.inquiry_id for row in wanted.values()])
    known = {pk: (uid, queue) for pk, uid, queue in rows_of.values_list("pk", "uid", "queue_id")}
    article = Article.objects.filter(slug=SLUG, state=ArticleState.APPROVED).select_related("approved_version").first()
    said = cache(acknowledgement_in)  # the same for all of a language in this batch
    made = []
    for (address, mailbox), row in wanted.items():
        if (address, boxes[mailbox].pk) in done or address in unfit or row.person_id in unfit:
            continue
        try:
            content, message_id, back = _composed(row, boxes[mailbox], *known[row.inquiry_id], article, said, now)
        except (letters.UnfitHeader, ValueError) as unfit_header:
            log.info("no acknowledgement to an address that cannot be written to: %s", unfit_header)
            continue
        outgoing = queue_mail(
            matter=f"ack:{row.letter.arrival.uid}",
            message_id=message_id,
            envelope_from=back,
            envelope_to=address,
            content=content,
            not_before=now,
        )
        made.append(
            Acknowledgement(
                delivery_id=row.delivery_id,
                address=address,
                mailbox=boxes[mailbox],
                at=now,
                outgoing=outgoing,
            )
        )
    return Acknowledgement.objects.bulk_create(made)


def _hold(wanted: dict[tuple[str, str], Stored]) -> None:
    """Two batches with letters of one writer stand in line here until the first has committed."""
    numbers = sorted({zlib.crc32(f"{address} {mailbox}".encode()) - 2**31 for address, mailbox in wanted})
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(%s, n) from unnest(%s::int[]) with ordinality as u (n, i) order by i",
            [_LOCK_SPACE, numbers],
        )


def _acknowledged(addresses: list[str], now: datetime) -> set[tuple[str, int]]:
    recent = Acknowledgement.objects.filter(address__in=addresses, at__gt=now - APART)
    return set(recent.values_list("address", "mailbox_id"))


def _unfit(person_ids: list[int], addresses: list[str]) -> set[int | str]:
    """People who asked not to be contacted at all, and addresses that fail for good."""
    silent = Person.objects.filter(pk__in=person_ids, do_not_contact=True).values_list("pk", flat=True)
    failing = Identifier.objects.filter(
        kind=IdentifierKind.EMAIL, value__in=addresses, bounced_for_good=True
    ).values_list("value", flat=True)
    return {*silent, *failing}


def _composed(
    row: Stored, box: Mailbox, inquiry_uid: UUID, queue_id: int, article: Article | None, said: Said, now: datetime
) -> tuple[bytes, str, str]:
    """The letter, its Message-ID, and the address that brings an answer to it back to the inquiry."""
    letter = row.letter
    message_id = f"<ack.{letter.arrival.uid}@{box.address.rpartition('@')[2]}>"
    back = reply_address(box.address, inquiry_uid, reply_secret())
    language = letter.language or box.language
    with translation.override(language):
        text = _text(row, box, article, language, said(language), _expected(queue_id, now))
        subject = (
            _("We have your letter: %(subject)s") % {"subject": letter.subject}
            if letter.subject
            else _("We have your letter")
        )
    content = letters.compose(
        from_=Address(box.name, box.address),
        to=[Address(letter.from_name, letter.from_address)],
        subject=" ".join(subject.split())[:200],
        text=text,
        message_id=message_id,
        date=now,
        reply_to=back,
        in_reply_to=letter.header_id,
        references=[letter.header_id] if letter.header_id else [],
        acknowledgement=True,
    )
    return content, message_id, back


def _expected(queue_id: int, now: datetime) -> str:
    """When an answer can be expected, from what waits in the queue and how fast it is answered; "" where there is no
    basis to say."""
    when = expected(queue_id, now)
    if when is None:
        return ""
    if when.hours:
        said = ngettext(
            "At the moment an answer takes about %(n)d hour.",
            "At the moment an answer takes about %(n)d hours.",
            when.hours,
        )
        return said % {"n": when.hours}
    if when.days:
        said = ngettext(
            "At the moment an answer takes about %(n)d day.",
            "At the moment an answer takes about %(n)d days.",
            when.days,
        )
        return said % {"n": when.days}
    return _("So many write that at the moment an answer may take more than two weeks.")


def _text(row: Stored, box: Mailbox, article: Article | None, language: str, said: str, expected_in: str) -> str:
    """What is said in a surge, else approved language for this, else words of our own in the writer's language; with
    when an answer can be expected, where that is known."""
    first = row.letter.name.split()[0] if row.letter.name.strip() else ""
    values = {"person.first_name": first, "campaign.name": box.name}
    if said:
        try:
            return "\n\n".join(filter(None, [fill_merge_fields(said, values), expected_in]))
        except MergeFieldError as error:
            log.warning("the acknowledgement of the surge could not be filled in, so the usual words went: %s", error)
    if article is not None and article.approved_version is not None:
        found = text_for(article.approved_version, language=language, state_code=row.state_code)
        if found is not None:
            try:
                return "\n\n".join(filter(None, [fill_merge_fields(as_letter(found), values), expected_in]))
            except MergeFieldError as error:
                log.warning("the approved acknowledgement could not be filled in, so our own words went: %s", error)
    thanks = _(
        "Thank you for writing to %(campaign)s.\n\n"
        "Your letter has arrived and a person will read it. You need not send it again. "
        "If you want to add something, answer this message.\n\n%(campaign)s"
    ) % {"campaign": box.name}
    body, signed = thanks.rsplit("\n\n", 1)
    return "\n\n".join(filter(None, [body, expected_in, signed]))
