from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from hustings.foundation.ui import actions, queries
from hustings.foundation.ui.context import Frame
from hustings.foundation.ui.models import Campaign

NOW = datetime(2028, 10, 19, 9, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_before_anything_is_written_pages_show_defaults() -> None:
    assert queries.campaign().name == "Hustings"
    assert Campaign.objects.count() == 0


@pytest.mark.django_db
def test_there_is_one_campaign_and_it_is_read_once_a_request(rf, django_assert_num_queries) -> None:
    actions.set_campaign(actor=None, now=NOW, name="Adair for America", help_phone="(555) 555-0100")
    actions.set_campaign(actor=None, now=NOW, paid_for_by="Adair for America")
    request = rf.get("/")
    with django_assert_num_queries(1):
        campaign = queries.campaign(request)
        assert queries.campaign(request) is campaign
    assert Campaign.objects.count() == 1
    assert campaign.brand_words == ("Adair", "for America")
    assert campaign.paid_line == "Adair for America"
    assert campaign.phone_link == "tel:+15555550100"


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [{"help_phone": "<script>"}, {"domain": "https://example.org"}, {"hue": 400}])
def test_a_bad_fact_is_refused_and_nothing_is_written(facts) -> None:
    with pytest.raises(ValidationError):
        actions.set_campaign(actor=None, now=NOW, **facts)
    assert Campaign.objects.count() == 0


@pytest.mark.django_db
def test_an_unknown_fact_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        actions.set_campaign(actor=None, now=NOW, colour="red")


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("system", ""), ("<x>", "")])
def test_the_theme_is_drawn_by_the_server(rf, cookie: str, theme: str) -> None:
    request = rf.get("/")
    request.COOKIES["theme"] = cookie
    assert Frame(request).theme == theme
