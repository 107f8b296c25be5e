"""Taking in: the raw bytes first, durable, before anyone is told they were accepted."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from hustings.foundation.core import bus, live, partitions

from ..announcements import MailArrived
from ..compression import compress
from ..models import Delivery, RawMail
from . import reading
from .reading import Arrival


def store(
    *, source: str, raw: bytes, envelope_from: str = "", envelope_to: list[str], origin: str = "", now: datetime
) -> Delivery:
    """Keep the bytes and put them in line to be read; committed when this returns (outside a transaction).

    `origin` names where the message lies at its source: one seen before gives back the first delivery and stores
    nothing. Any failure of the database is raised: the sender must be told to come again.
    """
    if origin and (known := Delivery.objects.filter(origin=origin).first()):
        return known
    partitions.ensure("channels_rawmail", {partitions.month_of(now)})
    try:
        with transaction.atomic():
            delivery = Delivery.objects.create(
                source=source,
                origin=origin,
                envelope_from=envelope_from,
                envelope_to=envelope_to,
                sha256=hashlib.sha256(raw).digest(),
                size=len(raw),
                received_at=now,
            )
            RawMail.objects.create(delivery_id=delivery.pk, received_at=now, raw=compress(raw))
            bus.announce(MailArrived(delivery_ids=(delivery.pk,)))
            live.publish("mail-in")
    except IntegrityError:
        # Someone stored the same origin between our look and our write.
        known = Delivery.objects.filter(origin=origin).first() if origin else None
        if known is None:
            raise
        return known
    return delivery


def store_all(arrivals: Sequence[Arrival], *, now: datetime) -> None:
    """Keep the bytes of all of them and put them in line to be read, in one transaction: committed when this returns.
    When it raises, nothing of any of them was kept."""
    reading.ensure_months([arrival.received_at for arrival in arrivals], now=now)
    with transaction.atomic():
        reading.keep_many(arrivals, [""] * len(arrivals), now=now)
        bus.announce(MailArrived(delivery_ids=tuple(number for a in arrivals if (number := a.delivery_id) is not None)))
        live.publish("mail-in")
