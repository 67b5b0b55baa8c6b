"""Upgrading beside traffic, as docs/operations.md tells."""

from __future__ import annotations

import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.management.commands import upgrade
from config.tests.operating.ground import a_connection


class TestUpgrading:
    @pytest.fixture(autouse=True)
    def _a_release_that_grows(self, transactional_db, monkeypatch, settings):  # noqa: ARG002
        settings.MIGRATION_MODULES = {"django_htmx": "config.tests.growing"}
        monkeypatch.setattr(upgrade, "PATIENCE", "300ms")
        monkeypatch.setattr(upgrade, "PAUSE", 0.2)
        yield
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
            cursor.execute("DELETE FROM django_migrations WHERE app = 'django_htmx'")
            cursor.execute("DROP INDEX IF EXISTS growing")
            cursor.execute("SELECT pg_advisory_unlock_all()")

    @pytest.fixture
    def busy_table(self):
        """Somebody who writes to the table for a long time."""
        busy = a_connection()
        try:
            busy.cursor().execute("LOCK TABLE handoff_ownerchange IN ROW EXCLUSIVE MODE")
            yield busy
        finally:
            busy.close()

    def is_built(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('growing')")
            return cursor.fetchone() == (True,)

    @pytest.mark.launcher
    def test_a_busy_table_delays_the_upgrade_and_nobody_else(self, busy_table):
        began = time.monotonic()
        letting_go = threading.Timer(2.0, busy_table.rollback)
        letting_go.start()

        with a_connection(options="-c statement_timeout=1500") as other, other.cursor() as cursor:
            upgrading = threading.Thread(target=in_its_own_connection, args=[call_command, "upgrade"])
            upgrading.start()
            while upgrading.is_alive():
                cursor.execute("UPDATE handoff_ownerchange SET attempts = attempts")  # would time out behind a queue
                other.commit()
                time.sleep(0.02)
            upgrading.join()
        other.close()
        letting_go.join()

        assert time.monotonic() - began >= 2
        assert self.is_built()

    @pytest.mark.launcher
    def test_one_that_never_gets_its_turn_ends_in_words_and_leaves_nothing_in_the_way(self, busy_table, monkeypatch):
        monkeypatch.setattr(upgrade, "TRIES", 2)

        with pytest.raises(CommandError, match="stayed busy"):
            call_command("upgrade", verbosity=0)

        busy_table.rollback()
        call_command("upgrade", verbosity=0)
        assert self.is_built()


def in_its_own_connection(run, *arguments):
    try:
        run(*arguments, verbosity=0)
    finally:
        connection.close()
