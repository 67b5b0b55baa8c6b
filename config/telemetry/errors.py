"""Errors told to Sentry, when SENTRY_DSN says where. What goes along is code, ids and request ids: nobody's data.

Sentry's own scrubbing knows names of fields only, so everything that could hold a person's words is left out before
it leaves: requests with their bodies, headers and addresses, local variables, and the trail of queries and calls.
"""

from __future__ import annotations

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration
from structlog.contextvars import get_contextvars

from config.telemetry.scrubbing import scrub, scrub_text

TAGS = ("part", "request_id", "user_id", "membership_id", "team_id", "token_id", "task", "command", "timer", "owed")
KEPT = {"event_id", "timestamp", "platform", "level", "logger", "exception", "transaction", "release", "environment"}
PATIENCE = 2  # seconds in which a process that ends may still tell what it has


def start(dsn: str) -> None:
    """Tell this process's errors from here on: unhandled ones, and what is logged as an error."""
    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        shutdown_timeout=PATIENCE,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            AtexitIntegration(callback=lambda *_: None),
            CeleryIntegration(propagate_traces=False),
            DedupeIntegration(),  # what is logged is often raised as well
            DjangoIntegration(transaction_style="function_name", signals_spans=False),
            ExcepthookIntegration(),
            LoggingIntegration(level=None),
            ThreadingIntegration(),
        ],
        before_send=without_people,
    )


def without_people(event: Any, hint: Any) -> Any:
    """Return the event as it may leave: what is on our list, scrubbed, and our ids as tags."""
    bound = get_contextvars()
    told = {name: value for name, value in event.items() if name in KEPT}
    for thrown in told.get("exception", {}).get("values", []):
        thrown["value"] = scrub_text(str(thrown.get("value") or ""))
    if record := hint.get("log_record"):
        told |= _said(record.msg)
    told["tags"] = scrub({name: str(bound[name]) for name in TAGS if bound.get(name)})
    return told


def _said(message: Any) -> dict[str, Any]:
    """Return a line's own words: ours come as a dictionary, a library's without what it would put into them."""
    if not isinstance(message, dict):
        return {"logentry": {"message": scrub_text(str(message))}}
    fields = {name: value for name, value in message.items() if name not in {"event", "exc_info", *TAGS}}
    return {"logentry": {"message": scrub_text(str(message.get("event")))}, "extra": scrub(fields)}
