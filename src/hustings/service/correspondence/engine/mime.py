"""The parts of a message: structure and transfer encodings undone.

``fast_mail_parser`` reads the structure of ordinary multipart mail; the standard library's ``email`` is the second
opinion.  What the fast reader was found to do (compared with the standard library on 1,288 real and nasty messages),
and what is therefore kept from it or asked again:

* one damaged base64 part fails the whole message; so does nesting deeper than its limit: asked again;
* a multipart without its boundary, or with none named, has no parts and its text is lost: asked again;
* text under a part's bad header line is lost: asked again;
* its decoding of encoded words is quadratic in one header (17 MB of them did not end in minutes): it is given the
  structural headers of the message only, and nothing that holds very many encoded words;
* bare CR line ends are no line ends to it: they are changed first.

The standard library needs time in proportion to size times nesting, so it is asked only where both are modest.
A message of one part needs neither.
"""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO
from typing import Any

import fast_mail_parser

from .headers import Block, base64_bytes, decode_words, parameters, split_headers

MOST_PARTS = 2_000
DEEPEST = 60
_MOST_ENCODED_WORDS = 20_000
_SECOND_OPINION_WORK = 4_000_000  # lines times boundaries; about five seconds
_TOO_MUCH = "it has more parts, or deeper ones, than a letter can have"
_TOKEN = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,120}\Z")


_USUAL = frozenset({"text/plain", "text/html", "multipart/alternative", "multipart/mixed", "multipart/related"})


class Refused(Exception):
    """The message cannot be taken apart; the text says why."""


@dataclass(slots=True)
class Part:
    """One node of a message: a leaf has ``content``, a container or an embedded message has ``children``."""

    type: str
    params: Mapping[str, str]
    disposition: str
    filename: str
    content_id: str
    content: bytes
    description: str = ""
    children: list["Part"] = field(default_factory=list)


def part_tree(block: Block, raw: bytes) -> Part:
    """The parts of the message whose headers are ``block``; raises ``Refused`` when there is no way in."""
    values = block.values
    content_type, params = _type_of(_first(values, "content-type"))
    body = raw[block.body_at :]
    if not content_type.startswith("multipart/") and content_type != "message/rfc822":
        return _single(values, content_type, params, body)
    if content_type == "message/rfc822":
        inner = split_headers(body)
        child = part_tree(Block(inner.lines, inner.values, 0), body[inner.body_at :]) if inner.values else None
        part = _single(values, content_type, params, body)
        part.children = [child] if child and child.type != "message/rfc822" else []
        return part
    if (
        "\n" not in _first(values, "content-type")
        and body.count(b"=?") <= _MOST_ENCODED_WORDS
        and params.get("boundary")
    ):
        head = f'Content-Type: multipart/{content_type[10:]}; boundary="{params["boundary"]}"\r\n\r\n'
        try:
            tree = _from_fast(fast_mail_parser.parse_email_tree(head.encode("utf-8", "replace") + body), 0, [0])
        except (fast_mail_parser.ParseError, ValueError, _Doubt):
            pass
        else:
            tree.params = params
            return tree
    return _second_opinion(values, content_type, params, body)


def _first(values: dict[str, list[str]], name: str) -> str:
    found = values.get(name)
    return found[0] if found else ""


def _type_of(value: str) -> tuple[str, Mapping[str, str]]:
    if not value:
        return "text/plain", {}
    token, params = parameters(value)
    if token not in _USUAL and not _TOKEN.match(token):
        token = {"html": "text/html", "text/html,": "text/html"}.get(token, "")
        token = token or (
            "multipart/mixed" if value.lower().startswith("multipart") and "boundary" in params else "text/plain"
        )
    return token, params


def _single(values: dict[str, list[str]], content_type: str, params: Mapping[str, str], body: bytes) -> Part:
    content = transfer_decoded(body, _first(values, "content-transfer-encoding"))
    disposition, of_disposition = "", _NONE
    if "content-disposition" in values:
        disposition, of_disposition = parameters(values["content-disposition"][0])
    return Part(
        content_type,
        params,
        disposition,
        _filename(of_disposition, params),
        _first(values, "content-id").strip("<> "),
        content,
        decode_words(values["content-description"][0][:500]) if "content-description" in values else "",
    )


_NONE: Mapping[str, str] = {}


def _filename(of_disposition: Mapping[str, str], of_type: Mapping[str, str]) -> str:
    name = of_disposition.get("filename") or of_type.get("name") or ""
    name = decode_words(name[:2_000]) if name else ""
    return name.replace("\\", "/").rpartition("/")[2].strip()[:255] if name else ""


_AS_IT_IS = frozenset({"", "7bit", "8bit", "7BIT", "8BIT", "binary"})


