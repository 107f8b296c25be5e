"""One state's words of an article: withdrawn, and restored, while the others go on."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.core import bus
from hustings.foundation.core.guard import action
from hustings.foundation.geography.queries import state_name, states

from ..announcements import ArticleApproved, ArticleWithdrawn
from ..models import Article, ArticleText, ArticleVersion, EventKind, StateWithdrawal
from ..rules import may_protect, may_withdraw
from .noting import lock, public_changed, publish_live, told, write_note


@action
def withdraw_state(*, actor: User, article: Article, state_code: str, reason: str, now: datetime) -> StateWithdrawal:
    """This state's words may be neither shown nor cited from this moment, in any language, and nobody there is given
    everyone's words instead. Raises ValidationError (fields "reason", "state_code")."""
    _check_state(state_code)
    locked = lock(actor, article, lambda user, one: may_withdraw(user, one) or may_protect(user, state_code))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: whoever has it in a draft reads this.")})
    if StateWithdrawal.objects.filter(article=locked, state_code=state_code, lifted_at=None).exists():
        raise ValidationError(_("It is withdrawn there already."), code="same")
    made = StateWithdrawal.objects.create(
        article=locked,
        state_code=state_code,
        version=locked.approved_version,
        at=now,
        by=actor,
        because=reason.strip(),
    )
    _tell(locked, actor, EventKind.STATE_WITHDRAWN, f"{state_name(state_code)}: {reason}", now)
    bus.announce(told(ArticleWithdrawn, locked, state_code=state_code))
    return made


@action
def restore_state(*, actor: User, article: Article, state_code: str, reason: str = "", now: datetime) -> None:
    """Take it back: the state's words are what they were. Raises ValidationError where nothing is withdrawn."""
    _check_state(state_code)
    locked = lock(actor, article, lambda user, one: may_withdraw(user, one) or may_protect(user, state_code))
    open_one = StateWithdrawal.objects.filter(article=locked, state_code=state_code, lifted_at=None)
    if not open_one.update(lifted_at=now, lifted_by=actor):
        raise ValidationError(_("It is not withdrawn there."), code="same")
    _tell(locked, actor, EventKind.STATE_RESTORED, f"{state_name(state_code)}: {reason}".rstrip(": "), now)
    if locked.approved_version_id:
        bus.announce(ArticleApproved(article_id=locked.pk, version_id=locked.approved_version_id))


def _check_state(code: str) -> None:
    if not any(code == known for known, _name in states()):
        raise ValidationError({"state_code": _("Choose the state.")})


def lift_where_mended(article: Article, version: ArticleVersion, actor: User, now: datetime) -> None:
    """A version was approved: a state whose words were withdrawn speaks again where this version says something else
    than what was withdrawn, and stays silent where it says the same."""
    for one in StateWithdrawal.objects.filter(article=article, lifted_at=None):
        if _says(version, one.state_code) and _says(version, one.state_code) != _says(one.version, one.state_code):
            one.lifted_at, one.lifted_by = now, actor
            one.save(update_fields=["lifted_at", "lifted_by"])
            write_note(article, EventKind.STATE_RESTORED, actor, now, version=version, text=state_name(one.state_code))


def _says(version: ArticleVersion | None, state_code: str) -> list[tuple[str, str, str, list[str]]]:
    rows = ArticleText.objects.filter(version=version, state_code=state_code).order_by("language")
    return [(row.language, row.title, row.body, row.steps) for row in rows.defer("search")]


def _tell(article: Article, actor: User, kind: str, text: str, now: datetime) -> None:
    write_note(article, kind, actor, now, version=article.approved_version, text=text)
    public_changed(article, now)
    publish_live(article)
