"""A large list that is sorted or bounded by a field without index: the field gets one by itself, once."""

import pytest
from django.db import connection
from django.urls import reverse

from hustings.foundation.access.models import AuditEntry
from hustings.foundation.objects.actions.indexing import index_field
from hustings.foundation.objects.actions.making import make_record
from hustings.foundation.objects.actions.shaping import change_field
from hustings.foundation.objects.models import FieldType
from hustings.foundation.objects.queries import listing

from .conftest import NOW
from .test_index import indexes


@pytest.fixture
def shelf(admin, signs, monkeypatch, client):
    """Three records, which count as many here; an administrator looks."""
    monkeypatch.setattr(listing, "LARGE", 2)
    for fee in (300, 100, 200):
        make_record(actor=admin, kind=signs, values={"name": f"Sign {fee}", "fee": fee}, now=NOW)
    client.force_login(admin)
    return signs


def field(slug):
    return FieldType.objects.get(slug=slug)


def waiting_jobs():
    with connection.cursor() as cursor:
        cursor.execute(
            "select args ->> 'field_id' from procrastinate_jobs where task_name = 'objects.index_field' order by id"
        )
        return [int(pk) for (pk,) in cursor.fetchall()]


@pytest.mark.parametrize(
    ("query", "slug"), [("sort=fee", "fee"), ("sort=-paid", "paid"), ("f.fee.max=2", "fee"), ("f.fee.min=1", "fee")]
)
def test_it_is_made_by_itself_and_once(shelf, client, query, slug):
    before = waiting_jobs()
    for _ in range(2):
        assert client.get(f"{reverse('objects:list', args=['yard-sign'])}?{query}").status_code == 200
    one = field(slug)
    assert (one.is_indexed, one.index_state, one.is_earned, one.has_index) == (True, "making", True, False)
    assert waiting_jobs() == [*before, one.pk]
    assert AuditEntry.objects.filter(action="field.earned_index", record_uid=one.uid, actor_id=None).count() == 1
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    index_field(field_id=one.pk)
    assert list(indexes()) == [f"objects_v_{one.pk}"]
    assert field(slug).has_index


def test_the_same_rows_with_it_as_without(shelf, client):
    address = reverse("objects:list", args=["yard-sign"])

    def names(query):
        html = client.get(f"{address}?{query}").text
        return sorted((html.index(name), name) for name in ("Sign 100", "Sign 200", "Sign 300") if f">{name}<" in html)

    asked = ("sort=fee", "sort=-fee", "f.fee.min=2&sort=fee")
    without = [[name for _place, name in names(query)] for query in asked]
    assert without == [
        ["Sign 100", "Sign 200", "Sign 300"],
        ["Sign 300", "Sign 200", "Sign 100"],
        ["Sign 200", "Sign 300"],
    ]
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    index_field(field_id=field("fee").pk)
    assert [[name for _place, name in names(query)] for query in asked] == without


def test_what_somebody_took_off_stays_off(admin, shelf, client):
    address = f"{reverse('objects:list', args=['yard-sign'])}?sort=fee"
    client.get(address)
    change_field(actor=admin, field=field("fee"), is_indexed=False, now=NOW)
    client.get(address)
    assert not field("fee").is_indexed
    change_field(actor=admin, field=field("fee"), is_indexed=True, now=NOW)
    assert (field("fee").is_indexed, field("fee").is_earned) == (True, False)


def test_its_page_says_so(shelf, client):
    client.get(f"{reverse('objects:list', args=['yard-sign'])}?sort=fee")
    said = "Indexed by itself"
    assert said in client.get(reverse("objects:setup_field", args=[field("fee").uid])).text
    assert said not in client.get(reverse("objects:setup_field", args=[field("name").uid])).text


@pytest.mark.parametrize("query", ["sort=name", "f.fee=2", "f.size=small", "q=sign", "sort=made", ""])
def test_nothing_is_made_where_an_index_leads_or_was_asked_for(shelf, client, query):
    client.get(f"{reverse('objects:list', args=['yard-sign'])}?{query}")
    assert not FieldType.objects.filter(earned_at__isnull=False).exists()


def test_nothing_is_made_for_a_small_list(shelf, client, monkeypatch):
    monkeypatch.setattr(listing, "LARGE", 3)
    client.get(f"{reverse('objects:list', args=['yard-sign'])}?sort=fee")
    assert not field("fee").is_indexed


def test_nothing_is_made_beyond_what_can_be_indexed(shelf, client, monkeypatch):
    monkeypatch.setattr("hustings.foundation.objects.actions.indexing.MOST_INDEXED", 3)  # as many as there are
    assert client.get(f"{reverse('objects:list', args=['yard-sign'])}?sort=fee").status_code == 200
    assert not field("fee").is_indexed


def test_nothing_is_made_for_who_may_not_read_the_field(shelf, client, role, made):
    role("packer", verbs=["see"], rows=["all"], fields={"name": "read"})
    client.force_login(made("June", "packer"))
    assert client.get(f"{reverse('objects:list', args=['yard-sign'])}?sort=fee").status_code == 403
    assert not field("fee").is_indexed


def test_nothing_is_made_while_one_looks_through_anothers_eyes(shelf, client):
    assert client.post("/settings/look/begin/", {"role": "administrator"}).status_code == 302
    assert client.get(f"{reverse('objects:list', args=['yard-sign'])}?sort=fee").status_code == 200
    assert not field("fee").is_indexed
