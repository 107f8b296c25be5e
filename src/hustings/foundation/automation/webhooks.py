"""Calling an address elsewhere: signed, never into our own network, never following where it is sent on to. Plain
Python, without the database."""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 10.0
MOST_READ = 4096


class BadAddress(ValueError):
    """An address that must not, or cannot, be called. Its text is for the one who wrote it."""


class NotReached(Exception):
    """Nobody answered in time, or nobody is there."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    text: str

    @property
    def took_it(self) -> bool:
        return 200 <= self.status < 300


def signature(secret: str, moment: int, body: bytes) -> str:
    """`t=<seconds>,v1=<hex>`: HMAC-SHA256 by the secret over the seconds, a full stop and the body."""
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


def check_address(url: str, *, private: bool) -> None:
    """Raises BadAddress for what is no https address (with `private` also http) to a host by name or number."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise BadAddress("this is no address") from problem
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise BadAddress("the address must begin with https://")
    if not parts.hostname or parts.username or parts.password or (port is not None and not 0 < port < 65536):
        raise BadAddress("the address names no host, or a user, which has no place there")


def resolve(host: str, port: int, *, private: bool) -> str:
    """One address of the host. Raises BadAddress when any of its addresses is in a private network (unless `private`):
    one that answers now with this, now with that, is not trusted. Raises NotReached when it has none."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as problem:
        raise NotReached(f"the name {host} was not found") from problem
    for each in sorted(found):
        address = ipaddress.ip_address(each.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
        inside = not mapped.is_global or mapped.is_multicast
        if inside and not private:
            raise BadAddress(f"{host} lies in a private network")
    return min(found, key=lambda each: (":" in each, each))


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was checked, whatever the name says a moment later."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext | None, until: float) -> None:
        super().__init__(host, port, timeout=max(0.1, until - time.monotonic()))
        self._address, self._context, self._name = address, context, host

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self._name)


def post(
    url: str,
    body: bytes,
    headers: dict[str, str],
    *,
    private: bool = False,
    context: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
) -> Reply:
    """Post the body once, within `seconds` in all. A redirect is an answer like any other: it is not followed. Raises
    BadAddress and NotReached."""
    check_address(url, private=private)
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    until = time.monotonic() + seconds
    address = resolve(host, port, private=private)
    tls = (context or ssl.create_default_context()) if secure else None
    line = _Pinned(host, port, address, tls, until)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request("POST", path, body=body, headers={**headers, "Connection": "close"})
        answer = line.getresponse()
        return Reply(answer.status, _read(answer, line, until))
    except (OSError, http.client.HTTPException) as problem:
        raise NotReached(str(problem) or type(problem).__name__) from problem
    finally:
        line.close()


def _read(answer: http.client.HTTPResponse, line: http.client.HTTPConnection, until: float) -> str:
    """The beginning of what they say; one who speaks a letter a minute is not listened to."""
    read = b""
    while len(read) < MOST_READ:
        left = until - time.monotonic()
        if left <= 0:
            break
        if line.sock is not None:
            line.sock.settimeout(left)
        try:
            piece = answer.read1(MOST_READ - len(read))
        except (OSError, http.client.HTTPException):
            break
        if not piece:
            break
        read += piece
    return read.decode(errors="replace")
