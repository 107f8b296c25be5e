"""Reply addresses of digests: `help+f.<token>@domain`, which only we could have made, and only for one person.

The token is base32 of a post's (or a digest's) 16-byte uid and the first 10 bytes of an HMAC-SHA256 over the mailbox,
that uid and the uid of the person it was sent to. Whoever answers from another address than their own fails.
"""

import base64
import binascii
import hmac
from hashlib import sha256
from uuid import UUID

from hustings.foundation.channels.queries import reply_secret

MARK = "+f."
_LENGTH = 42  # 26 bytes in base32 without padding
_MAC = 10


def reply_address(mailbox: str, uid: UUID, user_uid: UUID) -> str:
    """Where this person's answer to this post goes. Raises ValueError when `mailbox` is no address."""
    local, at, domain = mailbox.strip().rpartition("@")
    if not at or not local or not domain:
        raise ValueError(f"a reply address needs a mailbox like help@example.org, not {mailbox!r}")
    base = local.partition("+")[0]
    token = base64.b32encode(uid.bytes + _mac(base, domain, uid, user_uid)).decode().rstrip("=").lower()
    return f"{base}{MARK}{token}@{domain}"


def is_reply_address(address: str) -> bool:
    """Whether it looks like one of ours; its signature is another question."""
    return _parts(address) is not None


def uid_of(address: str, user_uid: UUID) -> UUID | None:
    """What the address was made for, when it was made for this person; else None."""
    parts = _parts(address)
    if parts is None:
        return None
    base, domain, uid, mac = parts
    return uid if hmac.compare_digest(mac, _mac(base, domain, uid, user_uid)) else None


def _parts(address: str) -> tuple[str, str, UUID, bytes] | None:
    local, _at, domain = address.strip().strip("<>").lower().rpartition("@")
    base, mark, token = local.partition(MARK)
    if not mark or len(token) != _LENGTH or not token.isascii():
        return None
    try:
        data = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    return base, domain, UUID(bytes=data[:16]), data[16:]


def _mac(base: str, domain: str, uid: UUID, user_uid: UUID) -> bytes:
    text = f"feed-reply\n{base.lower()}@{domain.lower()}\n".encode()
    return hmac.new(reply_secret(), text + uid.bytes + user_uid.bytes, sha256).digest()[:_MAC]