def transfer_decoded(body: bytes, encoding: str) -> bytes:
    """``body`` with its Content-Transfer-Encoding undone, as far as damage allows; never raises."""
    if encoding in _AS_IT_IS:
        return body
    encoding = encoding.partition(";")[0].partition("(")[0].strip().strip("\"'").lower()
    if encoding == "base64":
        return base64_bytes(body)
    if encoding in ("quoted-printable", "quotedprintable", "qp"):
        return binascii.a2b_qp(body)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return uudecoded(body)
    return body


def uudecoded(body: bytes) -> bytes:
    """The bytes of uuencoded lines; lines before ``begin`` and from ``end`` on are left out."""
    out: list[bytes] = []
    lines = iter(body.splitlines())
    if b"begin " in body[:4096]:
        for line in lines:
            if line.startswith(b"begin "):
                break
    for line in lines:
        if line.strip() == b"end":
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            try:  # encoders that count a padded last group wrongly
                out.append(binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3]))
            except (binascii.Error, IndexError):
                continue
    return b"".join(out)


# ------------------------------------------------------------------------------------------------ the fast reader


class _Doubt(Exception):
    """The fast reader's tree shows a sign that something was lost."""


def _from_fast(node: Any, depth: int, count: list[int]) -> Part:
    count[0] += 1
    if count[0] > MOST_PARTS or depth > DEEPEST:
        raise Refused(_TOO_MUCH)
    headers = {name.lower(): values for name, values in node.headers.items()}
    content_type, params = (
        _type_of(_first(headers, "content-type")) if "content-type" in headers else (node.content_type, {})
    )
    if node.content is None and not node.children:
        raise _Doubt
    content: bytes = node.content or b""
    if not content and headers and not node.children and not any(name.startswith("content-") for name in headers):
        raise _Doubt
    disposition, of_disposition = parameters(_first(headers, "content-disposition"))
    encoding = _first(headers, "content-transfer-encoding").strip().lower()
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        content = uudecoded(content)
    return Part(
        content_type,
        params,
        disposition,
        _filename(of_disposition, params) or node.filename,
        node.content_id or "",
        content,
        _first(headers, "content-description")[:500],
        [_from_fast(child, depth + 1, count) for child in node.children],
    )


# --------------------------------------------------------------------------------------------- the second opinion


def _second_opinion(values: dict[str, list[str]], content_type: str, params: Mapping[str, str], body: bytes) -> Part:
    if body.count(b"\n") * (2 + body.count(b"oundary=")) > _SECOND_OPINION_WORK:
        raise Refused("its parts are nested or damaged beyond what can be taken apart")
    boundary = params.get("boundary", "")
    if not boundary:
        found = re.search(rb"^--([^\s\"]{1,70})[ \t]*\r?$", body[:20_000], re.MULTILINE)
        boundary = found[1].decode("latin-1") if found else ""
    if not boundary or b"--" + boundary.encode("latin-1", "replace") not in body:
        return Part(
            "text/plain", params, "", "", "", transfer_decoded(body, _first(values, "content-transfer-encoding"))
        )
    head = f'Content-Type: {content_type}; boundary="{boundary}"\n\n'
    try:
        tree = _from_library(message_from_bytes(head.encode("latin-1", "replace") + body), 0, [0])
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError, KeyError) as error:
        raise Refused(f"its parts cannot be taken apart ({type(error).__name__})") from error
    tree.params = params
    return tree


def _from_library(message: "Message[str, str]", depth: int, count: list[int]) -> Part:
    count[0] += 1
    if count[0] > MOST_PARTS or depth > DEEPEST:
        raise Refused(_TOO_MUCH)
    headers = {name.lower(): [str(value)] for name, value in reversed(message.items())}
    content_type, params = _type_of(_first(headers, "content-type"))
    if "content-type" not in headers:
        content_type = message.get_content_type()
    payload: Any = message.get_payload()
    part = _single(headers, content_type, params, b"")
    if not isinstance(payload, list):
        if isinstance(payload, str):
            part.content = transfer_decoded(
                payload.encode("ascii", "surrogateescape"), _first(headers, "content-transfer-encoding")
            )
        if content_type.startswith("multipart/"):
            part.type = "text/plain"
        return part
    if content_type == "message/delivery-status":
        part.content = b"\n".join(_flattened(child) for child in payload)
    elif content_type.startswith("message/") and payload:
        part.content = _flattened(payload[0])
        if content_type == "message/rfc822":
            part.children = [_from_library(payload[0], depth + 1, count)]
    else:
        part.children = [_from_library(child, depth + 1, count) for child in payload]
    return part


def _flattened(message: "Message[str, str]") -> bytes:
    out = BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, maxheaderlen=0).flatten(message)
    except Exception:  # the generator has many ways to fail on damaged input; the part is then shown without bytes
        return out.getvalue()
    return out.getvalue()
