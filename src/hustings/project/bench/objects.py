"""`hustings bench objects`: an object of the campaign's own with many records, asked as a person asks it.

Built by the very actions an administrator's pages call; its indexes are made by the job's function with the
application's role. Each figure is of whole pages: the request, the rights, the database, the HTML of fifty rows. What
each page must show is counted in the rows as they were written, not by the queries that are measured.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from hustings.foundation.access.actions.users import make_user
from hustings.foundation.access.models import Role, User
from hustings.foundation.core.ids import new_uid
from hustings.foundation.geography.actions import load_places
from hustings.foundation.objects.actions.indexing import index_field
from hustings.foundation.objects.actions.shaping import add_field, make_object
from hustings.foundation.objects.kinds import words_of
from hustings.foundation.objects.models import MAKING, CustomRecord, FieldType, ObjectType
from hustings.foundation.objects.queries.shape import shape

SEED, TARGET_MS = 2028, 100.0
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
FIRST = "Ruth Omar Ines Theo Lila Curtis Dana Walt June Marisol Clement Hana Pavel Rosalind Amir Greta".split()
LAST = "Abernathy Haddad Navarro Marsh Tran Bell Kessler Nygaard Oduya Sole Ito Novak Quist Farah Lindqvist".split()
SIZES, STATES = ("small", "large", "banner"), ("OH", "PA", "MI", "WI", "AZ", "GA", "NV")
FIELDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Name", "text", {"is_required": True, "is_indexed": True}),
    ("How many", "number", {"is_indexed": True}),
    ("Wanted by", "date", {"is_indexed": True}),
    ("Size", "choice", {"choices": ["Small", "Large", "Banner"]}),
    ("Fee", "money", {}),
    ("Place", "place", {}),
    ("Phone", "phone", {}),
    ("Note", "long_text", {}),
    ("Paid", "yes_no", {}),
)
EARNING = ("sort by a field without index", "filter by bounds without index")


def run(*, records: int, rounds: int = 40) -> dict[str, Any]:
    """Measure it in the database that Django is set up on, which must be migrated and the bench's own."""
    load_places()
    user = make_user(actor=None, email="bench@example.org", name="Bench", role=Role.ADMINISTRATOR, now=NOW)
    kind, rows = _build(user, records)
    with connection.cursor() as cursor:
        cursor.execute("select current_user, rolsuper from pg_roles where rolname = current_user")
        role = cursor.fetchone()
    pages = _pages(kind, rows)
    measured = {name: _measure(user, page, rounds) for name, page in pages.items()}
    # What was asked of a field without index earned it one; here no worker ran that would have made it meanwhile.
    earned = list(FieldType.objects.filter(earned_at__isnull=False, index_state=MAKING).order_by("pk"))
    for one in earned:
        index_field(field_id=one.pk)
    if earned:
        measured |= {f"{name}, once it has earned one": _measure(user, pages[name], rounds) for name in EARNING}
    slowest = max(measured.values(), key=lambda one: one["p95_ms"])["p95_ms"]
    return {
        "records": records,
        "rounds": rounds,
        "seed": SEED,
        "role": role[0],
        "role_is_superuser": role[1],
        "p95_ms": slowest,
        "target_ms": TARGET_MS,
        "reached": slowest < TARGET_MS,
        "wrong": sum(one["wrong"] for one in measured.values()),
        "load": round(os.getloadavg()[0], 2),  # of the machine, by others too: what is above its processors waits
        "processors": os.cpu_count(),
        "indexed_by_itself": [one.slug for one in earned],
        "pages": measured,
    }


def _build(user: User, records: int) -> tuple[ObjectType, list[dict[str, Any]]]:
    made = make_object(
        actor=None, label="Yard sign", plural="Yard signs", stages=["New", "Packed", "Delivered"], now=NOW
    )
    for label, holds, more in FIELDS:
        add_field(actor=None, record=made.record, label=label, kind=holds, now=NOW, **more)
    kind = shape().by_slug[made.slug]
    fields = shape().fields_of(kind.record)
    chance = random.Random(SEED)  # noqa: S311  (the same rows at every run)
    rows = [_row(chance) for _ in range(records)]
    stages = [slug for slug, _label in kind.stages]
    for start in range(0, records, 5000):
        CustomRecord.objects.bulk_create(
            CustomRecord(
                uid=new_uid(), object=kind, values=values, stage=chance.choice(stages), changed_at=NOW,
                owner=user if chance.random() < 0.01 else None, words=words_of(fields, values),
            )
            for values in rows[start : start + 5000]
        )  # fmt: skip
    for pk in FieldType.objects.filter(is_indexed=True).values_list("pk", flat=True):
        index_field(field_id=pk)
    return kind, rows


