"""What stands beside a password: passkeys, an authenticator app, recovery codes. The ceremonies are allauth’s."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from hustings.foundation.core import limits
from hustings.foundation.core.guard import action

from .. import rules
from ..grants import grants_of
from ..models import User
from .audit import record_audit
from .sessions import end_all_sessions

APP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
MOST_PASSKEYS = 12
STEP = 30  # seconds an app's code holds


def new_secret() -> str:
    """What an app is told, in base 32."""
    return str(totp.generate_totp_secret())


@action
def add_app(*, user: User, secret: str, code: str, now: datetime) -> list[str]:
    """The app knows the secret: its code shows it. Returns new recovery codes if this is the first factor. Raises
    ValidationError."""
    if Authenticator.objects.filter(user=user, type=APP).exists():
        raise ValidationError(_("You have an authenticator app already. Remove it first, then add the new one."))
    if _step_of(secret, code, now) is None:
        raise ValidationError({"code": _("That is not the code the app shows now. Wait for the next one.")})
    totp.TOTP.activate(user, secret)
    return _added(user, "app", now)


def begin_passkey(*, user: User) -> dict[str, Any]:
    """What the browser is asked to make: one that finds its owner by itself and asks for a finger, face or PIN."""
    return dict(webauthn.begin_registration(user, True))


@action
def add_passkey(*, user: User, name: str, credential: Mapping[str, Any], now: datetime) -> list[str]:
    """The browser's answer to `begin_passkey`. Returns new recovery codes if this is the first factor. Raises
    ValidationError."""
    User.objects.select_for_update().get(pk=user.pk)
    if Authenticator.objects.filter(user=user, type=PASSKEY).count() >= MOST_PASSKEYS:
        raise ValidationError(_("You have %(n)s passkeys. Remove one you no longer use.") % {"n": MOST_PASSKEYS})
    try:
        webauthn.parse_registration_response(credential)
        binding = webauthn.complete_registration(dict(credential))
    except (ValidationError, ValueError, TypeError, KeyError) as problem:
        raise ValidationError(_("The browser’s answer did not fit. Nothing was added; try again.")) from problem
    if not binding.is_user_verified():
        raise ValidationError(_("This key asks for no PIN, finger or face. Set one on it, then try again."))
    name = " ".join(name.split())[:60] or _("Passkey")
    webauthn.WebAuthn.add(user, name, dict(credential))
    return _added(user, "passkey", now)


def _added(user: User, kind: str, now: datetime) -> list[str]:
    record_audit(
        actor=user, action="factor.added", record_type="user", record_uid=user.uid, detail={"kind": kind}, now=now
    )
    if user.second_factor_at is None:
        user.second_factor_at = now
        user.save(update_fields=["second_factor_at"])
    if Authenticator.objects.filter(user=user, type=CODES).exists():
        return []
    return list(RecoveryCodes.activate(user).generate_codes())


@action
def renew_codes(*, user: User, now: datetime) -> list[str]:
    """New recovery codes; the old ones work no more. Raises ValidationError where there is nothing to recover."""
    if user.second_factor_at is None:
        raise ValidationError(_("Add a passkey or an authenticator app first."))
    Authenticator.objects.filter(user=user, type=CODES).delete()
    record_audit(actor=user, action="codes.renewed", record_type="user", record_uid=user.uid, now=now)
    return list(RecoveryCodes.activate(user).generate_codes())


@action
def remove_factor(*, user: User, factor: Authenticator, now: datetime) -> None:
    """One passkey or the app less. Raises ValidationError when a role asks for one and this is the last."""
    User.objects.select_for_update().get(pk=user.pk)
    others = Authenticator.objects.filter(user=user).exclude(pk=factor.pk).exclude(type=CODES).exists()
    if not others and grants_of(user).second_factor:
        raise ValidationError(_("Your role asks for a second factor, and this is your last. Add another one first."))
    kind = "app" if factor.type == APP else "passkey"
    Authenticator.objects.filter(user=user, pk=factor.pk).delete()
    record_audit(
        actor=user, action="factor.removed", record_type="user", record_uid=user.uid, detail={"kind": kind}, now=now
    )
    if not others:
        _have_none(user)


@action
def remove_all_factors(*, actor: User, user: User, now: datetime) -> None:
    """An administrator helps someone who lost everything: no factor is left, and every browser of theirs is signed out.
    If a role asks for a factor, they set one up after their password. Raises PermissionDenied."""
    if not rules.administers(actor):
        raise PermissionDenied
    _have_none(user)
    end_all_sessions(user=user)
    record_audit(
        actor=actor, action="factor.removed", record_type="user", record_uid=user.uid, detail={"kind": "all"}, now=now
    )


def _have_none(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()
    user.second_factor_at = None
    user.save(update_fields=["second_factor_at"])


@action
def check_code(*, user: User, code: str, now: datetime) -> bool:
    """Whether this is the app's code of now, never seen before, or a recovery code, which is used up by it."""
    code = "".join(code.split()).replace("-", "")
    if not code.isascii() or not code.isdigit():
        return False
    app = Authenticator.objects.filter(user=user, type=APP).first()
    if app is not None and len(code) == totp.app_settings.TOTP_DIGITS:
        step = _step_of(decrypt(app.data["secret"]), code, now)
        if step is None or not limits.allow(f"totp:{user.pk}:{step}", most=1, per=timedelta(days=1), now=now):
            return False
        Authenticator.objects.filter(pk=app.pk).update(last_used_at=now)
        return True
    codes = Authenticator.objects.filter(user=user, type=CODES).first()
    if codes is None or not RecoveryCodes(codes).validate_code(code):
        return False
    left = len(RecoveryCodes(Authenticator.objects.get(pk=codes.pk)).get_unused_codes())
    record_audit(
        actor=user, action="code.used", record_type="user", record_uid=user.uid, detail={"left": left}, now=now
    )
    return True


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The half-minute this code belongs to: now, the one before or the next."""
    here = int(now.timestamp()) // STEP
    for step in (here, here - 1, here + 1):
        if constant_time_compare(code, totp.format_hotp_value(totp.hotp_value(secret, step))):
            return step
    return None


def begin_asking_passkey(*, user: User | None) -> dict[str, Any]:
    """What the browser is asked for: any passkey of this house (None), or one of this person's."""
    return dict(webauthn.begin_authentication(user))


@action
def check_passkey(*, user: User | None, credential: Mapping[str, Any], now: datetime) -> User | None:
    """Who the browser's answer proves; None when it proves nobody, or somebody else than `user`."""
    try:
        webauthn.parse_authentication_response(credential)
        found = webauthn.extract_user_from_response(dict(credential)) if user is None else user
        proof = webauthn.complete_authentication(found, dict(credential))
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        return None
    Authenticator.objects.filter(pk=proof.pk).update(last_used_at=now)
    return found if found.is_active else None
