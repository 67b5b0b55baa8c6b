"""Bring the database up to this code, beside a running product: ``manage.py upgrade``."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader

from config.locks import ROOMS

LOCK = 2_043  # the number of our advisory lock: of several hosts that start at once one migrates
PATIENCE = "3s"  # longer than this nobody may wait behind a lock that we wait for
TRIES = 20
PAUSE = 3.0  # seconds between two tries


class Command(BaseCommand):
    """Migrate with a short ``lock_timeout``, again and again, so that a busy table delays us and never its users."""

    help = "Migrates without making anybody wait: gives up a lock after three seconds, and tries again."

    def handle(self, *_: Any, verbosity: int, **__: Any) -> None:
        if settings.DATABASE_DIRECT:
            connection.settings_dict.update(settings.DATABASE_DIRECT)  # a pooler would share our locks with others
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
        _refuse_what_is_half_way()
        self._migrate(verbosity)
        call_command("createcachetable", verbosity=verbosity)

    def _migrate(self, verbosity: int) -> None:
        for left in reversed(range(TRIES)):
            try:
                _clear_half_built()
                call_command("migrate", interactive=False, verbosity=verbosity)
            except OperationalError as problem:
                if "lock timeout" not in str(problem):
                    raise
                if not left:
                    raise CommandError(
                        "A table stayed busy; nothing is half done. Try again when it is calmer."
                    ) from problem
                self.stderr.write("A table is busy; nobody waits behind us. Trying again.")
                time.sleep(PAUSE)
            else:
                return


def _refuse_what_is_half_way() -> None:
    """Raise CommandError where only some of the migrations that were folded into one were applied."""
    known = MigrationLoader(connection)
    for (room, _), folded in known.replacements.items():
        missing = [name for _, name in folded.replaces if (room, name) not in known.applied_migrations]
        if room in ROOMS and 0 < len(missing) < len(folded.replaces):  # those of others Django goes on with by itself
            raise CommandError(
                f"The tables of {room} are older than this version can bring up to date: {missing[0]} was never"
                " applied. Upgrade once with the version before it, then with this one. Nothing was changed."
            )


def _clear_half_built() -> None:
    """Drop what an index that was to be built beside the traffic left when it gave up: it would bar the next try."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
