"""The small world that these tests begin with."""

import pytest

from tests.cast import World


@pytest.fixture
def world(db: None) -> World:
    """Places and a cast, no household yet."""
    return World.begin()
