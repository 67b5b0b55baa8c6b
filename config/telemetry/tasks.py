"""Request ids across the queue: a task speaks under the id of the request that rang for it."""

from __future__ import annotations

from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from structlog.contextvars import bind_contextvars, clear_contextvars

from config.telemetry.requests import well_formed
from teams.origin import current_request_id

HEADER = "baton_request_id"


@before_task_publish.connect
def send_the_id_along(headers: dict[str, Any], **_: Any) -> None:
    """Put the id on the message, not among the arguments: no task has to know of it."""
    headers[HEADER] = current_request_id()


@task_prerun.connect
def speak_under_it(task: Any, **_: Any) -> None:
    """Bind it before the task says anything."""
    clear_contextvars()
    given = task.request.get(HEADER) or ""
    bind_contextvars(part="worker", task=task.name, **({"request_id": well_formed(given)} if given else {}))


@task_postrun.connect
def forget_it(**_: Any) -> None:
    """The next task of this process stems from somebody else."""
    clear_contextvars()
