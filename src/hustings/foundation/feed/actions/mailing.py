"""Mail that the feed sends to those who work here."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_POLICY = SMTP.clone(cte_type="7bit")


def compose(
    *,
    mailbox: str,
    from_name: str,
    to: str,
    to_name: str,
    subject: str,
    text: str,
    html: str = "",
    message_id: str,
    reply_to: str = "",
    in_reply_to: str = "",
    now: datetime,
) -> bytes:
    """The bytes of a machine's letter, which no machine answers. Raises ValueError for an address that is none."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(_line(from_name), addr_spec=mailbox)
    mail["To"] = Address(_line(to_name), addr_spec=to)
    if reply_to:
        mail["Reply-To"] = Address(addr_spec=reply_to)
    mail["Subject"] = _line(subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id
    if in_reply_to:
        mail["In-Reply-To"] = in_reply_to
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(text, charset="utf-8", cte="quoted-printable")
    if html:
        mail.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    return mail.as_bytes()


def _line(words: str) -> str:
    return " ".join(words.split())[:200]