def _row(chance: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": f"{chance.choice(FIRST)} {chance.choice(LAST)} {chance.randrange(10_000):04d}",
        "size": chance.choices(SIZES, (70, 29, 1))[0],
        "fee": chance.randrange(1, 20_000),
        "place": {"street": f"{chance.randrange(1, 9999)} Elm Street", "state": chance.choice(STATES)},
        "phone": f"+1614{chance.randrange(2_000_000, 9_999_999)}",
        "note": f"{chance.choice(FIRST)} said the sign of {chance.randrange(100_000)} blew away in the storm.",
        "paid": chance.random() < 0.5,
        "wanted_by": (date(2026, 1, 1) + timedelta(days=chance.randrange(365))).isoformat(),
    }
    if chance.random() < 0.9:
        values["how_many"] = chance.randrange(1, 500)
    return values


Page = tuple[str, Callable[[str], bool]]


def _pages(kind: ObjectType, rows: list[dict[str, Any]]) -> dict[str, Page]:
    """Each page's address, and whether what it answers is right."""
    url, board = reverse("objects:list", args=[kind.slug]), reverse("objects:board", args=[kind.slug])
    names = sorted(row["name"].lower() for row in rows)
    lone = next(row for row in rows if row["size"] == "banner")

    def counts(told: int) -> Callable[[str], bool]:
        if told == 0:
            return lambda html: "None like that" in html
        words = "One record" if told == 1 else f"{min(told, 1000):,}{'+' * (told > 1000)} records"
        return lambda html: f'role="status">{words}<' in html

    def count_of(test: Callable[[dict[str, Any]], bool]) -> Callable[[str], bool]:
        return counts(sum(map(test, rows)))

    many = [row.get("how_many", 0) for row in rows]
    return {
        "list": (url, counts(len(rows))),
        "sort by an indexed text": (f"{url}?sort=name", lambda html: names[0] in html.lower()),
        "sort down by an indexed number": (f"{url}?sort=-how_many", lambda html: str(max(many)) in html),
        "sort by a field without index": (f"{url}?sort=fee", counts(len(rows))),
        "filter by an indexed number": (f"{url}?f.how_many=250", counts(many.count(250))),
        "filter by a bound of an indexed number": (f"{url}?f.how_many.max=2", counts(sum(n in (1, 2) for n in many))),
        "filter by indexed dates": (
            f"{url}?f.wanted_by.min=2026-10-01&f.wanted_by.max=2026-10-02",
            count_of(lambda row: "2026-10-01" <= row["wanted_by"] <= "2026-10-02"),
        ),
        "filter by a rare choice without index": (f"{url}?f.size=banner", count_of(lambda r: r["size"] == "banner")),
        "filter by a common choice without index": (f"{url}?f.size=small", count_of(lambda r: r["size"] == "small")),
        "filter by bounds without index": (f"{url}?f.fee.max=0.50", count_of(lambda row: row["fee"] <= 50)),
        "filter by text": (f"{url}?f.name=quist+12", count_of(lambda row: "quist 12" in row["name"].lower())),
        "filter by state": (f"{url}?f.place=OH", count_of(lambda row: row["place"]["state"] == "OH")),
        "search": (f"{url}?q=storm+{lone['phone'][5:]}", counts(1)),
        "search what none has": (f"{url}?q=unheardof", lambda html: "None like that" in html),
        "board": (board, lambda html: html.count('class="lane"') == 3),
    }


class _Asked:
    """How long the database was waited for."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], *given: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*given)
        finally:
            self.seconds += time.perf_counter() - began


def _measure(user: User, page: Page, rounds: int) -> dict[str, Any]:
    url, is_right = page
    client = Client()
    client.force_login(user)
    html = client.get(url).content.decode()
    taken, of_it_database, processor = [], [], []
    for _ in range(rounds):
        asked = _Asked()
        began, busy = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(asked):
            answer = client.get(url)
        taken.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - busy) * 1000)
        of_it_database.append(asked.seconds * 1000)
        assert answer.status_code == 200
    return {
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[18], 1),
        "fastest_ms": round(min(taken), 1),
        "database_p95_ms": round(statistics.quantiles(of_it_database, n=20)[18], 1),
        "database_fastest_ms": round(min(of_it_database), 1),
        "processor_p50_ms": round(statistics.median(processor), 1),
        "wrong": 0 if is_right(html) else 1,
    }
