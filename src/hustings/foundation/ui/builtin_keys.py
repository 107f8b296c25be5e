"""The keys every list and thread has; what each does to a letter, a reply or a person its own page says."""

from django.utils.translation import gettext_lazy as _

from . import keys
from .keys import ANYWHERE, LIST, ROW, Key


def register() -> None:
    for order, (pressed, label, where) in enumerate(
        (
            ("$mod+k", _("Find or go to"), ANYWHERE),
            ("j", _("Next"), LIST),
            ("k", _("Previous"), LIST),
            ("x", _("Choose the row"), LIST),
            ("Enter", _("Open"), LIST),
            ("r", _("Reply"), ROW),
            ("n", _("Note, or hand over"), ROW),
            ("e", _("Done"), ROW),
            ("a", _("Assign"), ROW),
            ("h", _("Snooze"), ROW),
            ("z", _("Undo"), ANYWHERE),
            ("/", _("Search"), ANYWHERE),
            ("?", _("Every key"), ANYWHERE),
        )
    ):
        keys.register(Key(pressed, label, where, order=order))
