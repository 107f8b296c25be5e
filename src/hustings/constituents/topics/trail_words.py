"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say, say_kinds


def register() -> None:
    """Called once, when the app is ready."""
    say(
        {
            "topics.changed": _("changed the topics"),
            "topics.training_asked": _("had a model trained"),
            "topics.live": _("chose what reads letters"),
        }
    )
    say_kinds({"topic": _("Topic"), "topic_model": _("Model")})
