"""Files that came with letters, and how they may be handed out: always as downloads, never run, never shown."""

import re

from django.db.models import QuerySet

from hustings.foundation.access.models import User
from hustings.foundation.core.texts import safe_name

from ..models import Attachment
from .messages import seen_by

# What a browser may be told it is. Everything else, and whatever a browser could run, is plain bytes.
SAFE_TYPES = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/heic",
        "audio/mpeg",
        "video/mp4",
        "text/plain",
        "text/csv",
        "text/calendar",
    }
)
SHOWN_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# Endings that a desktop opens by running them get a harmless one behind.
_RUNS = re.compile(
    r"\.(exe|com|bat|cmd|scr|pif|msi|msp|js|jse|vbs|vbe|wsf|wsh|ps1|hta|jar|lnk|cpl|reg|html?|xhtml|shtml|svgz?|xml|mht(ml)?|app|sh|iso|img)$",
    re.IGNORECASE,
)


def visible_to(user: User) -> QuerySet[Attachment]:
    """The files of messages whose inquiry this person may see."""
    return Attachment.objects.filter(seen_by(user, "message__inquiry")).select_related("message", "message__inquiry")


def harmless_name(name: str) -> str:
    """The file's name as it may lie on a desktop: safe, and none that a click would run."""
    plain = safe_name(name)
    return f"{plain}.bin" if _RUNS.search(plain) else plain


def safe_type(content_type: str) -> str:
    """The type to serve under."""
    plain = content_type.split(";", 1)[0].strip().lower()
    return plain if plain in SAFE_TYPES else "application/octet-stream"
