"""What a process has loaded is not looked through again."""

import gc

import pytest

from common.collecting import OBJECTS_BETWEEN, spare_what_is_loaded


@pytest.fixture
def as_it_was():
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("as_it_was")
def test_what_is_loaded_is_spared_and_what_comes_later_is_looked_through_seldom():
    gc.unfreeze()
    spare_what_is_loaded()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == OBJECTS_BETWEEN
