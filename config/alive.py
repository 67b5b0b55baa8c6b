"""``python -m config.alive web|worker|sweep|events``: ends with 0 while that process of this host does its work.

For containers' health checks. They ask about life, not about the weather: a broker that is away makes no web ill.
"""

from __future__ import annotations

import os
import sys
import urllib.request
from collections.abc import Callable
from datetime import timedelta

PATIENCE = 4.0  # seconds
SILENCE = timedelta(seconds=60)  # a sweep that has not come round for so long hangs


def web() -> bool:
    """Ask ``/healthz``, by a name that the web answers to."""
    name = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip().lstrip(".")
    address = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/healthz"
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Host": name}), timeout=PATIENCE) as answer:
        return bool(answer.status == 200)


def events() -> bool:
    """Ask the event stream's ``/healthz``; its port is fixed within a container."""
    with urllib.request.urlopen("http://127.0.0.1:8001/healthz", timeout=PATIENCE) as answer:
        return bool(answer.status == 200)


def worker() -> bool:
    """Ask the worker of this host through the queue."""
    import socket  # noqa: PLC0415 - each question imports what it alone needs

    from config.celery import app  # noqa: PLC0415

    return bool(app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=PATIENCE))


def sweep() -> bool:
    """See that every loop of a sweep came round lately."""
    import django  # noqa: PLC0415

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from notifications.models import Pulse  # noqa: PLC0415
    from notifications.promises.pulses import LOOPS  # noqa: PLC0415

    lately = timezone.now() - SILENCE
    return Pulse.objects.filter(name__in=LOOPS, beat_at__gt=lately).count() == len(LOOPS)


QUESTIONS: dict[str, Callable[[], bool]] = {"web": web, "worker": worker, "sweep": sweep, "events": events}


def main(arguments: list[str]) -> int:
    """Ask one of them."""
    if len(arguments) != 1 or arguments[0] not in QUESTIONS:
        print(__doc__, file=sys.stderr)  # noqa: T201 - a command
        return 2
    try:
        return 0 if QUESTIONS[arguments[0]]() else 1
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is not well
        print(f"{type(problem).__name__}: {problem}", file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
