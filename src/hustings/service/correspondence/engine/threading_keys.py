"""The keys that thread letters: a 16-byte key of a Message-ID, and reply addresses that only we could have made.

A reply address is ``help+r.<token>@domain``.  The token is base32 in lower case (mail systems fold case) of the
inquiry's 16-byte UUID and the first 10 bytes (80 bits) of an HMAC-SHA256 over the mailbox and the UUID.
"""

import base64
import binascii
import hmac
from hashlib import blake2b, sha256
from uuid import UUID

from .parse import ParsedMessage, normal_id

KEY_BYTES = 16
_MAC_BYTES = 10
_TOKEN_LENGTH = 42  # 26 bytes in base32 without padding
_MARK = "+r."


def id_key(message_id: str) -> bytes:
    """The 16-byte key of a Message-ID as it stands in a header, with or without its brackets."""
    return _key_of(normal_id(message_id))


def _key_of(normal: str) -> bytes:
    return blake2b(normal.encode("utf-8", "replace"), digest_size=KEY_BYTES, person=b"message-id").digest()


def content_key(content_hash: bytes) -> bytes:
    """The 16-byte key of a message that has no Message-ID."""
    return blake2b(content_hash, digest_size=KEY_BYTES, person=b"content").digest()


def message_key(parsed: ParsedMessage) -> bytes:
    """The 16-byte key of a message: from its Message-ID, else from its content."""
    normal = normal_id(parsed.message_id)
    return _key_of(normal) if normal else content_key(parsed.content_hash)


def parent_keys(parsed: ParsedMessage) -> tuple[bytes, ...]:
    """Keys of the messages this one answers, the nearest first, each once."""
    if not parsed.in_reply_to and not parsed.references:
        return ()
    ids = dict.fromkeys((*parsed.in_reply_to, *reversed(parsed.references)))
    own = message_key(parsed)
    return tuple(key for key in dict.fromkeys(id_key(i) for i in ids) if key != own)


def reply_address(mailbox: str, inquiry_uid: UUID | str, secret: bytes) -> str:
    """The address that brings a reply back to the inquiry: ``help@x.org`` -> ``help+r.<token>@x.org``.

    Raises ``ValueError`` when ``mailbox`` is no address or ``secret`` is shorter than 16 bytes.
    """
    local, at, domain = mailbox.strip().rpartition("@")
    if not at or not local or not domain:
        raise ValueError(f"a reply address needs a mailbox like help@example.org, not {mailbox!r}")
    uid = inquiry_uid if isinstance(inquiry_uid, UUID) else UUID(str(inquiry_uid))
    base = local.partition("+")[0]
    token = base64.b32encode(uid.bytes + _mac(base, domain, uid.bytes, secret)).decode().rstrip("=").lower()
    return f"{base}{_MARK}{token}@{domain}"


def inquiry_of(address: str, secret: bytes) -> UUID | None:
    """The inquiry a signed reply address names; ``None`` when it is no such address or its signature is wrong."""
    local, _, domain = address.strip().strip("<>").rpartition("@")
    low = local.lower()
    base, mark, token = low.partition(_MARK)
    if not mark or len(token) != _TOKEN_LENGTH or not token.isascii():
        return None
    try:
        data = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    uid, mac = data[:16], data[16:]
    return UUID(bytes=uid) if hmac.compare_digest(mac, _mac(base, domain, uid, secret)) else None


def _mac(local: str, domain: str, uid: bytes, secret: bytes) -> bytes:
    if len(secret) < 16:
        raise ValueError("the secret of reply addresses must have at least 16 bytes")
    text = f"reply-address\n{local.lower()}@{domain.lower()}\n".encode()
    return hmac.new(secret, text + uid, sha256).digest()[:_MAC_BYTES]
