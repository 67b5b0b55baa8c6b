"""The task queue: it makes deliveries quick. What is owed lies in PostgreSQL, so losing the queue loses nothing."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("baton")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

WORKER_SOCKET_TIMEOUT = 30.0


@celeryd_init.connect
def let_the_worker_wait(conf: Any, **_: object) -> None:
    """Give the worker patience with its broker; only a page's nudge has to give up within a blink."""
    conf.broker_transport_options = {**conf.broker_transport_options, "socket_timeout": WORKER_SOCKET_TIMEOUT}


@setup_logging.connect
def keep_the_logging_of_settings(**_: object) -> None:
    """Listening to this signal is what stops Celery from installing log handlers of its own."""
