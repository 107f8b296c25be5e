"""What the public reads, where it stands, from when to when, and under which address."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hustings.foundation.access.models import User
from hustings.foundation.access.registry import ask_gates
from hustings.foundation.core.guard import action

from ..models import (
    Article,
    ArticleKind,
    ArticleSlug,
    ArticleText,
    ArticleVersion,
    Category,
    EventKind,
    PollClosing,
    Source,
    VotingApproval,
)
from ..rules import may_approve, may_change
from .noting import lock, public_changed, publish_live, write_note
from .wording import check_public

# Of Publication, what is not whether it is before the public but how and how long.
STANDING = ("publish_at", "unpublish_at", "expires_at", "election", "pinned_until", "kind", "category", "is_first")


@dataclass(frozen=True)
class Publication:
    """All that is said of an article's standing before the public."""

    is_public: bool = False
    kind: str = ArticleKind.GENERAL
    category: Category | None = None
    publish_at: datetime | None = None
    unpublish_at: datetime | None = None
    expires_at: datetime | None = None
    election: date | None = None
    pinned_until: datetime | None = None
    is_first: bool = False


@action
def set_publication(
    *, actor: User | None, article: Article, publication: Publication, leave: Collection[str] = (), now: datetime
) -> None:
    """Put it before the public, or take it off; where it stands and for how long. Raises ValidationError: by field, or
    for the whole where its approved words cannot stand there (with the place). An article may be set public before it
    is approved: then it appears with its approval. `leave` names what stays as it is, of all but whether it is
    public."""
    locked = lock(actor, article, may_approve)
    given = [name for name in STANDING if name not in leave]
    was, moved = locked.is_public, any(getattr(locked, name) != getattr(publication, name) for name in given)
    for name in given:
        setattr(locked, name, getattr(publication, name))
    locked.is_public = publication.is_public
    _check_times(publication)
    version = locked.approved_version
    if locked.is_public and locked.archived_at is not None:
        raise ValidationError(_("It is in the archive. Take it out first."), code="archived")
    if locked.is_public and version is not None:
        check_publishable(locked, version)
    others = Article.objects.filter(is_first=True).exclude(pk=locked.pk) if locked.is_first else Article.objects.none()
    no_more_first = list(others.values_list("pk", flat=True))
    Article.objects.filter(pk__in=no_more_first).update(is_first=False)
    locked.save()
    if was != locked.is_public:
        write_note(
            locked, EventKind.PUBLISHED if locked.is_public else EventKind.UNPUBLISHED, actor, now, version=version
        )
    elif moved:  # no line of history, but no less a change of what the public reads
        detail = {"article": str(locked.uid)}
        ask_gates("article.placed", actor_id=actor.pk if actor else None, detail=detail, now=now)
    public_changed(locked, now, was_public=was, others=no_more_first)
    article.refresh_from_db()
    publish_live(locked)


def _check_times(publication: Publication) -> None:
    begins, ends = publication.publish_at, publication.unpublish_at
    if begins and ends and ends <= begins:
        raise ValidationError({"unpublish_at": _("It would end before it begins.")})


def check_publishable(article: Article, version: ArticleVersion) -> None:
    """Whether these words can stand before the public. Raises ValidationError that says what is missing and where."""
    texts = list(ArticleText.objects.filter(version=version).defer("search"))
    check_public(texts, version.title)
    if article.kind == ArticleKind.VOTING:
        check_voting(article, version, texts)


def check_voting(article: Article, version: ArticleVersion, texts: list[ArticleText]) -> None:
    """An answer on voting cites an official source for every state it speaks of, ends by itself, and is approved by
    voter protection for at least one of them: the others do not show until they are."""
    codes = sorted({text.state_code for text in texts})
    cited = set(Source.objects.filter(version=version, official=True).values_list("state_code", flat=True))
    problems = []
    if uncited := [code or _("all states") for code in codes if not cited & {"", code}]:
        problems.append(_("No official source is cited for: %(states)s.") % {"states": ", ".join(uncited)})
    if article.expires_at is None and article.election is None and any(text.expires_at is None for text in texts):
        problems.append(_("It would never expire: give it a deadline, or the election with whose polls it ends."))
    if article.election is not None:
        known = set(PollClosing.objects.filter(election=article.election).values_list("state_id", flat=True))
        missing = [code for code in codes if code and code not in known]
        if not known or missing:
            named = ", ".join(missing) or _("every state")
            problems.append(_("No closing time of polls is known on that day for: %(states)s.") % {"states": named})
    if not VotingApproval.objects.filter(version=version, state_code__in=codes).exists():
        problems.append(_("Voter protection has not approved these words for any state."))
    if problems:
        raise ValidationError(problems, code="voting")


@action
def rename(*, actor: User, article: Article, slug: str, now: datetime) -> None:
    """Another address; the old one leads to it from now on. Raises ValidationError (field "slug")."""
    locked = lock(actor, article)
    new = slugify(slug)[:100]
    if not new:
        raise ValidationError({"slug": _("An address needs letters or numbers.")})
    if new == locked.slug:
        return
    taken = Article.objects.filter(slug=new).exists() or ArticleSlug.objects.filter(slug=new).exclude(article=locked)
    if taken:
        raise ValidationError({"slug": _("Another answer has, or had, this address.")})
    ArticleSlug.objects.filter(slug=new, article=locked).delete()
    ArticleSlug.objects.create(slug=locked.slug, article=locked)
    was, locked.slug = locked.slug, new
    locked.save(update_fields=["slug"])
    write_note(locked, EventKind.RENAMED, actor, now, text=f"{was} → {new}")
    public_changed(locked, now)
    article.refresh_from_db()
    publish_live(locked)


def free_slug(title: str, article: Article) -> str:
    """An address nobody has or had: the title, with the end of the uid where that is taken."""
    plain = slugify(title)[:80].strip("-") or "article"
    if Article.objects.filter(slug=plain).exists() or ArticleSlug.objects.filter(slug=plain).exists():
        return f"{plain}-{article.uid.hex[-8:]}"
    return plain


@action
def archive(*, actor: User, article: Article, reason: str = "", now: datetime) -> None:
    """Out of the lists and off the public pages, without being wrong: what was said of it stays in its history."""
    _set_archived(actor, article, now, reason, EventKind.ARCHIVED, now)


@action
def take_from_archive(*, actor: User, article: Article, reason: str = "", now: datetime) -> None:
    """Back into use, as it was."""
    _set_archived(actor, article, None, reason, EventKind.UNARCHIVED, now)


def _set_archived(actor: User, article: Article, at: datetime | None, reason: str, kind: str, now: datetime) -> None:
    locked = lock(actor, article, may_change)
    if (locked.archived_at is None) == (at is None):
        return
    locked.archived_at = at
    if at is not None:
        locked.is_first = False
    locked.save(update_fields=["archived_at", "is_first"])
    write_note(locked, kind, actor, now, text=reason)
    public_changed(locked, now)
    article.refresh_from_db()
    publish_live(locked)
