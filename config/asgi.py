"""The site as an ASGI application."""

import os

from django.core.asgi import get_asgi_application

from config.celery import app as jobs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()
__all__ = ["application", "jobs"]  # who serves pages queues jobs with the same broker as the workers
