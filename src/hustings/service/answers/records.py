"""What answers brings of record types: the article, and which column carries which field."""

from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import records
from hustings.foundation.core.records import (
    CHOICE,
    DATE,
    LONG_TEXT,
    MOMENT,
    USER,
    YES_NO,
    Column,
    Field,
    RecordType,
)

from . import queries
from .models import Article, ArticleKind, ArticleState, ArticleText, ArticleVersion

# All that tells whether it is public.
PUBLIC = ("is_public", "publish_at", "unpublish_at", "published_at")
TEXTS = "_approved_texts"  # kept on an article that was read with many others


def _approved(rows: Iterable[Article]) -> dict[int, list[ArticleText]]:
    """The texts of the approved versions, by version."""
    found: dict[int, list[ArticleText]] = {}
    versions = [row.approved_version_id for row in rows if row.approved_version_id]
    rows_of = ArticleText.objects.filter(version_id__in=versions).defer("search", "found_by")
    for text in rows_of.order_by("language", "state_code"):
        found.setdefault(text.version_id, []).append(text)
    return found


def _with_texts(rows: Sequence[Article]) -> None:
    found = _approved(rows)
    for row in rows:
        row.__dict__[TEXTS] = found.get(row.approved_version_id or 0, [])


def _texts(article: Article) -> list[ArticleText]:
    kept: list[ArticleText] | None = article.__dict__.get(TEXTS)
    return _approved([article]).get(article.approved_version_id or 0, []) if kept is None else kept


def _with_owners(rows: Sequence[Article]) -> None:
    prefetch_related_objects(list(rows), "owner")


def _body(article: Article) -> str:
    return "\n\n".join(text.body for text in _texts(article))


def _steps(article: Article) -> str:
    return "\n".join(step for text in _texts(article) for step in text.steps or ())


def _public() -> Field:
    columns = tuple(Column(Article, name) for name in PUBLIC)
    return Field("is_public", _("Public"), kind=YES_NO, columns=columns, path="is_public", tracked=True)


def _care() -> list[Field]:
    owner, day = (Column(Article, "owner"),), (Column(Article, "check_by"),)
    return [
        Field("owner", _("Owner"), kind=USER, columns=owner, path="owner__uid", fetch=_with_owners),
        Field("check_by", _("Check by"), kind=DATE, columns=day, path="check_by", tracked=True),
    ]


def register() -> None:
    """Called once, when the app is ready."""
    titles = (
        Column(Article, "title"),
        Column(ArticleVersion, "title", owner="article_id"),
        Column(ArticleText, "title"),
    )
    records.register(
        RecordType(
            "article",
            _("Approved answer"),
            _("Approved answers"),
            model=Article,
            visible_to=queries.visible_to,
            fields=[
                Field("title", _("Title"), columns=titles, path="title"),
                Field(
                    "body",
                    _("Words"),
                    kind=LONG_TEXT,
                    columns=(Column(ArticleText, "body"),),
                    read=_body,
                    fetch=_with_texts,
                ),
                Field(
                    "steps",
                    _("Steps"),
                    kind=LONG_TEXT,
                    columns=(Column(ArticleText, "steps"),),
                    read=_steps,
                    fetch=_with_texts,
                ),
                # The three without columns are hidden in lists, files and the API of records, and not yet on the
                # pages of answers: what may be said, and what the public reads, is decided by them (ADR 0005).
                Field(
                    "kind",
                    _("Kind"),
                    kind=CHOICE,
                    choices=ArticleKind.choices,
                    path="kind",
                ),
                _public(),
                Field("expires_at", _("Deadline"), kind=MOMENT, path="expires_at", tracked=True),
                Field("topic", _("Topic"), columns=(Column(Article, "topic"),), path="topic"),
                Field(
                    "state",
                    _("State of approval"),
                    kind=CHOICE,
                    choices=ArticleState.choices,
                    path="state",
                    tracked=True,
                ),
                *_care(),
            ],
            verbs=("see", "add", "change", "export"),
            rows=("all",),
            icon="book-open",
        )
    )
