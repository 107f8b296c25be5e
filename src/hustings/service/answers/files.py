"""Files that may stand beside an answer: what anyone's machine opens without harm."""

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from hustings.foundation.core.texts import safe_name

MOST_FILES, LARGEST_FILE = 6, 10 * 1024 * 1024
# By their first bytes: what a name or a browser says of a file is only what its sender says.
KINDS = {
    b"%PDF-": ("application/pdf", (".pdf",)),
    b"\x89PNG\r\n\x1a\n": ("image/png", (".png",)),
    b"\xff\xd8\xff": ("image/jpeg", (".jpg", ".jpeg")),
    b"RIFF": ("image/webp", (".webp",)),
}
PLAIN = {".txt": "text/plain", ".csv": "text/csv", ".ics": "text/calendar"}


def content_type_of(name: str, content: bytes) -> str:
    """What it is, by its bytes and its ending together. Raises ValidationError (field "files") for anything that is not
    a PDF, a picture, plain text, a table or a calendar, that is empty or too large."""
    shown = {"name": safe_name(name), "limit": filesizeformat(LARGEST_FILE)}
    if not content:
        raise ValidationError({"files": _("“%(name)s” is empty. It was not taken.") % shown})
    if len(content) > LARGEST_FILE:
        raise ValidationError({"files": _("“%(name)s” is larger than %(limit)s. It was not taken.") % shown})
    ending = "." + safe_name(name).rpartition(".")[2].lower()
    for begins, (kind, endings) in KINDS.items():
        is_webp = begins != b"RIFF" or content[8:12] == b"WEBP"
        if content.startswith(begins) and is_webp and ending in endings:
            return kind
    if ending in PLAIN and _is_text(content):
        return PLAIN[ending]
    refused = _("“%(name)s” is no PDF, PNG, JPEG, WebP, text, CSV or calendar file, or not what its name says.")
    raise ValidationError({"files": refused % shown})


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False
