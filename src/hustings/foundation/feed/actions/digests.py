"""The digest by mail: once for each person and period, at their own hour, of what they may see and have not read."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hustings.foundation.access.actions import record_reading
from hustings.foundation.access.grants import Reading, grants_of
from hustings.foundation.access.models import User
from hustings.foundation.channels.actions import outbox
from hustings.foundation.channels.models import Mailbox
from hustings.foundation.channels.queries import default_mailbox
from hustings.foundation.core.clock import zone_of
from hustings.foundation.core.guard import action, reading_as
from hustings.foundation.ui.queries import campaign

from ..models import Digest, Standing
from ..queries.addresses import reply_address
from ..queries.digests import News, news_for
from ..queries.showing import Shown
from ..schedule import next_digest, period_of
from .mailing import compose

log = logging.getLogger(__name__)
BATCH = 20
LATER = timedelta(hours=1)


def send_due_digests(*, now: datetime) -> bool:
    """Make and queue what is due, each in a transaction of its own; one that fails is tried again in an hour and holds
    up nobody. True when there may be more."""
    due = list(Standing.objects.filter(next_digest_at__lte=now).order_by("next_digest_at")[:BATCH])
    for row in due:
        try:
            make_digest(user_id=row.pk, now=now)
        except Exception:
            log.exception("the digest of user %s failed; it is tried again in an hour", row.pk)
            Standing.objects.filter(pk=row.pk).update(next_digest_at=now + LATER)
    return len(due) == BATCH


@action
def make_digest(*, user_id: int, now: datetime) -> Digest | None:
    """The digest that is due for this person, put into the outbox. None when none is due, somebody else is at it, or
    it was made before. One with nothing to tell is written down and not sent. Raises Mailbox.DoesNotExist while the
    campaign has no mailbox."""
    rows = Standing.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    standing = rows.filter(user_id=user_id, next_digest_at__lte=now).first()
    if standing is None or standing.next_digest_at is None:
        return None
    user, due = standing.user, standing.next_digest_at
    standing.next_digest_at = next_digest(
        standing.digest, hour=standing.hour, weekday=standing.weekday, zone=user.time_zone, after=now
    )
    standing.save(update_fields=["next_digest_at"])
    if not user.is_active or (user.access_ends_at and user.access_ends_at <= now):
        return None
    period = period_of(standing.digest, zone=user.time_zone, due=due)
    if Digest.objects.filter(user=user, period=period).exists():
        return None
    reading = Reading(grants_of(user), user_id=user.pk)
    with reading_as(reading), translation.override(user.language or "en"), timezone.override(zone_of(user.time_zone)):
        news = news_for(user, standing, now=now)
        digest = Digest(user=user, period=period, at=now, posts=[one.post.pk for one in news.shown])
        letter = _letter(digest, standing, news, default_mailbox(), now) if news.shown else None
    digest.save()
    if letter is not None:
        digest.outgoing_id = outbox.queue_mail(matter=f"digest:{user.uid}:{period}", not_before=now, **letter).pk
        digest.save(update_fields=["outgoing_id"])
    if reading.notes:
        record_reading(user_id=user.pk, notes=frozenset(reading.notes), now=now)
    return digest


def _letter(digest: Digest, standing: Standing, news: News, mailbox: Mailbox, now: datetime) -> dict[str, Any]:
    """What `queue_mail` takes, as its reader reads."""
    user = digest.user
    count = len(news.shown) + news.more
    house = campaign().name
    items = [_item(one, mailbox, user) for one in news.shown]
    back = reply_address(mailbox.address, digest.uid, user.uid)
    context = {
        "user": user,
        "items": items,
        "more": news.more,
        "count": count,
        "since": news.since,
        "weekly": standing.digest == "week",
        "stream_url": _absolute(reverse("feed:home")),
        "preferences_url": _absolute(reverse("feed:preferences")),
    }
    subject = ngettext("%(n)d new post for you", "%(n)d new posts for you", count) % {"n": count}
    message_id = f"<digest.{digest.uid}@{mailbox.address.rpartition('@')[2]}>"
    content = compose(
        mailbox=mailbox.address,
        from_name=house,
        to=user.__dict__["email"],  # where it goes, whatever of it is shown
        to_name=user.name,
        subject=subject,
        text=render_to_string("feed/mail/digest.txt", context),
        html=render_to_string("feed/mail/digest.html", context),
        message_id=message_id,
        reply_to=items[0]["reply"] if len(items) == 1 and not news.more else back,
        now=now,
    )
    return {
        "message_id": message_id,
        "envelope_from": back,
        "envelope_to": user.__dict__["email"],
        "content": content,
    }


def _item(shown: Shown, mailbox: Mailbox, user: User) -> dict[str, Any]:
    top = shown.post.parent or shown.post
    return {
        "shown": shown,
        "author": shown.author or (_("A colleague") if shown.post.author_id else _("Hustings")),
        "is_comment": shown.post.parent_id is not None,
        "url": _absolute(reverse("feed:post", args=[shown.post.uid])),
        "reply": reply_address(mailbox.address, top.uid, user.uid),
    }


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"
