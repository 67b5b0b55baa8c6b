"""The way in for gunicorn."""

import os

import kombu.transport.redis  # noqa: F401 - loaded before the fork, or the first nudge of each process would wait for it
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()
