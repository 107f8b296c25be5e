"""`hustings bench access`: what field security adds to the inbox and to a person's page.

Both ways in one run, in turns: the page as `FieldSecurity` answers it (its reader's levels at every guarded attribute,
queries asked by field refused, readings of sensitive fields written into the audit), and the same view with no reader,
which is how it would be without. Rows are narrowed in both.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from hustings.constituents.people.queries import visible_to
from hustings.foundation.access.grants import forget
from hustings.foundation.access.middleware import FieldSecurity
from hustings.foundation.access.models import AuditEntry, User
from hustings.foundation.geography.actions import load_places
from hustings.project.demo.generator.letters import write_letters
from hustings.project.demo.offices import furnish
from hustings.service.correspondence.actions.intake_files import intake_files

from .intake import END, SEED

ROUNDS = 150
ROLE = "volunteer"  # the most common, and the one with masks


def run(*, messages: int = 4000, rounds: int = ROUNDS, seed: int = SEED) -> dict[str, Any]:
    """Measure it in the database that Django is set up on, which must be migrated, empty and the bench's own."""
    settings.ALLOWED_HOSTS = ["testserver"]
    with TemporaryDirectory(prefix="hustings-bench-") as folder:
        load_places()
        furnish(now=END)
        mbox = Path(folder) / "letters.mbox"
        write_letters(mbox, count=messages, seed=seed, end=END)
        intake_files([mbox], now=END)
    user = User.objects.filter(roles=[ROLE], is_active=True).order_by("id")[0]
    pages = {"inbox": "/?view=unassigned", "person": _person_page(user)}
    told = {name: _measure(user, address, rounds) for name, address in pages.items()}
    overheads = [page["with_ms"] / page["without_ms"] - 1 for page in told.values()]
    return {
        "overhead": round(max(overheads), 4),
        "pages": told,
        "messages": messages,
        "rounds": rounds,
        "seed": seed,
        "sensitive_readings_kept": AuditEntry.objects.filter(action="read").count(),
    }


def _person_page(user: User) -> str:
    """One whom the user may see."""
    return visible_to(user).order_by("id")[0].get_absolute_url()


def _measure(user: User, address: str, rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {"with": [], "without": []}
    ways: dict[str, Callable[[HttpRequest], Any]] = {"with": FieldSecurity(_answer), "without": _answer}
    for turn in range(rounds + 5):
        for way in ("with", "without") if turn % 2 else ("without", "with"):
            request = _request(user, address)
            began = time.perf_counter()
            response = ways[way](request)
            took = time.perf_counter() - began
            if response.status_code != 200:
                raise AssertionError(f"{address} answered {response.status_code}")
            times[way].append(took)
    # The first rounds fill caches.
    with_ms, without_ms = (statistics.median(times[way][5:]) * 1000 for way in ("with", "without"))
    return {
        "with_ms": round(with_ms, 3),
        "without_ms": round(without_ms, 3),
        "overhead": round(with_ms / without_ms - 1, 4),
    }


def _request(user: User, address: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = User.objects.get(pk=user.pk)
    forget(request.user)
    request.session = {}  # type: ignore[assignment]
    return request


def _answer(request: HttpRequest) -> HttpResponse:
    found = resolve(request.path)
    response: HttpResponse = found.func(request, *found.args, **found.kwargs)
    return response
