"""What rules can do wherever there are records. Rooms above bring their own (`registry`)."""

from .. import registry
from . import approving, calling, making, notifying, posting, setting


def register() -> None:
    """Called once, when the app is ready."""
    registry.family(setting.setters)
    registry.family(making.makers)
    for one in (notifying.NOTIFY, posting.POST, approving.APPROVE, calling.CALL):
        registry.verb(one)
