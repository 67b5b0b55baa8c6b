"""The way in for gunicorn."""

import os

import kombu.transport.redis  # noqa: F401 - loaded before the fork, or the first nudge of each process would wait for it
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - so are the views, or the first page of each process would wait for seconds
