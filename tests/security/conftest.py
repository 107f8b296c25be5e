"""The campaign that is visited, and objects looked at anew."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import client

from hustings.foundation.core import live
from hustings.foundation.objects.queries.shape import forget

from .world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    """Made once, and undone when all have looked: the roles change nothing."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        said: list[str] = []
        real = live.publish
        patched.setattr(live, "publish", lambda topics, **more: said.append(f"{topics} {more}") or real(topics, **more))
        made = build()
        made.told_live = said
        # Nobody here asks the client from which templates a page was made, which copies all that they were given.
        patched.setattr(client, "store_rendered_templates", lambda *_given, **_named: None)
        yield made
        transaction.set_rollback(True)
    forget()


@pytest.fixture
def shape_anew() -> Iterator[None]:
    """For who builds objects or fields of their own."""
    forget()
    yield
    forget()
