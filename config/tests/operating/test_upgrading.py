"""Upgrading beside traffic, as docs/operations.md tells."""

from __future__ import annotations

import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

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


class TestFoldedMigrations:
    """A database that was brought up by the migrations before they were folded."""

    LAST = "0036_how_fast_invites_were"

    @pytest.fixture(autouse=True)
    def _unlocked(self, transactional_db):  # noqa: ARG002
        recorder = MigrationRecorder(connection)
        stood = sorted(recorder.applied_migrations())
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
        recorder.flush()
        for room, name in stood:
            recorder.record_applied(room, name)

    def applied_before(self, *, but=()):
        """Let the records be those of the handoffs' migrations before, but for some: a new database has both."""
        recorder = MigrationRecorder(connection)
        for name in ("0001_tables", "0002_what_counts", *but):
            recorder.record_unapplied("handoff", name)

    def test_where_all_were_applied_nothing_is_done(self):
        self.applied_before()

        call_command("upgrade", verbosity=0)

        assert {("handoff", "0001_tables"), ("handoff", "0002_what_counts")} <= set(
            MigrationRecorder(connection).applied_migrations()
        )

    def test_where_some_are_missing_it_says_so_and_changes_nothing(self):
        self.applied_before(but=[self.LAST])
        stood = set(MigrationRecorder(connection).applied_migrations())

        with pytest.raises(CommandError, match=f"{self.LAST} was never applied.*version before"):
            call_command("upgrade", verbosity=0)

        assert set(MigrationRecorder(connection).applied_migrations()) == stood


def in_its_own_connection(run, *arguments):
    try:
        run(*arguments, verbosity=0)
    finally:
        connection.close()
