"""Answering a digest's mail posts the comment."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import translation
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.channels.actions import outbox
from hustings.foundation.core.guard import action
from hustings.foundation.ui.queries import campaign

from ..models import Digest, Post
from ..queries.addresses import uid_of
from ..queries.stream import thread
from ..rules import FILE_TYPES, Refused
from .mailing import compose
from .posts import NewFile, write_post


@dataclass(frozen=True)
class ByMail:
    """What became of it. `post` is None when nothing was posted; `reason` says which, for the list of what was set
    aside, and holds no word of the letter."""

    post: Post | None
    reason: str


@action
def comment_by_mail(
    *, address: str, from_address: str, text: str, now: datetime, files: Sequence[NewFile] = ()
) -> ByMail:
    """Post what somebody answered to a digest. `address` is the signed reply address it came to, `text` its new words
    without the quoted digest; `files` of kinds that are not taken are left out, and it says so.

    Only the person's own address with the signature made for it posts, and only while they may see the record. Who
    answered rightly and is refused is told why by mail, with their words; a stranger is told nothing. Never raises for
    what the letter says; to be called once for a letter, in the transaction that keeps it.
    """
    user = _sender(from_address, now)
    uid = uid_of(address, user.uid) if user is not None else None
    if user is None or uid is None:
        return ByMail(None, "not posted: the reply address was not made for this sender")
    fitting = [file for file in files if file.name.rpartition(".")[2].lower() in FILE_TYPES]
    left_out = [file.name for file in files if file not in fitting]
    with translation.override(user.language or "en"):
        try:
            top = _thread_of(user, uid)
            post = _written(user, top, text, fitting, now)
        except Refused as refusal:
            _tell(user, address, str(refusal), text, now)
            return ByMail(None, "not posted; the sender was told why")
        if left_out:
            said = _("Your comment is posted. Files of these kinds are not taken: %(names)s.")
            _tell(user, address, said % {"names": ", ".join(left_out)[:400]}, "", now)
    return ByMail(post, "posted as a comment of a colleague's")


def _sender(from_address: str, now: datetime) -> User | None:
    user = User.objects.filter(email=from_address.strip().lower(), is_active=True).first()
    return None if user is None or (user.access_ends_at and user.access_ends_at <= now) else user


def _thread_of(user: User, uid: UUID) -> Post:
    digest = Digest.objects.filter(uid=uid, user=user).first()
    if digest is not None:
        if len(digest.posts) != 1:
            raise Refused(
                _(
                    "The digest spoke of several posts, so it is not clear which one you answer. Nothing was posted:"
                    " use the address that stands below the post, or its link."
                )
            )
        uid = Post.objects.filter(pk=digest.posts[0]).values_list("uid", flat=True).first() or uid
    found = thread(user, uid)
    if found is None:
        raise Refused(_("What you answered is not there for you any more. Nothing was posted."))
    return found[0]


def _written(user: User, top: Post, text: str, files: Sequence[NewFile], now: datetime) -> Post:
    record = thread(user, top.uid)
    assert record is not None
    try:
        return write_post(
            actor=user,
            record_type=top.record_type,
            record=record[1],
            text=text,
            files=files,
            parent=top,
            by_mail=True,
            now=now,
        )
    except PermissionDenied:
        raise Refused(_("What you answered is not there for you any more. Nothing was posted.")) from None


def _tell(user: User, address: str, why: str, text: str, now: datetime) -> None:
    """A short letter back. The same answer sent twice is told once."""
    local, _at, domain = address.strip().strip("<>").rpartition("@")
    mailbox = f"{local.partition('+')[0]}@{domain}"
    mark = hashlib.sha256("\n".join((address.lower(), user.email, why, text)).encode()).hexdigest()[:32]
    message_id = f"<feed.{mark}@{domain}>"
    kept = "\n".join(f"> {line}" for line in text.strip().splitlines())
    content = compose(
        mailbox=mailbox,
        from_name=campaign().name,
        to=user.email,
        to_name=user.name,
        subject=_("About your comment by mail"),
        text=f"{why}\n\n{kept}\n" if kept else f"{why}\n",
        message_id=message_id,
        now=now,
    )
    outbox.queue_mail(
        matter=f"feed-mail:{mark}",
        message_id=message_id,
        envelope_from=mailbox,
        envelope_to=user.email,
        content=content,
        not_before=now,
    )
