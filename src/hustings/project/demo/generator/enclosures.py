"""What people attach: a small picture, a page, a card, a forwarded message. Each opens."""

from __future__ import annotations

import struct
import zlib
from random import Random

from .mail import Attachment

_PAGES = ("packing slip", "letter from the county", "invoice", "notes", "resume", "petition page")


def picture(rng: Random, name: str) -> Attachment:
    """A small PNG: a sky, a ground and something between, like most pictures of a locked door."""
    width, height = 48, 32
    sky, ground, door = (bytes(60 + int(rng.random() * 180) for _ in range(3)) for _ in range(3))
    rows = []
    for y in range(height):
        line = (sky if y < 20 else ground) * width
        if 8 <= y < 26:
            line = line[: 18 * 3] + door * 12 + line[30 * 3 :]
        rows.append(b"\0" + line)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    )
    return Attachment(name, "image/png", content)


def page(name: str, lines: list[str]) -> Attachment:
    """A PDF of one page with these lines."""
    shown = b" ".join(b"(" + line.encode("latin-1", "replace").translate(_ESCAPES_OUT) + b") Tj T*" for line in lines)
    stream = b"BT /F1 12 Tf 72 720 Td 16 TL " + shown + b" ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 7\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    out += b"trailer << /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return Attachment(name, "application/pdf", out)


# Brackets and backslashes end a PDF string; letters never need them, so they become blanks.
_ESCAPES_OUT = bytes.maketrans(b"()\\", b"   ")


def any_enclosure(rng: Random, *, last: str, city: str) -> Attachment:
    """Something a writer might attach."""
    draw = rng.random()
    if draw < 0.6:
        return picture(rng, f"IMG_{1000 + int(rng.random() * 8999)}.png")
    if draw < 0.9:
        title = _PAGES[int(rng.random() * len(_PAGES))]
        return page(f"{title.replace(' ', '_')}.pdf", [title.capitalize(), f"{last}, {city}", "Page 1 of 1"])
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{last}\r\nADR:;;;{city};;;\r\nEND:VCARD\r\n"
    return Attachment("card.vcf", "text/vcard", card.encode())
