"""The settings of a real site beside the tests: on their servers and their database, with processes of its own."""

import json
import os
from pathlib import Path

from config.settings import *  # noqa: F403

TOLD = json.loads(os.environ["TEST_SITE"])
DATABASES["default"] |= TOLD["database"]  # noqa: F405
# The servers of the tests do not write to the disk at once; what was committed has to outlast a process all the same.
DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=on"}  # noqa: F405
MEDIA_ROOT = Path(TOLD["folder"]) / "files"
EXPORTS_DIR = Path(TOLD["folder"]) / "exports"
EXPORT_ROWS_AT_ONCE = 10
SPDCI_SIGNING_KEY = TOLD.get("signing_key", "")
SPDCI_SIGNATURES = bool(SPDCI_SIGNING_KEY)
WEBHOOK_NETWORKS = ["127.0.0.0/8"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # secrets are made by the tests
API_RATES = dict.fromkeys(API_RATES, 0)  # noqa: F405 (these clients write without a pause)
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
# What the site does every few seconds or minutes it does every second or two.
CELERY_BEAT_SCHEDULE = {
    name: {**entry, **every(min(2, entry["schedule"]))}  # noqa: F405
    for name, entry in CELERY_BEAT_SCHEDULE.items()  # noqa: F405
    if isinstance(entry["schedule"], float)
}
