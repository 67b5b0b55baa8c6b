"""The product's own processes: the web, the worker, the sweep that needs no queue, and the event stream."""

import sys
from collections.abc import Mapping
from pathlib import Path

from config.launcher.places import PROJECT
from config.launcher.processes import Program

PYTHON = Path(sys.executable)
WEB = "gunicorn --config python:config.gunicorn config.wsgi"
WORKER = "celery --app config worker --queues ring,notify,bulk --concurrency 2 --loglevel WARNING"


def manage(*arguments: str) -> list[str | Path]:
    """Return the command line of ``manage.py``."""
    return [PYTHON, PROJECT / "manage.py", *arguments]


def web(env: Mapping[str, str], logs: Path, *, listener: int) -> Program:
    """Return the web on a socket that is open already, by its number; so no restart loses a caller."""
    return Program(
        "web", _module(WEB, f"--bind fd://{listener}"), env, logs / "web.log", cwd=PROJECT, inherited=(listener,)
    )


def worker(env: Mapping[str, str], logs: Path) -> Program:
    """Return the worker. It has no other workers to gossip with."""
    options = "--without-gossip --without-mingle --without-heartbeat"
    return Program("worker", _module(WORKER, options), env, logs / "worker.log", cwd=PROJECT)


def sweep(env: Mapping[str, str], logs: Path) -> Program:
    """Return the sweep."""
    return Program("sweep", manage("sweep"), env, logs / "sweep.log", cwd=PROJECT)


def events(env: Mapping[str, str], logs: Path, *, listener: int) -> Program:
    """Return the event stream on a socket that is open already, by its number."""
    command = manage("events", "--fd", str(listener))
    return Program("events", command, env, logs / "events.log", cwd=PROJECT, inherited=(listener,))


def _module(*words: str) -> list[str | Path]:
    return [PYTHON, "-m", *" ".join(words).split()]
