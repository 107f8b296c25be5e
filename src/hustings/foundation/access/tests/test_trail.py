"""The audit: what is kept of changes, who may search it, and that values are shown by level."""

import csv

import pytest
from django.db import DatabaseError, connection, transaction

from hustings.foundation.access.actions import make_user, record_audit
from hustings.foundation.access.models import AuditEntry, AuditValues, Role
from hustings.foundation.access.ready_made import DEFINITIONS
from hustings.foundation.access.roles import told_of
from hustings.foundation.core import bus
from hustings.foundation.core.records import RecordChanged

from .conftest import NOW, PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(cast):
    """June's address was changed, as an action of her room would say it."""
    june = cast["volunteer"]
    changes = {"email": ("june@old.example", "june@new.example"), "name": ("June", "June Sample")}
    bus.announce(RecordChanged("user", june.pk, june.uid, changes, cast["administrator"].pk, NOW))
    return AuditEntry.objects.get(action="record.changed")


def test_a_change_says_who_changed_what_from_what_to_what(cast, changed):
    assert (changed.actor_id, changed.record_type, changed.record_uid) == (
        cast["administrator"].pk,
        "user",
        cast["volunteer"].uid,
    )
    assert changed.detail == {"fields": ["email", "name"]}  # the trail itself holds no content
    assert changed.values.changes["email"] == ["june@old.example", "june@new.example"]


def test_the_values_are_not_rewritten_and_erasing_keeps_the_line(cast, changed):
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditValues.objects.update(changes={})
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.all().delete()
    AuditValues.objects.filter(entry=changed).delete()
    assert AuditEntry.objects.filter(pk=changed.pk).exists()
    assert not AuditValues.objects.exists()


def test_the_application_may_not_even_try(cast, changed):
    with connection.cursor() as cursor:
        cursor.execute("set local role hustings_app")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("update access_auditvalues set changes = '{}'")
        cursor.execute("reset role")


def test_nothing_changed_is_no_line(cast):
    june = cast["volunteer"]
    bus.announce(RecordChanged("user", june.pk, june.uid, {}, None, NOW))
    assert not AuditEntry.objects.filter(action="record.changed").exists()


@pytest.mark.parametrize("who", ["lead", "volunteer"])
def test_only_who_may_search_searches(client, cast, changed, who):
    client.force_login(cast[who])
    assert client.get("/settings/audit/").status_code == 403
    assert client.get("/settings/audit/export.csv").status_code == 403
    assert not AuditEntry.objects.filter(action="exported").exists()


def test_values_are_shown_by_the_readers_level(client, cast, changed):
    def made(role):
        return make_user(
            actor=None, email=f"{role}@adair.example.org", name=role, role=role, password=PASSWORD, now=NOW
        )

    client.force_login(cast["administrator"])
    assert "june@old.example" in client.get("/settings/audit/?action=record.changed").text
    director = made("director")
    client.force_login(director)
    page = client.get("/settings/audit/?action=record.changed")
    assert "june@old.example" in page.text  # a colleague's address is nothing sensitive
    auditor = made("security")
    told = told_of(DEFINITIONS["security"])
    told["records"]["user"]["fields"] = {"*": "read", "email": "masked"}
    Role.objects.create(slug="security", name="", grants=told, version=77)
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    auditor.second_factor_at = None
    told["second_factor"] = False
    Role.objects.filter(slug="security").update(grants=told, version=78)
    page = client.get("/settings/audit/?action=record.changed")
    assert page.status_code == 200
    assert "june@old.example" not in page.text
    assert "j•••@o•••.example" in page.text
    told["records"]["user"]["fields"]["email"] = "never"
    Role.objects.filter(slug="security").update(grants=told, version=79)
    page = client.get("/settings/audit/?action=record.changed")
    assert "june@" not in page.text
    assert "j•••@o" not in page.text
    assert "changed; not shown to you" in page.text
    out = b"".join(client.get("/settings/audit/export.csv?action=record.changed").streaming_content).decode()
    assert "june@" not in out


def test_searching(client, cast, changed):
    client.force_login(cast["administrator"])

    def lines(query):
        page = client.get(f"/settings/audit/?{query}")
        assert page.status_code == 200, query
        return [each["line"].entry.pk for each in page.context["lines"]]

    assert changed.pk in lines("")
    assert changed.pk in lines("who=Marguerite")
    assert changed.pk not in lines("who=Theo")
    assert changed.pk in lines(f"who={cast['administrator'].uid}&type=user")
    assert lines("type=user&record=June&action=record.changed") == [changed.pk]
    assert lines(f"record={cast['volunteer'].uid}&field=email") == [changed.pk]
    assert lines(f"record={cast['lead'].uid}&field=email") == []
    assert lines("field=city") == []
    assert lines("since=2028-10-20&until=2028-10-20&action=record.changed") == [changed.pk]
    assert lines("until=2028-10-19&action=record.changed") == []
    assert lines("since=nonsense&before=nonsense&action=record.changed") == [changed.pk]


def test_pages_by_key_are_complete_and_newest_first(client, cast):
    for n in range(130):
        record_audit(actor=cast["lead"], action="token.made", record_type="token", detail={"count": n + 1}, now=NOW)
    client.force_login(cast["administrator"])
    seen, query = [], "action=token.made"
    while query:
        page = client.get(f"/settings/audit/?{query}")
        seen += [each["line"].entry.detail["count"] for each in page.context["lines"]]
        query = page.context["older"]
    assert seen == list(range(130, 0, -1))


def test_the_export_is_a_line_of_its_own_and_runs_no_formula(client, cast, changed):
    client.force_login(cast["administrator"])
    answer = client.get("/settings/audit/export.csv?action=record.changed")
    rows = list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))
    assert len(rows) == 2
    assert rows[1][1:4] == ["Marguerite Sample", "record.changed", "user"]
    kept = AuditEntry.objects.get(action="exported")
    assert (kept.actor_id, kept.record_type, kept.detail["rows"]) == (cast["administrator"].pk, "audit", 1)
