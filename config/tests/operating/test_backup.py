"""Backup and restore by the commands of docs/operations.md."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from psycopg2 import sql

from config.launcher.accounts import postgres_account
from config.launcher.places import PROJECT
from config.launcher.postgres import binary
from config.tests.conftest import fleet_beside
from config.tests.operating.ground import a_connection, booking, stay_at_home
from config.tests.world import Api, database_url, in_minutes, wait_for
from handoff.models import Handoff
from notifications.promises.drains import drain_all

DOCUMENT = (PROJECT / "docs/operations.md").read_text()
RESTORED = "baton_restored"


def commands(mark):
    """The commands that the document gives under this mark."""
    (found,) = re.findall(rf"<!-- {mark} -->\n```sh\n(.*?)```", DOCUMENT, flags=re.DOTALL)
    return found


def contents(name):
    """How many rows every table has, and a digest of all of them; every sequence's place."""
    with a_connection(name) as line, line.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = {}
        for (table,) in cursor.fetchall():
            digest = sql.SQL("SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {} AS t")
            cursor.execute(digest.format(sql.Identifier(table)))
            found[table] = cursor.fetchone()
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1")
        found["sequences"] = cursor.fetchall()
        cursor.execute("SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2")
        found["triggers"] = cursor.fetchall()
    line.close()
    return found


@pytest.fixture
def shell(tmp_path):
    """Where an operator types: PostgreSQL's own tools on the path, and the database named by its variables."""
    said = connection.get_connection_params()
    tools = binary("pg_dump", postgres_account()).parent
    env = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": str(said["host"]),
        "PGUSER": str(said["user"]),
        "PGDATABASE": str(said["dbname"]),
    }

    def type_in(text):
        done = subprocess.run(
            ["/bin/sh", "-euc", text], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield type_in
    type_in(f"dropdb --if-exists --force {RESTORED}")


@pytest.mark.launcher
def test_a_backup_is_restored_with_every_row_and_the_product_works_on_it(world, shell, settings, tmp_path):
    stay_at_home(world)
    for _ in range(3):
        world.ready_lead()
    lead = world.ready_lead()
    with fleet_beside(tmp_path, settings) as fleet:
        fleet.start("web")
        status, handoff = Api(fleet.url, world.token).post("handoffs", booking(world, lead))
        assert status == 201, handoff
    drain_all(at=timezone.now() + timedelta(seconds=1))

    shell(commands("backup"))
    before = contents(None)
    shell(commands("restore"))

    after = contents(RESTORED)
    assert {name for name in before if before[name] != after[name]} == set()
    assert before["handoff_handoff"][0] == 1
    assert before["teams_auditentry"][0] > 5
    url = database_url().rpartition("/")[0] + f"/{RESTORED}"
    with fleet_beside(tmp_path, settings, DATABASE_URL=url) as fleet:
        fleet.start("web", "sweep")
        api = Api(fleet.url, world.token)
        assert api.get(f"handoffs/{handoff['id']}")[1]["status"] == "open"
        another = api.get("leads")[1]["items"][-1]["id"]
        again = {**booking(world, lead), "lead": another}
        assert api.post("handoffs", again)[0] == 409  # the calendar came along, and its constraint
        status, second = api.post("handoffs", {**again, "starts_at": in_minutes(300)})
        assert status == 201, second
        wait_for(lambda: done_in(RESTORED, second["id"]), seconds=20, what="the restored promises")
    assert Handoff.objects.count() == 1  # the original was left alone


def done_in(name, handoff):
    with a_connection(name) as line, line.cursor() as cursor:
        cursor.execute("SELECT state FROM notifications_delivery WHERE about = %s", [f"handoff/{handoff}"])
        states = {state for (state,) in cursor.fetchall()}
    line.close()
    return states == {"done"}
