"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say

WORDS = {
    "article.polls": _("set when the polls of a state close"),
    "article.sample_polls": _("took sample hours for states whose polls had none"),
    "correction.sent": _("sent a correction to those who had been answered from withdrawn words"),
    "correction.called": _("called somebody about a correction"),
    "correction.put_back": _("put somebody back on the list of calls to make"),
    "synonyms.set": _("changed which words mean the same to who searches the answers"),
}


def register() -> None:
    """Called once, when the app is ready."""
    say(WORDS)
