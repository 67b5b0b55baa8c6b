"""Makes our Celery app the one that ``shared_task`` finds, in every process that runs Django."""

from django.apps import AppConfig
from django.conf import settings


class CompositionConfig(AppConfig):
    """Has no models. Importing Celery here, not in ``config/__init__``, keeps the launcher quick."""

    name = "config"

    def ready(self) -> None:
        from config.celery import app  # noqa: PLC0415 - once the settings stand

        app.set_default()
        from config import audited  # noqa: PLC0415

        audited.audit()
        from config.telemetry import tasks  # noqa: F401, PLC0415 - registers; every process publishes and some work

        if settings.SENTRY_DSN:
            from config.telemetry import errors  # noqa: PLC0415 - it costs 100 ms, and most have no Sentry

            errors.start(settings.SENTRY_DSN)
