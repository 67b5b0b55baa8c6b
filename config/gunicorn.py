"""Gunicorn's own settings: ``gunicorn --config python:config.gunicorn config.wsgi``.

Read before the application is loaded, which is why the folder of shared counters is made here.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = 8
preload_app = True
graceful_timeout = 5
control_socket_disable = True

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported
_folder = tempfile.mkdtemp(prefix="baton-metrics-", dir=os.environ.get("DATA_DIR"))
os.environ[SHARED] = _folder


def child_exit(_server: Any, worker: Any) -> None:
    """Keep what a worker that ended had counted, and forget what only a living one has."""
    from prometheus_client import multiprocess  # noqa: PLC0415 - not before the folder is named

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    shutil.rmtree(_folder, ignore_errors=True)
