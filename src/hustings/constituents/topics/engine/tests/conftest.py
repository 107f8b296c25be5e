import pytest

from hustings.constituents.topics.engine import Model, train

from .letters import QUICK, letters


@pytest.fixture(scope="session")
def model() -> Model:
    """Three topics, and texts that belong to none; nobody changes it."""
    return train(*letters(180, elsewhere=24), QUICK)
