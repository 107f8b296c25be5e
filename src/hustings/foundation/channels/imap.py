"""Reading a mailbox elsewhere by IMAP: each message once, none deleted.

A message is named by account, UIDVALIDITY and UID; that name is unique among deliveries, so that a crash between
storing and remembering how far we came makes no second one. Nothing is flagged or moved: BODY.PEEK only.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from imap_tools import MailBox, MailBoxUnencrypted
from imap_tools.mailbox import BaseMailBox

from hustings.foundation.core.clock import now as read_clock
from hustings.foundation.core.secrets import seal, unseal

from .actions.accounts import note_progress, note_trouble
from .actions.deliveries import store
from .models import ImapAccount, Source

log = logging.getLogger(__name__)
TIMEOUT = 30
TRY_TIMEOUT = 10
AT_ONCE = 50


def connect(account: ImapAccount, *, timeout: int = TIMEOUT) -> BaseMailBox:
    """A signed-in line with the folder open, read-only. Raises OSError or imap_tools' errors."""
    kind = MailBox if account.tls else MailBoxUnencrypted
    line = kind(account.host, port=account.port, timeout=timeout)
    line.login(account.username, unseal(account.secret), initial_folder=None)
    line.folder.set(account.folder, readonly=True)
    return line


def trouble(account: ImapAccount, password: str = "") -> str:
    """Why the account cannot be read, in the server's words; empty when it can. `password`: one not kept yet."""
    if not password and not account.secret:
        return "the password is missing"
    if password:
        account.secret = seal(password)
    try:
        with connect(account, timeout=TRY_TIMEOUT):
            return ""
    except Exception as problem:  # whatever a server or a network can do
        return f"{type(problem).__name__}: {problem}"[:300]


def poll(now: Callable[[], datetime] = read_clock) -> bool:
    """Look into every active account; True when one of them had more than was taken in this turn."""
    more = False
    for account in ImapAccount.objects.filter(active=True).select_related("mailbox"):
        try:
            more = fetch(account, now=now()) or more
        except Exception as problem:
            log.warning("IMAP account %s: %s", account.name, problem)
            note_trouble(account=account, words=f"{type(problem).__name__}: {problem}", now=now())
    return more


def fetch(account: ImapAccount, *, now: datetime) -> bool:
    """Take what is new in one account; True when there is more."""
    with connect(account) as line:
        validity = int(line.folder.status(account.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        after = account.last_uid if validity == account.uid_validity else 0
        # "n:*" always names the last message, even one below n: hence the comparison.
        found = line.uids(f"UID {after + 1}:*")
        fresh = sorted(uid for uid in map(int, found) if uid > after)
        for uid in fresh[:AT_ONCE]:
            raw = _raw(line, uid)
            if raw is not None:
                store(
                    source=Source.IMAP,
                    raw=raw,
                    envelope_to=[account.mailbox.address],
                    origin=f"imap:{account.pk}:{validity}:{uid}",
                    now=now,
                )
            after = uid
            note_progress(account=account, uid_validity=validity, last_uid=uid, now=now)
        if not fresh:
            note_progress(account=account, uid_validity=validity, last_uid=after, now=now)
    return len(fresh) > AT_ONCE


def _raw(line: BaseMailBox, uid: int) -> bytes | None:
    """The message's bytes; None when it was taken away between the search and now."""
    status, answer = line.client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    if status != "OK":
        raise OSError(f"the server would not give message {uid}: {answer!r}")
    return next((part[1] for part in answer if isinstance(part, tuple)), None)
