"""What the browser tests do on a machine without a browser."""

import pytest

from tests.browser import visiting


@pytest.fixture(autouse=True)
def no_browser(monkeypatch):
    monkeypatch.setattr(visiting.shutil, "which", lambda _name: None)


@pytest.mark.parametrize("spelled", ["on", "1", "true", "yes"])
def test_a_browser_that_is_required_and_missing_is_a_failure(monkeypatch, spelled: str):
    monkeypatch.setenv("REQUIRE_BROWSER", spelled)
    with pytest.raises(pytest.fail.Exception, match="no browser in PATH"), visiting.launched():
        pass


@pytest.mark.parametrize("spelled", ["off", "0", ""])
def test_a_browser_that_is_not_required_and_missing_skips_the_tests(monkeypatch, spelled: str):
    monkeypatch.setenv("REQUIRE_BROWSER", spelled)
    with pytest.raises(pytest.skip.Exception, match="no browser in PATH"), visiting.launched():
        pass
