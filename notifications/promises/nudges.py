"""The doorbell: ask a worker to look now. Losing a nudge costs a few seconds, since the sweep comes by anyway."""

from __future__ import annotations

import time
from typing import Any, Protocol

import structlog
from prometheus_client import Counter

log = structlog.get_logger(__name__)

PAUSE_AFTER_FAILURE = 5.0  # seconds without a try, so that a dead broker costs one page 200 ms and the others nothing

NUDGES_FAILED = Counter("baton_nudges_failed", "Nudges that did not reach the broker; the sweep delivers all the same.")

_silent_until = 0.0


class Nudgeable(Protocol):
    """A Celery task."""

    name: str

    def apply_async(self, *, kwargs: dict[str, Any], retry: bool) -> Any: ...


def nudge(*tasks: Any, **kwargs: Any) -> None:
    """Queue each task with these arguments, if the broker is there. Never raises, never waits beyond 200 ms.

    The settings bound each connection and each write to 200 ms, and the first failure ends it.
    """
    global _silent_until  # noqa: PLW0603 - what this process knows of the broker
    if time.monotonic() < _silent_until:
        return
    for task in tasks:
        try:
            task.apply_async(kwargs=kwargs, retry=False)
        except Exception as problem:  # noqa: BLE001 - whatever a broker can do wrong, the user must not notice
            _silent_until = time.monotonic() + PAUSE_AFTER_FAILURE
            NUDGES_FAILED.inc()
            log.warning("nudge_failed", problem=f"{type(problem).__name__}: {problem}"[:200], **kwargs)
            return
