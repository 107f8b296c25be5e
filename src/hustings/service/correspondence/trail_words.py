"""What this room writes into the audit, in words."""

from django.utils.translation import gettext_lazy as _

from hustings.foundation.access.registry import say, say_kinds

WORDS = {
    "reply.settled": _("settled whether a reply had left"),
    "seal.sealed": _("sealed a conversation"),
    "seal.lifted": _("lifted a seal"),
    "seal.read": _("read a sealed conversation"),
    "seal.printed": _("printed a sealed conversation"),
    "seal.downloaded": _("downloaded a sealed conversation"),
    "setaside.restored": _("brought a letter back that was set aside"),
    "setaside.replayed": _("read a letter again that was set aside"),
    "letter.downloaded": _("downloaded a letter as it came"),
}
KINDS = {
    "reply": _("Reply"),
    "setaside": _("Letter set aside"),
}


def register() -> None:
    """Called once, when the app is ready."""
    say(WORDS)
    say_kinds(KINDS)
