"""The site as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from common.collecting import spare_what_is_loaded
from config.celery import app as jobs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
spare_what_is_loaded()
__all__ = ["application", "jobs"]  # who serves pages queues jobs with the same broker as the workers
