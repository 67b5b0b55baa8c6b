"""The way in for an ASGI server: the event stream. Pages are served by WSGI, which is faster for sync views."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
django.setup()

from notifications.events.app import EventApp  # noqa: E402 - the apps must be ready first

application = EventApp()
