"""Making, revising, approving and withdrawing what may be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hustings.foundation.access.models import Team, User
from hustings.foundation.core import bus, live
from hustings.foundation.core.guard import action
from hustings.foundation.core.ids import new_uid

from .announcements import ArticleApproved, ArticleWithdrawn
from .models import Article, ArticleEvent, ArticleState, ArticleText, ArticleVersion, EventKind
from .rules import check_merge_fields, may_change, may_make, needs_note

TOPIC = "answers"  # the live topic every signed-in person may hear
LONGEST = 20_000


@dataclass(frozen=True)
class Words:
    """One text of a version: `state_code` empty for all states that have none of their own."""

    language: str
    body: str
    state_code: str = ""
    title: str = ""


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
    now: datetime,
) -> Article:
    """A new article with its first version, a draft. A lead makes them for a team they lead (PermissionDenied).
    Raises ValidationError by field ("title", "texts"); `texts` errors say which text and where."""
    title = _title(title)
    article = Article(
        uid=new_uid(), title=title, topic=" ".join(topic.split()), owner=owner or actor, team=team, check_by=check_by
    )
    if actor is not None and not (may_make(actor) and may_change(actor, article)):
        raise PermissionDenied
    _check_texts(texts)
    # Titles repeat; the end of the uid does not.
    article.slug = f"{slugify(title)[:80] or 'article'}-{article.uid.hex[-8:]}"
    article.save()
    version = _write_version(article, 1, title, texts, actor, reason)
    _note(article, EventKind.MADE, actor, now, version=version, note=reason)
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
    now: datetime,
) -> ArticleVersion:
    """A new version, a draft: what is approved stays citable until this one is approved too. `base_number`: the
    newest version the writer had seen; ValidationError (code "stale") when someone saved another since."""
    locked = _locked(actor, article)
    newest = ArticleVersion.objects.filter(article=locked).order_by("-number").first()
    number = newest.number if newest else 0
    if base_number is not None and number != base_number:
        message = _("Someone saved version %(n)d while you wrote. Compare it with yours, then save again.")
        raise ValidationError(message, code="stale", params={"n": number})
    title = _title(title)
    _check_texts(texts)
    version = _write_version(locked, number + 1, title, texts, actor, reason)
    if locked.approved_version_id is None:
        Article.objects.filter(pk=locked.pk).update(title=title)
    _note(locked, EventKind.REVISED, actor, now, version=version, note=reason)
    _publish(article)
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
    again with it. One's own words need a note (ValidationError, field "note")."""
    locked = _locked(actor, article)
    if version.article_id != locked.pk:
        raise ValueError("a version of another article")
    own = needs_note(actor, version)
    if own and not note.strip():
        raise ValidationError({"note": _("These are your own words. Say why nobody else approves them.")})
    if locked.state == ArticleState.APPROVED and locked.approved_version_id == version.pk:
        raise ValidationError(_("This version is approved already."), code="same")
    locked.state, locked.approved_version, locked.title = ArticleState.APPROVED, version, version.title
    locked.approved_by, locked.approved_at = actor, now
    locked.withdrawn_at, locked.withdrawn_by, locked.withdrawn_because = None, None, ""
    locked.check_by = check_by or locked.check_by
    locked.save()
    _note(locked, EventKind.APPROVED, actor, now, version=version, note=note.strip(), own=own)
    _tell(article, locked, ArticleApproved(article_id=locked.pk, version_id=version.pk))


@action
def withdraw(*, actor: User, article: Article, reason: str, now: datetime) -> None:
    """It may no longer be cited, from this moment. Whoever holds it in a draft is told, in this transaction."""
    locked = _locked(actor, article)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: whoever has it in a draft reads this.")})
    if locked.state == ArticleState.WITHDRAWN:
        raise ValidationError(_("It is withdrawn already."), code="same")
    locked.state, locked.withdrawn_at, locked.withdrawn_by = ArticleState.WITHDRAWN, now, actor
    locked.withdrawn_because = reason.strip()
    locked.save()
    _note(locked, EventKind.WITHDRAWN, actor, now, version=locked.approved_version, note=reason.strip())
    _tell(article, locked, ArticleWithdrawn(article_id=locked.pk))


