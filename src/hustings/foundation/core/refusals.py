"""What an act says when it is not done. A room may have refusals of its own beside these."""

from django.core.exceptions import PermissionDenied


class Refused(PermissionDenied):
    """No, and why: its text is for the person who asked. Nothing was changed."""

    status = 403


class Stale(Refused):
    """Not any more: somebody or something was there before. Nothing was changed."""

    status = 409
