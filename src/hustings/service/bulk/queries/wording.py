"""The words of a letter: the article's for its language and state, what stands around them, who paid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from hustings.foundation.core.guard import unveiled
from hustings.foundation.ui.models import Campaign
from hustings.foundation.ui.queries import campaign
from hustings.service.answers.models import Article, ArticleKind, ArticleText, PollClosing
from hustings.service.answers.queries import text_for
from hustings.service.answers.queries.wording import as_letter
from hustings.service.answers.rules import fill_merge_fields
from hustings.service.correspondence.queries import composing
from hustings.service.desk.models import Inquiry

from ..models import BulkReply


@dataclass
class Wording:
    """What the letters of one bulk reply are made of; what many share is read once. `now` says what still holds."""

    bulk: BulkReply
    now: datetime
    ours: Campaign = field(default_factory=campaign)
    _texts: dict[tuple[int, str, str], ArticleText | None] = field(default_factory=dict)
    _closings: dict[str, datetime] | None = None

    def text(self, language: str, state_code: str, *, instead: bool = False) -> ArticleText | None:
        """The article's words for this language and state (or its successor's), None when it has none there."""
        version = self.bulk.successor_version if instead else self.bulk.version
        if version is None:
            return None
        key = (version.pk, language, state_code)
        if key not in self._texts:
            self._texts[key] = text_for(version, language=language, state_code=state_code)
        return self._texts[key]

    def whole(self, text: ArticleText, inquiry: Inquiry) -> tuple[str, str]:
        """The letter, and the article's part of it, fields filled. Raises MergeFieldError for the first that is empty
        or unknown."""
        values = composing.merge_values(self.bulk.made_by, inquiry, ours=self.ours)
        return self._filled(text, values)

    def _filled(self, text: ArticleText, values: Mapping[str, str]) -> tuple[str, str]:
        said = fill_merge_fields(as_letter(text), values)
        around = [(words or {}).get(text.language, "") for words in (self.bulk.opening, self.bulk.closing)]
        opening, closing = (fill_merge_fields(words, values).strip() for words in around)
        parts = [opening, said, closing, self.foot(text.language)]
        return "\n\n".join(part for part in parts if part), said

    def foot(self, language: str) -> str:
        """Who paid, in the letter's language; nothing for a few."""
        if not self.bulk.paid_line:
            return ""
        with translation.override(language):
            return _("Paid for by %(who)s") % {"who": self.bulk.paid_line}

    def is_over(self, state_code: str) -> bool:
        """Whether the polls have closed where the writer votes. Of a writer whose state is not known the first state's
        closing counts: then nobody is told what holds no longer."""
        with unveiled():
            return self._is_over(self.bulk.article, state_code)

    def _is_over(self, article: Article, state_code: str) -> bool:
        if article.kind != ArticleKind.VOTING or article.election is None:
            return article.expires_at is not None and article.expires_at <= self.now
        if self._closings is None:
            rows = PollClosing.objects.filter(election=article.election).values_list("state_id", "closes_at")
            self._closings = dict(rows)
        if not self._closings:
            return article.election < self.now.date()
        return self._closings.get(state_code, min(self._closings.values())) <= self.now
