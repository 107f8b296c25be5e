from typing import Any

import pytest

from .cast import Cast, make_cast


@pytest.fixture(autouse=True)
def _caught(settings: Any) -> None:
    settings.HUSTINGS_SMTP_URL = "caught://"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
