"""What letters tell of many people at once: who refuses to be written to, and whose address failed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hustings.foundation.core import bus

from ..announcements import AddressFailed, ConsentRecorded, PersonChanged
from ..models import Consent, Identifier, IdentifierKind
from ..rules import CHANNELS


@transaction.atomic
def record_refusals(
    refusals: Sequence[tuple[int, str]], *, channels: Sequence[str], purpose: str = "outreach", now: datetime
) -> None:
    """Each of these people (by id, with where they said it) refuses these channels: as `record_consent` by the house
    itself, for many."""
    if not set(channels) <= set(CHANNELS):
        raise ValueError(f"not channels of consent: {channels!r}")
    made = Consent.objects.bulk_create(
        Consent(
            person_id=person_id,
            channel=channel,
            purpose=purpose,
            state=Consent.State.REFUSED.value,
            source=source,
            at=now,
        )
        for person_id, source in refusals
        for channel in channels
    )
    for consent in made:
        bus.announce(ConsentRecorded(consent.person_id, consent.uid, now, None))
        bus.announce(PersonChanged(person_id=consent.person_id))


@transaction.atomic
def mark_all_bounced(failures: Sequence[tuple[str, bool]], *, now: datetime) -> None:
    """Mail to these addresses came back, for good or not, in this order: as `mark_bounced`, for many."""
    wanted = {address.strip().lower() for address, _ in failures}
    rows = Identifier.objects.select_for_update().filter(kind=IdentifierKind.EMAIL, value__in=wanted).order_by("pk")
    found = {row.value: row for row in rows} if wanted else {}
    changed: dict[int, Identifier] = {}
    for address, for_good in failures:
        row = found.get(address.strip().lower())
        if row is None or (row.bounced_at is not None and (row.bounced_for_good or not for_good)):
            continue
        row.bounced_at = row.bounced_at or now
        row.bounced_for_good = row.bounced_for_good or for_good
        changed[row.pk] = row
        bus.announce(AddressFailed(row.person_id, row.uid, now, for_good))
        bus.announce(PersonChanged(person_id=row.person_id))
    if changed:
        Identifier.objects.bulk_update(changed.values(), ["bounced_at", "bounced_for_good"])
