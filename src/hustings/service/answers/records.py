"""What answers brings of record types: the article, and which column carries which field."""

from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from hustings.foundation.core import records
from hustings.foundation.core.guard.attributes import mask_code
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

# All that tells whether it is public, how far it is with its approval, and until when it may be said.
PUBLIC = ("is_public", "publish_at", "unpublish_at", "published_at")
STATE = (
    *("state", "approved_version", "approved_by", "approved_at"),
    *("withdrawn_at", "withdrawn_by", "withdrawn_because"),
)
DEADLINE = ("expires_at", "election")
TEXTS = "_approved_texts"  # kept on an article that was read with many others


def _approved(rows: Iterable[Article]) -> dict[int, list[ArticleText]]:
    """The texts of the approved versions, by version; none for who may not read which one is."""
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


def _standing() -> list[Field]:
    kind, state = (Column(Article, "kind", mask=mask_code),), tuple(Column(Article, name) for name in STATE[1:])
    ends = (*(Column(Article, name) for name in DEADLINE), Column(ArticleText, "expires_at"))
    stated = (Column(Article, STATE[0], mask=mask_code), *state)
    label = _("State of approval")
    return [
        Field("kind", _("Kind"), kind=CHOICE, choices=ArticleKind.choices, columns=kind, path="kind"),
        Field("expires_at", _("Deadline"), kind=MOMENT, columns=ends, path="expires_at", tracked=True),
        Field("state", label, kind=CHOICE, choices=ArticleState.choices, columns=stated, path="state", tracked=True),
    ]


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
                _public(),
                Field("topic", _("Topic"), columns=(Column(Article, "topic"),), path="topic"),
                *_standing(),
                *_care(),
            ],
            verbs=("see", "add", "change", "export"),
            rows=("all",),
            icon="book-open",
        )
    )
