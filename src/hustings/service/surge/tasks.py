"""What goes on all the time in the worker."""

from django.db import transaction

from hustings.foundation.core import live, loops
from hustings.foundation.core.clock import now
from hustings.foundation.core.locks import holds

from .actions.freezing import watch_code
from .actions.switching import TOPIC
from .actions.watching import refresh_rising
from .actions.watching import watch as look

_LOCK = 0x48757367


def watch() -> bool:
    """Whoever looks at the board fetches it anew after each look. One worker at a time; with which program it runs,
    each says for itself."""
    watch_code(now=now())
    with transaction.atomic():
        if holds(_LOCK):
            look(now=now())
            live.publish(TOPIC)
    return False


def rising() -> bool:
    with transaction.atomic():
        if holds(_LOCK + 1):
            refresh_rising(now=now())
    return False


def register() -> None:
    """Called once, when the app is ready."""
    loops.register_loop(loops.Loop("surge.watch", "worker", watch, every=15.0))
    loops.register_loop(loops.Loop("surge.rising", "worker", rising, every=60.0))
