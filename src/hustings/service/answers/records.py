"""What answers brings of record types: the article, and which column carries which field."""

from typing import Any

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


def _body(article: Article) -> str:
    rows: Any = ArticleText.objects.filter(version_id=article.approved_version_id).order_by("language", "state_code")
    return "\n\n".join(row.body for row in rows)


def _steps(article: Article) -> str:
    rows: Any = ArticleText.objects.filter(version_id=article.approved_version_id).order_by("language", "state_code")
    return "\n".join(step for row in rows for step in row.steps or ())


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
                Field("body", _("Words"), kind=LONG_TEXT, columns=(Column(ArticleText, "body"),), read=_body),
                Field("steps", _("Steps"), kind=LONG_TEXT, columns=(Column(ArticleText, "steps"),), read=_steps),
                Field(
                    "kind",
                    _("Kind"),
                    kind=CHOICE,
                    choices=ArticleKind.choices,
                    path="kind",
                ),
                Field("is_public", _("Public"), kind=YES_NO, path="is_public", tracked=True),
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
                Field("owner", _("Owner"), kind=USER, path="owner__uid"),
                Field("check_by", _("Check by"), kind=DATE, path="check_by", tracked=True),
            ],
            verbs=("see", "add", "change", "export"),
            rows=("all",),
            icon="book-open",
        )
    )
