"""What of answers rules can listen to."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.automation.registry import hears

from .announcements import ArticleApproved, ArticlePublished, ArticleWithdrawn

RECORD = "article"


def register() -> None:
    """Called once, when the app is ready."""
    for name, label, event, field in (
        ("article_approved", _("its words are approved"), ArticleApproved, "state"),
        ("article_withdrawn", _("it is withdrawn, everywhere or for a state"), ArticleWithdrawn, "state"),
        ("article_published", _("the public may read it"), ArticlePublished, "is_public"),
    ):
        hears(name, label, event, record=RECORD, record_id=lambda said: said.article_id, fields=(field,))
