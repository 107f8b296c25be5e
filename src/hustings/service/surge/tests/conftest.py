import pytest

from hustings.service.desk.tests.cast import Cast, make_cast
from hustings.service.surge.queries import numbers
from hustings.service.surge.views import kept


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _anew() -> None:
    kept.forget()
    numbers.forget()
