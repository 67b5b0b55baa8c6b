"""Tests. ``run.py test`` starts the services and gives their addresses; nothing here leaves the machine."""

import os

from config.settings.addresses import broker_url, numbered
from config.settings.base import *
from config.settings.base import INSTALLED_APPS, MIDDLEWARE, REDIS_URL
from config.settings.sso import single_sign_on

SECRET_KEY = "only-for-tests"  # noqa: S105 - signs nothing outside a test run
SECRET_KEY_FALLBACKS = []
SALT_KEY = ["only-for-tests"]
DEBUG = False
DATABASE_DIRECT = {}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
BASE_URL = "http://testserver"

INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]  # a page that asks row by row fails its test
ZEAL_RAISE = True

# Both kinds of single sign-on, against peers that a test starts.
SSO = single_sign_on(
    google_id="google-id",
    google_secret="invented",  # noqa: S106 - of nobody
    microsoft_id="ms-id",
    microsoft_secret="invented",  # noqa: S106 - of nobody
    microsoft_tenant="acme",
)
INSTALLED_APPS = [*INSTALLED_APPS, *SSO.apps]
SOCIALACCOUNT_PROVIDERS = SSO.providers

# Each pytest worker has a database of its own, and so a number of its own on the broker.
REDIS_URL = numbered(REDIS_URL, int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")))
CELERY_BROKER_URL = broker_url(REDIS_URL)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow on purpose
DEMO_OUTBOX = True
EMAIL_BACKEND = "notifications.outbox.backend.OutboxEmailBackend"
DEFAULT_FROM_EMAIL = "Baton <baton@example.com>"
HEARTBEAT_URL = METRICS_TOKEN = SENTRY_DSN = ""
SLACK_API_URL = "https://slack.com/api/"
TWILIO_API_URL = "https://api.twilio.com/2010-04-01/"
ALLOW_PRIVATE_OUTBOUND = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # look a file up when it is asked for, not all of them for every test client
