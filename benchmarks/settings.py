"""The settings of the measurements: those of the product, with a data folder of their own."""

import os

os.environ["ENVIRONMENT"] = "development"
os.environ["DATA_DIR"] = os.environ.get("BENCHMARKS_DIR") or "var/benchmarks"
os.environ["EMBEDDED_FSYNC"] = "off"

from config.settings import *  # noqa: F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Calls are counted as ever, but nobody is made to wait: how fast it goes is the question.
API_RATES = dict.fromkeys(API_RATES, 1_000_000)  # noqa: F405
