"""Production. It starts only when everything it needs is given, and names all that is missing at once."""

import os

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *
from config.settings.base import BASE_DIR, env
from config.settings.logs import logging_config

NEEDED = (
    "SECRET_KEY",
    "SALT_KEY",
    "ALLOWED_HOSTS",
    "BASE_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
)
if missing := [name for name in NEEDED if not os.environ.get(name)]:
    raise ImproperlyConfigured(f"Production needs {', '.join(missing)}; .env.example says what each is.")
if not os.environ["BASE_URL"].startswith("https://"):
    raise ImproperlyConfigured("Production needs a BASE_URL that begins with https://: it goes into mails.")

DEBUG = False
DEMO_OUTBOX = DEMO_LOGINS = False
ALLOW_PRIVATE_OUTBOUND = False
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# gunicorn tells Django of TLS in front of it: X-Forwarded-Proto counts from the addresses in FORWARDED_ALLOW_IPS.
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked by machines beside us, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

LOGGING = logging_config(as_json=True)
