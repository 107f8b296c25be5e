"""Users: made, changed, ended and restored."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from hustings.foundation.core import bus, live
from hustings.foundation.core.guard import action

from .. import rules
from ..announcements import AccessEnded
from ..grants import definitions, forget
from ..models import ApiToken, Role, SignInLink, Team, User
from .audit import record_audit
from .sessions import end_all_sessions
from .teams import set_teams


@action
def make_user(
    *,
    actor: User | None,
    email: str,
    name: str,
    role: str = Role.VOLUNTEER,
    teams: Iterable[Team] = (),
    needs_release: bool = True,
    password: str | None = None,
    now: datetime,
) -> User:
    """A new user with one role. `actor` None is the command line. Raises ValidationError (bad or taken e-mail, weak
    password, unknown role) and PermissionDenied; nothing is made then."""
    if actor is not None and not rules.administers(actor):
        raise PermissionDenied
    user = new_user(email=email, name=name, role=role, needs_release=needs_release, password=password)
    set_teams(actor=None, user=user, teams=teams, now=now)
    record_audit(
        actor=actor, action="user.made", record_type="user", record_uid=user.uid, detail={"role": role}, now=now
    )
    return user


def new_user(*, email: str, name: str, role: str, needs_release: bool, password: str | None) -> User:
    email, name = email.strip().lower(), " ".join(name.split())
    validate_email(email)
    if role not in definitions():
        raise ValidationError({"role": _("There is no role %(slugs)s.") % {"slugs": role}})
    if not name:
        raise ValidationError({"name": _("Say what colleagues should call you.")})
    if User.objects.filter(email=email).exists():
        raise ValidationError({"email": _("Someone already signs in with this address.")})
    user = User(email=email, name=name, roles=[role], needs_release=needs_release)
    if password is None:
        user.set_unusable_password()
    else:
        validate_password(password, user)
        user.set_password(password)
    user.save()
    return user


@action
def change_user(*, actor: User, user: User, now: datetime, **fields: Any) -> None:
    """Change roles, states, counties, name, needs_release, is_security_lead, is_crisis_trained or access_ends_at, each
    with a line in the audit. Raises PermissionDenied; ValidationError when it would leave no administrator."""
    if not rules.administers(actor):
        raise PermissionDenied
    allowed = {"name", "roles", "states", "counties", "needs_release", "is_security_lead", "is_crisis_trained"}
    allowed.add("access_ends_at")
    if unknown := set(fields) - allowed:
        raise ValueError(f"not a field that is changed here: {sorted(unknown)}")
    if Role.ADMINISTRATOR not in fields.get("roles", user.roles):
        _keep_an_administrator(user)
    if unknown := set(fields.get("roles", ())) - definitions().keys():
        raise ValidationError({"roles": _("There is no role %(slugs)s.") % {"slugs": ", ".join(sorted(unknown))}})
    changed = {key: value for key, value in fields.items() if getattr(user, key) != value}
    for key, value in changed.items():
        setattr(user, key, value)
    if changed:
        user.save(update_fields=list(changed))
        forget(user)
        detail = {key: str(value) for key, value in changed.items() if key != "name"}
        record_audit(
            actor=actor, action="user.changed", record_type="user", record_uid=user.uid, detail=detail, now=now
        )
        live.publish([f"session:{user.pk}", f"user:{user.pk}"])


def _keep_an_administrator(user: User) -> None:
    others = User.objects.select_for_update().filter(roles__contains=[Role.ADMINISTRATOR], is_active=True)
    if user.holds(Role.ADMINISTRATOR) and not others.exclude(pk=user.pk).exists():
        raise ValidationError(_("This is the last administrator. Make another one first."))


@action
def end_access(*, actor: User, user: User, now: datetime) -> None:
    """The person can do nothing from now on: sessions and API tokens end, open tabs are told, live
    streams close.

    Who may is said by `rules.may_end`. Raises PermissionDenied, and
    ValidationError when it would leave no administrator.
    """
    if not rules.may_end(actor, user):
        raise PermissionDenied
    _keep_an_administrator(user)
    _end(actor, user, "user.ended", now)


def _end(actor: User | None, user: User, word: str, now: datetime) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_all_sessions(user=user)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    SignInLink.objects.filter(user=user).delete()
    record_audit(actor=actor, action=word, record_type="user", record_uid=user.uid, now=now)
    live.publish([f"session:{user.pk}", f"user:{user.pk}"])
    bus.announce(AccessEnded(user_id=user.pk, actor_id=actor.pk if actor else None, at=now))


@action
def end_due_access(*, now: datetime) -> int:
    """End the access of those whose date has come, as a click does; how many. Their requests and streams were refused
    from that moment on already."""
    due = User.objects.select_for_update(skip_locked=True).filter(is_active=True, access_ends_at__lte=now)
    people = list(due)
    for user in people:
        _end(None, user, "user.ended_by_date", now)
    return len(people)


@action
def restore_access(*, actor: User, user: User, now: datetime) -> None:
    """The person may sign in again."""
    if not rules.administers(actor):
        raise PermissionDenied
    user.is_active, user.access_ends_at = True, None
    user.save(update_fields=["is_active", "access_ends_at"])
    record_audit(
        actor=actor, action="user.restored", record_type="user", record_uid=user.uid, detail={"roles": user.roles},
        now=now,
    )  # fmt: skip


@action
def lift_release(*, actor: User, user: User, now: datetime, needs_release: bool = False) -> None:
    """The person's replies leave without a lead's release from now on (or, the other way, wait again)."""
    if not rules.leads_someone(actor, user):
        raise PermissionDenied
    user.needs_release = needs_release
    user.save(update_fields=["needs_release"])
    action = "release.required" if needs_release else "release.lifted"
    record_audit(actor=actor, action=action, record_type="user", record_uid=user.uid, now=now)
    live.publish(f"user:{user.pk}")
