"""The pages of topics and models: who sees them, and what their forms do."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from hustings.constituents.topics.actions.taxonomy import ensure_taxonomy
from hustings.constituents.topics.models import Kind, State, Tenure, Topic, TopicMerge, Version
from hustings.foundation.access.models import Role, User

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 10, 19, 13, tzinfo=UTC)
PAGES = (
    "/settings/topics/", "/settings/topics/new/", "/settings/topics/history/", "/settings/topics/areas/new/",
    "/settings/topics/guns/", "/settings/topics/guns/merge/", "/settings/topics/guns/split/",
    "/settings/topics/models/",
)  # fmt: skip


@pytest.fixture
def lead() -> Client:
    ensure_taxonomy(now=NOW)
    client = Client()
    client.force_login(User.objects.create(email="dana@example.org", name="Dana Kessler", roles=[Role.LEAD]))
    return client


@pytest.mark.parametrize("page", PAGES)
def test_leads_see_them_and_volunteers_do_not(lead: Client, page: str) -> None:
    assert lead.get(page).status_code == 200
    june = Client()
    june.force_login(User.objects.create(email="june@example.org", name="June Oduya"))
    assert june.get(page).status_code == 403


def test_the_starter_can_be_loaded_before_any_letter() -> None:
    client = Client()
    client.force_login(User.objects.create(email="dana@example.org", name="Dana Kessler", roles=[Role.LEAD]))
    assert "Load the starter now" in client.get("/settings/topics/").content.decode()
    client.post("/settings/topics/start/")
    assert Topic.objects.count() == 69


def test_a_topic_is_changed_by_its_form_and_bad_input_changes_nothing(lead: Client) -> None:
    given = {
        "area": "rights", "name_en": "Guns and safety", "name_es": "Armas", "words_en": "gun control, zeppelin*",
        "words_es": "armas", "examples_en": "One.\nTwo.", "examples_es": "", "queue_hint": "policy",
        "apply_from": "80", "suggest_from": "40",
    }  # fmt: skip
    assert lead.post("/settings/topics/guns/", given).status_code == 302
    row = Topic.objects.get(slug="guns")
    assert (row.names, row.words["en"]) == ({"en": "Guns and safety", "es": "Armas"}, ["gun control", "zeppelin*"])
    assert (row.examples, row.apply_from, row.suggest_from) == ({"en": ["One.", "Two."]}, 0.8, 0.4)
    for wrong in ({"words_en": "a*b"}, {"suggest_from": "90"}, {"name_en": ""}):
        response = lead.post("/settings/topics/guns/", {**given, "queue_hint": "other", **wrong})
        assert response.status_code == 422
    assert Topic.objects.get(slug="guns").queue_hint == "policy"


def test_merging_splitting_and_undoing(lead: Client) -> None:
    lead.post("/settings/topics/climate/merge/", {"into": "energy"})
    assert Topic.objects.get(slug="climate").canonical.slug == "energy"
    assert lead.get("/settings/topics/climate/").status_code == 200
    lead.post(f"/settings/topics/merges/{TopicMerge.objects.get().uid}/undo/")
    assert Topic.objects.get(slug="climate").canonical is None
    assert lead.post("/settings/topics/energy/split/", {"name_en": "Coal"}).status_code == 422
    lead.post("/settings/topics/energy/split/", {"name_en": "Coal", "words_en": ["coal", "coal mine*"]})
    assert Topic.objects.get(slug="coal").words == {"en": ["coal", "coal mine*"]}
    lead.post("/settings/topics/coal/retire/")
    assert not Topic.objects.get(slug="coal").is_read
    lead.post("/settings/topics/coal/restore/")
    assert Topic.objects.get(slug="coal").is_read


def test_the_models_page_shows_a_report_and_takes_a_model_live_and_back(lead: Client) -> None:
    figures = {"micro_f1": 0.8, "macro_f1": 0.7, "accuracy": 0.6, "coverage": 0.9, "accuracy_when_sure": 0.85,
               "oos_recall": None}  # fmt: skip
    report = {
        "n": 48, "new": figures, "live": {**figures, "micro_f1": 0.9}, "live_version": 0,
        "classes": [{"label": "guns", "texts": 9, "precision": 0.5, "recall": 0.25, "f1": 0.33}],
        "confusion": [{"due": "guns", "given": "climate", "texts": 4}],
        "drift": {
            "shift": 0.1, "older": {"live": 0.9, "new": 0.8, "n": 32}, "newest": {"live": 0.7, "new": 0.6, "n": 16},
        },
    }  # fmt: skip
    version = Version.objects.create(
        kind=Kind.TOPIC, number=3, asked_at=NOW, state=State.TRAINED, report=report, sha256="0" * 64
    )
    page = lead.get("/settings/topics/models/").content.decode()
    assert "Guns taken for Climate change: 4" in page
    assert "0.800" in page
    lead.post(f"/settings/topics/models/{version.uid}/live/")
    assert Tenure.objects.get(until=None).version == version
    lead.post("/settings/topics/models/topic/back/")
    assert Tenure.objects.get(until=None).version is None
    lead.post("/settings/topics/models/nature/train/")
    assert Version.objects.filter(kind=Kind.NATURE, state=State.WAITING).count() == 1
    assert lead.post("/settings/topics/models/zeppelin/train/").status_code == 404
