"""Demo and development: what ``run.py`` starts, and what a bare ``manage.py`` uses beside it.

The launcher leaves the addresses and keys of its own services in ``$DATA_DIR/environment``, so that ``manage.py``
finds the running copy without being told.
"""

import os
from pathlib import Path

import environ

_here = Path(__file__).resolve().parents[2]
environ.Env.read_env(Path(os.environ.get("DATA_DIR", _here / ".data")) / "environment")

from config.settings.base import *  # noqa: E402 - base reads the environment that the line above completes
from config.settings.base import ALLOWED_HOSTS, BASE_URL, EVENTS_ORIGINS, SALT_KEY, SECRET_KEY  # noqa: E402

SECRET_KEY = SECRET_KEY or "not-a-secret-for-commands-that-need-no-secret"
SALT_KEY = SALT_KEY or ["not-a-salt-for-commands-that-need-no-secret"]
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
# The demo is one and the same by each of its names: http://localhost:8000 is not another's page.
_port = BASE_URL.rpartition(":")[2]
EVENTS_ORIGINS = [*EVENTS_ORIGINS, *(f"http://{name}:{_port}" for name in ALLOWED_HOSTS)]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
WHITENOISE_USE_FINDERS = True  # static files straight from where they are written, without collectstatic
