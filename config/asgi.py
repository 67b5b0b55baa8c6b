"""The way in for an ASGI server: for long-lived streams. Pages are served by WSGI, which is faster for sync views."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_asgi_application()
