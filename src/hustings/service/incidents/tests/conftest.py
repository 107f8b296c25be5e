import pytest

from hustings.foundation.geography.queries import forget
from hustings.service.desk.tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    forget()  # the states that another test's process may have kept
    return make_cast()
