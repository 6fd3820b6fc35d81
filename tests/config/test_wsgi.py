"""Whoever serves pages queues jobs with the broker of the workers."""

from __future__ import annotations

from threading import Thread

from django.conf import settings

from config import asgi, wsgi
from exchange.tasks import write_export


def test_every_thread_that_serves_pages_queues_jobs_where_the_workers_look():
    found: list[tuple[str, str]] = []
    thread = Thread(target=lambda: found.append((write_export.app.main, write_export.app.conf.broker_url)))
    thread.start()
    thread.join()
    assert wsgi.jobs is asgi.jobs
    assert found == [("shouwang", settings.CELERY_BROKER_URL)]
