from importlib import import_module

import pytest
from django.apps import apps

from hustings.service.desk.tests.cast import Cast, make_cast
from hustings.service.surge.models import GiveWay
from hustings.service.surge.queries import numbers
from hustings.service.surge.views import kept


@pytest.fixture
def cast(db: None) -> Cast:
    """With the order that a campaign begins with, also where a test that commits has emptied the tables before."""
    if not GiveWay.objects.exists():
        import_module("hustings.service.surge.migrations.0001_initial").begin_with_an_order(apps, None)
    return make_cast()


@pytest.fixture(autouse=True)
def _anew() -> None:
    kept.forget()
    numbers.forget()
