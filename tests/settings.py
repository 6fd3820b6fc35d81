"""The settings of the tests: servers of their own in a data folder of their own, and what makes tests fast."""

import os

os.environ["ENVIRONMENT"] = "development"
# Each worker of a parallel run has a folder, and with it servers, of its own.
os.environ["DATA_DIR"] = os.path.join(  # noqa: PTH118 (may be relative)
    os.environ.get("DATA_DIR") or "var", "test", os.environ.get("PYTEST_XDIST_WORKER", "")
)
os.environ["EMBEDDED_FSYNC"] = "off"

from config.settings import *  # noqa: F403

DEMONSTRATIONS_KEPT_FOR = 0  # each test has demonstrations of its own
API_RATES = dict.fromkeys(API_RATES, 0)  # noqa: F405 (the tests of limits set their own)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files straight from their source: no collectstatic before tests.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
