"""IMAP accounts and our own mailboxes."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from hustings.foundation.core.guard import action
from hustings.foundation.core.secrets import seal

from ..models import ImapAccount, Mailbox


@action
def make_mailbox(
    *, address: str, name: str, language: str = "en", is_default: bool = False, acknowledges: bool = True
) -> Mailbox:
    """An address of ours; asked for again under the same address it is changed, not doubled. Raises ValidationError."""
    address = address.strip().lower()
    validate_email(address)
    if "+" in address.split("@")[0]:
        raise ValidationError({"address": _("Without a plus sign: what follows one is used to sign replies.")})
    if is_default:
        Mailbox.objects.exclude(address=address).update(is_default=False)
    fields = {"name": name.strip(), "language": language, "is_default": is_default, "acknowledges": acknowledges}
    return Mailbox.objects.update_or_create(address=address, defaults=fields)[0]


@action
def save_imap_account(*, account: ImapAccount, password: str) -> ImapAccount:
    """Keep the account; an empty password keeps the one there was. A changed place is read from its start."""
    if password:
        account.secret = seal(password)
    elif not account.pk:
        raise ValidationError({"password": _("The mailbox's password is missing.")})
    if account.pk:
        before = ImapAccount.objects.get(pk=account.pk)
        if (before.host, before.username, before.folder) != (account.host, account.username, account.folder):
            account.uid_validity = account.last_uid = 0
    account.save()
    return account


def note_progress(*, account: ImapAccount, uid_validity: int, last_uid: int, now: datetime) -> None:
    """How far this account has been read."""
    account.uid_validity, account.last_uid = uid_validity, last_uid
    account.checked_at, account.last_error = now, ""
    account.save(update_fields=["uid_validity", "last_uid", "checked_at", "last_error"])


def note_trouble(*, account: ImapAccount, words: str, now: datetime) -> None:
    """Why it could not be read this time; shown in the settings, tried again at the next turn."""
    account.checked_at, account.last_error = now, words[:2000]
    account.save(update_fields=["checked_at", "last_error"])
