"""What docs/operations.md tells to do, done: backup and restore, upgrading beside traffic, a queue behind TLS, keys."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from kombu import Connection
from psycopg2 import sql

from config.launcher.accounts import postgres_account
from config.launcher.places import PROJECT
from config.launcher.postgres import binary
from config.management.commands import upgrade
from config.settings.addresses import broker_url
from config.tests.conftest import fleet_beside
from config.tests.world import Api, database_url, in_minutes, wait_for
from handoff.models import Handoff
from leads.models import Lead
from notifications.promises.drains import drain_all
from teams.models import AuditEntry, SlackConnection

DOCUMENT = (PROJECT / "docs/operations.md").read_text()
RESTORED = "baton_restored"


def commands(mark):
    """The commands that the document gives under this mark."""
    (found,) = re.findall(rf"<!-- {mark} -->\n```sh\n(.*?)```", DOCUMENT, flags=re.DOTALL)
    return found


def a_connection(name=None, **more):
    said = connection.get_connection_params()
    given = {key: said[key] for key in ("user", "host", "port") if said.get(key)}
    return psycopg2.connect(dbname=name or said["dbname"], **given, **more)


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


def stay_at_home(world):
    """Leave Slack out: here is no peer that would take its alerts."""
    SlackConnection.objects.filter(team=world.team).update(token="", channel="")


def booking(world, lead):
    return {"lead": lead.pk, "method": "scheduled", "agent": world.ana.pk, "starts_at": in_minutes(120)}


def done_in(name, handoff):
    with a_connection(name) as line, line.cursor() as cursor:
        cursor.execute("SELECT state FROM notifications_delivery WHERE about = %s", [f"handoff/{handoff}"])
        states = {state for (state,) in cursor.fetchall()}
    line.close()
    return states == {"done"}


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


@pytest.fixture
def redis_behind_tls(tmp_path):
    """A Redis as providers offer it: TLS alone, a password, a certificate of an authority that we are told of."""
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    assert server, "apt-get install redis-server"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert_file, key_file = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))  # fmt: skip
    import socket  # noqa: PLC0415 - beside its use

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [server, "--port", "0", "--tls-port", str(port), "--tls-cert-file", cert_file, "--tls-key-file", key_file,
         "--tls-ca-cert-file", cert_file, "--tls-auth-clients", "no", "--requirepass", "hush", "--save", "",
         "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"rediss://:hush@localhost:{port}/0?ssl_cert_reqs=required&ssl_ca_certs={cert_file}"
    try:
        wait_for(lambda: answers(url), seconds=20, what="Redis behind TLS")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def answers(url):
    client = redis.Redis.from_url(url, socket_timeout=1)
    try:
        return client.ping()
    except redis.ConnectionError:
        return False
    finally:
        client.close()


@pytest.mark.launcher
def test_a_queue_behind_tls_carries_nudges_and_is_ready(redis_behind_tls, world, settings, tmp_path):
    stay_at_home(world)
    with fleet_beside(tmp_path, settings, REDIS_URL=redis_behind_tls) as fleet:
        fleet.start("web", "worker")
        lead = world.ready_lead()
        status, handoff = Api(fleet.url, world.token).post("handoffs", booking(world, lead))
        assert status == 201, handoff
        wait_for(lambda: Lead.objects.get(pk=lead.pk).owner_id == world.ana.pk, seconds=30, what="the worker alone")
        assert '"broker": "ok"' in text_of(f"{fleet.url}/readyz")


def text_of(url):
    import urllib.request  # noqa: PLC0415

    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def test_kombu_and_redis_read_the_same_address_behind_tls():
    url = "rediss://:hush@redis.example.com:6380/0?ssl_cert_reqs=required"

    assert broker_url(url) == url
    assert Connection(url).hostname == "redis.example.com"


@pytest.mark.django_db
class TestKeys:
    def test_new_keys_take_over_and_the_old_ones_may_go(self, settings, world_secrets):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key", [settings.SECRET_KEY]
        settings.SALT_KEY = ["a new salt", *settings.SALT_KEY]
        forget_derived_keys()
        assert read() == world_secrets

        call_command("reencrypt")
        settings.SECRET_KEY_FALLBACKS, settings.SALT_KEY = [], ["a new salt"]
        forget_derived_keys()

        assert read() == world_secrets
        assert AuditEntry.objects.filter(model="teams.slackconnection").exists()
        assert "xoxb" not in str(list(AuditEntry.objects.values_list("changed", flat=True)))

    @pytest.fixture
    def world_secrets(self):
        from teams.tests.factories import TeamFactory, UserFactory  # noqa: PLC0415

        slack = SlackConnection.objects.get(team=TeamFactory())
        slack.token, slack.webhook_url = "xoxb-invented", "https://hooks.slack.com/services/T/B/x"
        slack.save()
        from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415

        TOTP.activate(UserFactory(), "JBSWY3DPEHPK3PXP")
        yield read()
        forget_derived_keys()


def read():
    from allauth.mfa.adapter import get_adapter  # noqa: PLC0415
    from allauth.mfa.models import Authenticator  # noqa: PLC0415

    slack = SlackConnection.objects.exclude(token="").get()
    seeds = [get_adapter().decrypt(each.data["secret"]) for each in Authenticator.objects.all()]
    return slack.token, slack.webhook_url, seeds


def forget_derived_keys():
    """Each process derives its keys once; a new start is what an operator would do."""
    from allauth.mfa import adapter  # noqa: PLC0415
    from django.apps import apps  # noqa: PLC0415

    from teams.auditing import is_secret  # noqa: PLC0415

    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if is_secret(field):
                for name in ("keys", "f"):
                    field.__dict__.pop(name, None)
    cached = adapter.get_adapter()
    cached.__dict__.pop("_keys", None)