@action
def restore(*, actor: User, article: Article, reason: str = "", now: datetime) -> None:
    """Take the withdrawal back: what was approved is citable again; what never was is a draft again."""
    locked = _locked(actor, article)
    if locked.state != ArticleState.WITHDRAWN:
        raise ValidationError(_("It is not withdrawn."), code="same")
    locked.state = ArticleState.APPROVED if locked.approved_version_id else ArticleState.DRAFT
    locked.withdrawn_at, locked.withdrawn_by, locked.withdrawn_because = None, None, ""
    locked.save()
    _note(locked, EventKind.RESTORED, actor, now, version=locked.approved_version, note=reason.strip())
    if locked.approved_version_id is not None:
        _tell(article, locked, ArticleApproved(article_id=locked.pk, version_id=locked.approved_version_id))
    else:
        _tell(article, locked, None)


@action
def set_care(
    *,
    actor: User,
    article: Article,
    owner: User | None,
    topic: str,
    check_by: date | None,
    team: Team | None,
    now: datetime,
) -> None:
    """Who looks after it, under which topic, and when it is to be checked again. No new version: the words stay.
    Giving it to another team asks that one leads that team too."""
    locked = _locked(actor, article)
    locked.owner, locked.topic, locked.check_by, locked.team = owner, " ".join(topic.split()), check_by, team
    if not may_change(actor, locked):
        raise PermissionDenied
    locked.save()
    _note(locked, EventKind.OWNED, actor, now)
    _tell(article, locked, None)


def _locked(actor: User | None, article: Article) -> Article:
    locked = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if actor is not None and not may_change(actor, locked):
        raise PermissionDenied
    return locked


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise ValidationError({"title": _("Give it a title: the question it answers.")})
    return title[:200]


def _check_texts(texts: Sequence[Words]) -> None:
    if not texts:
        raise ValidationError({"texts": _("Write at least one text.")})
    problems, seen = [], set()
    for text in texts:
        key = (text.language, text.state_code)
        named = " ".join(filter(None, [text.language, text.state_code]))
        if key in seen:
            problems.append(_("Two texts are for %(which)s. Keep one.") % {"which": named})
        seen.add(key)
        if not text.body.strip():
            problems.append(_("The text for %(which)s is empty.") % {"which": named})
        if len(text.body) > LONGEST:
            too_long = _("The text for %(which)s is longer than %(n)d characters.")
            problems.append(too_long % {"which": named, "n": LONGEST})
        problems += [f"{named}: {error.sentence}" for error in check_merge_fields(text.body)]
        problems += [f"{named}: {error.sentence}" for error in check_merge_fields(text.title)]
    if problems:
        raise ValidationError({"texts": problems})


def _write_version(
    article: Article, number: int, title: str, texts: Sequence[Words], actor: User | None, reason: str
) -> ArticleVersion:
    version = ArticleVersion.objects.create(
        article=article, number=number, title=title, made_by=actor, reason=reason.strip()
    )
    for text in texts:
        ArticleText.objects.create(
            version=version,
            language=text.language,
            state_code=text.state_code,
            title=" ".join(text.title.split()),
            body=text.body.strip().replace("\r\n", "\n"),
        )
    return version


def _note(
    article: Article,
    kind: str,
    actor: User | None,
    now: datetime,
    *,
    version: ArticleVersion | None = None,
    note: str = "",
    own: bool = False,
) -> None:
    ArticleEvent.objects.create(
        article=article, version=version, kind=kind, at=now, by=actor, note=note.strip(), own=own
    )


def _tell(article: Article, locked: Article, event: object | None) -> None:
    article.refresh_from_db()
    if event is not None:
        bus.announce(event)
    _publish(locked)


def _publish(article: Article) -> None:
    live.publish([TOPIC, f"article:{article.uid}"])
