"""Waiting for the doorbell: LISTEN on a connection of its own, and a tick in case nobody rings."""

from __future__ import annotations

import select
import time
from typing import Any

import psycopg2
import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from notifications.promises.doorbell import BELL

log = structlog.get_logger(__name__)

CONNECT_LIMIT = 5  # seconds
PAUSE_AFTER_FAILURE = 1.0  # seconds


class Listener:
    """Hears a bell. Without a database, or behind a pooler that nobody told us of, only the tick is left."""

    def __init__(self, wake: int, *, bell: str = BELL) -> None:
        """``wake`` is a file descriptor that ends the wait when it becomes readable."""
        self._wake = wake
        self._bell = bell
        self._connection: Any = None

    def wait(self, seconds: float) -> list[str]:
        """Wait until somebody rings, the descriptor is readable, or the time is up. Returns what each ring said."""
        try:
            bell = self._listen()
            ready, _, _ = select.select([self._wake, bell], [], [], seconds)
            return self._heard() if bell in ready else []
        except (psycopg2.Error, OSError, ValueError) as problem:
            log.warning("doorbell_lost", problem=str(problem).strip())
            self.close()
            time.sleep(PAUSE_AFTER_FAILURE)
            return []

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> Any:
        if self._connection is not None:
            return self._connection
        params = _line().get_connection_params()
        params.pop("cursor_factory", None)
        self._connection = psycopg2.connect(**{"connect_timeout": CONNECT_LIMIT, **params})
        self._connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with self._connection.cursor() as cursor:
            cursor.execute(f"LISTEN {self._bell}")
        return self._connection

    def _heard(self) -> list[str]:
        self._connection.poll()
        said = [ring.payload for ring in self._connection.notifies]
        self._connection.notifies.clear()
        return said


def _line() -> BaseDatabaseWrapper:
    """Return the database to listen to: past the pooler, if there is one, since it would swallow LISTEN."""
    if not settings.DATABASE_DIRECT:
        return connection
    return ConnectionHandler({DEFAULT_DB_ALIAS: settings.DATABASE_DIRECT})[DEFAULT_DB_ALIAS]
