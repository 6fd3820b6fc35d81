"""Background jobs: `celery -A config.celery worker`, `celery -A config.celery beat`."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import worker_process_init

from common import scopes
from common.collecting import spare_what_is_loaded
from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Job(Task):
    """Work that the product does for itself; one that serves a user enters the user's scope within."""

    def __call__(self, *args: Any, **given: Any) -> Any:
        """Run it, and leave no scope behind."""
        with scopes.everywhere():
            return super().__call__(*args, **given)


@worker_process_init.connect
def begin(**_told: Any) -> None:
    """A process of the worker begins, with all that its parent has loaded."""
    spare_what_is_loaded()


broker.use()
app = Celery("shouwang", task_cls=Job)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # of every thread: those that serve pages queue jobs too
app.autodiscover_tasks()
