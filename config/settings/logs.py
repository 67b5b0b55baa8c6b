"""Logs as data: one event a line, with the request's id on it; JSON in production, readable elsewhere."""

from collections.abc import MutableMapping
from typing import Any

import structlog

from config.telemetry.scrubbing import scrub_event

Event = MutableMapping[str, Any]


def name_the_route(_logger: Any, _method: str, event: Event) -> Event:
    """In Django's own lines about a request write its route for its path: a path may hold a signed link."""
    request = getattr(event.get("_record"), "request", None)
    path = getattr(request, "path", "")
    if len(path) > 1:
        match = getattr(request, "resolver_match", None)
        event["event"] = str(event["event"]).replace(path, f"/{match.route}" if match else "/…")
    return event


SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *SHARED_PROCESSORS,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def logging_config(*, as_json: bool, level: str = "INFO") -> dict[str, Any]:
    """Django's LOGGING, with structlog's formatter for our own lines and for everybody else's."""
    renderer: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED_PROCESSORS, name_the_route],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,  # text before it is scrubbed; without any local variable
                    scrub_event,
                    renderer,
                ],
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},  # it quotes queries
            "celery": {"level": "WARNING"},  # two lines a task would cost as much as the task
        },
    }
