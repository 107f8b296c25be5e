"""allauth's second factors, as this house keeps them: secrets sealed with the campaign's key, no mail of its own."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter

from hustings.foundation.core import secrets
from hustings.foundation.core.guard import unveiled
from hustings.foundation.ui.queries import campaign


class Adapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return secrets.seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises core.secrets.KeyLost."""
        return secrets.unseal(encrypted_text.encode())

    def get_totp_issuer(self) -> str:
        return str(campaign().name) or "Hustings"

    def get_totp_label(self, user: Any) -> str:
        with unveiled():  # one's own address, in one's own app
            return str(user.email)

    def _get_user_identifier(self, user: Any) -> str:
        return self.get_totp_label(user)

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: it stands in the audit, and on the person's own page."""
