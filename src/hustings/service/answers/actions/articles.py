"""Making, revising, approving and withdrawing what may be said."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from hustings.foundation.access.models import Team, User
from hustings.foundation.core import bus
from hustings.foundation.core.guard import action
from hustings.foundation.core.ids import new_uid

from ..announcements import ArticleApproved, ArticleWithdrawn
from ..models import Article, ArticleKind, ArticleState, ArticleVersion, Category, EventKind
from ..rules import may_approve, may_change, may_make, may_withdraw, needs_note
from .noting import lock, public_changed, publish_live, told, write_note
from .publishing import check_publishable, free_slug
from .states import lift_where_mended
from .wording import (
    Cited,
    Enclosed,
    Words,
    check_sources,
    check_texts,
    clean_title,
    files_of,
    sources_of,
    with_deadlines_of,
    write_version,
)


@action
def make_article(
    *,
    actor: User | None,
    title: str,
    texts: Sequence[Words],
    topic: str = "",
    team: Team | None = None,
    owner: User | None = None,
    check_by: date | None = None,
    reason: str = "",
    kind: str = ArticleKind.GENERAL,
    category: Category | None = None,
    sources: Sequence[Cited] = (),
    files: Sequence[Enclosed] = (),
    now: datetime,
) -> Article:
    """A new article with its first version, a draft. A lead makes them for a team they lead (PermissionDenied).
    Raises ValidationError by field ("title", "texts", "sources", "files"); `texts` errors say which text and where."""
    title = clean_title(title)
    article = Article(
        uid=new_uid(),
        title=title,
        topic=" ".join(topic.split()),
        owner=owner or actor,
        team=team,
        check_by=check_by,
        kind=kind,
        category=category,
    )
    if actor is not None and not (may_make(actor) and may_change(actor, article)):
        raise PermissionDenied
    check_texts(texts)
    check_sources(sources, now)
    article.slug = free_slug(title, article)
    article.save()
    version = write_version(article, 1, title, texts, sources, files, actor, reason)
    write_note(article, EventKind.MADE, actor, now, version=version, text=reason)
    return article


@action
def revise(
    *,
    actor: User | None,
    article: Article,
    title: str,
    texts: Sequence[Words],
    reason: str = "",
    base_number: int | None = None,
    sources: Sequence[Cited] | None = None,
    files: Sequence[Enclosed] | None = None,
    leave: Collection[str] = (),
    now: datetime,
) -> ArticleVersion:
    """A new version, a draft: what is approved stays citable until this one is approved too. `base_number`: the
    newest version the writer had seen; ValidationError (code "stale") when someone saved another since. `sources` and
    `files` are all the new version has; None keeps those of the version before. `leave`: "expires_at" where the writer
    cannot see the deadlines: each text keeps that of the version before."""
    locked = lock(actor, article)
    newest = ArticleVersion.objects.filter(article=locked).order_by("-number").first()
    number = newest.number if newest else 0
    if base_number is not None and number != base_number:
        message = _("Someone saved version %(n)d while you wrote. Compare it with yours, then save again.")
        raise ValidationError(message, code="stale", params={"n": number})
    title = clean_title(title)
    if newest is not None and "expires_at" in leave:
        texts = with_deadlines_of(newest, texts)
    check_texts(texts)
    if sources is not None:
        check_sources(sources, now)
    elif newest is not None:
        sources = sources_of(newest)
    if files is None and newest is not None:
        files = files_of(newest)
    version = write_version(locked, number + 1, title, texts, sources or (), files or (), actor, reason, newest)
    if locked.approved_version_id is None:
        Article.objects.filter(pk=locked.pk).update(title=title)
    write_note(locked, EventKind.REVISED, actor, now, version=version, text=reason)
    publish_live(article)
    return version


@action
def approve(
    *,
    actor: User,
    article: Article,
    version: ArticleVersion,
    note: str = "",
    check_by: date | None = None,
    now: datetime,
) -> None:
    """These words may be cited from now on. Approves exactly the version that was read. A withdrawn article lives
    again with it; a state whose words were withdrawn does where this version says something else. One's own words need
    a note (ValidationError, field "note"). Refused where the public reads it and these words cannot stand there."""
    locked = lock(actor, article, may_approve)
    if version.article_id != locked.pk:
        raise ValueError("a version of another article")
    own = needs_note(actor, version)
    if own and not note.strip():
        raise ValidationError({"note": _("These are your own words. Say why nobody else approves them.")})
    if locked.state == ArticleState.APPROVED and locked.approved_version_id == version.pk:
        raise ValidationError(_("This version is approved already."), code="same")
    if locked.is_public:
        check_publishable(locked, version)
    locked.state, locked.approved_version, locked.title = ArticleState.APPROVED, version, version.title
    locked.approved_by, locked.approved_at = actor, now
    locked.withdrawn_at, locked.withdrawn_by, locked.withdrawn_because = None, None, ""
    locked.check_by = check_by or locked.check_by
    locked.save()
    lift_where_mended(locked, version, actor, now)
    write_note(locked, EventKind.APPROVED, actor, now, version=version, text=note, own=own)
    _tell(article, locked, ArticleApproved(article_id=locked.pk, version_id=version.pk), now)


@action
def withdraw(*, actor: User, article: Article, reason: str, now: datetime) -> None:
    """It may no longer be cited nor shown, from this moment. Whoever holds it in a draft is told, in this
    transaction."""
    locked = lock(actor, article, may_withdraw)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: whoever has it in a draft reads this.")})
    if locked.state == ArticleState.WITHDRAWN:
        raise ValidationError(_("It is withdrawn already."), code="same")
    locked.state, locked.withdrawn_at, locked.withdrawn_by = ArticleState.WITHDRAWN, now, actor
    locked.withdrawn_because = reason.strip()
    locked.save()
    write_note(locked, EventKind.WITHDRAWN, actor, now, version=locked.approved_version, text=reason)
    _tell(article, locked, told(ArticleWithdrawn, locked), now)


@action
def restore(*, actor: User, article: Article, reason: str = "", now: datetime) -> None:
    """Take the withdrawal back: what was approved is citable again; what never was is a draft again."""
    locked = lock(actor, article, may_withdraw)
    if locked.state != ArticleState.WITHDRAWN:
        raise ValidationError(_("It is not withdrawn."), code="same")
    locked.state = ArticleState.APPROVED if locked.approved_version_id else ArticleState.DRAFT
    locked.withdrawn_at, locked.withdrawn_by, locked.withdrawn_because = None, None, ""
    locked.save()
    write_note(locked, EventKind.RESTORED, actor, now, version=locked.approved_version, text=reason)
    version_id = locked.approved_version_id
    _tell(article, locked, ArticleApproved(article_id=locked.pk, version_id=version_id) if version_id else None, now)


@action
def set_care(
    *,
    actor: User,
    article: Article,
    team: Team | None,
    owner: User | None = None,
    topic: str = "",
    check_by: date | None = None,
    leave: Collection[str] = (),
    now: datetime,
) -> None:
    """Who looks after it, under which topic, and when it is to be checked again. No new version: the words stay.
    Giving it to another team asks that one leads that team too. `leave` names what stays as it is: "owner", "topic",
    "check_by"."""
    locked = lock(actor, article)
    locked.team = team
    for name, value in (("owner", owner), ("topic", " ".join(topic.split())), ("check_by", check_by)):
        if name not in leave:
            setattr(locked, name, value)
    if not may_change(actor, locked):
        raise PermissionDenied
    locked.save()
    write_note(locked, EventKind.OWNED, actor, now)
    _tell(article, locked, None, now, public=False)


def _tell(article: Article, locked: Article, event: object | None, now: datetime, *, public: bool = True) -> None:
    if event is not None:
        bus.announce(event)
    if public:
        public_changed(locked, now)
    article.refresh_from_db()
    publish_live(locked)
