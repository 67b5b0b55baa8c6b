"""The sweep as a process of its own: what the quick path missed, it does; killed, it loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from notifications.models import Attempt, Delivery, Pulse, Pushed
from notifications.promises import health
from notifications.promises.audit import findings
from notifications.promises.owed import State
from notifications.promises.timers import set_timer
from notifications.pushing import push
from notifications.tests.said import ABOUT, AT, an_invite, owe_alert, owe_mail

PROJECT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def a_sweep(smtp_server, *arguments, **variables):
    """A sweep on this test's database, which sends to this test's mail server. Killed at the end if need be."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    address = f"{server}/{connection.settings_dict['NAME']}"
    env = {
        **os.environ,
        "DATABASE_URL": address,
        "DATABASE_DIRECT_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "HEARTBEAT_URL": "",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_server.port}",
        "SECRET_KEY": "only-for-tests",
        "SALT_KEY": "only-for-tests",
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody there: the sweep needs none
        **variables,
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sweep", *arguments],
        cwd=PROJECT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(is_so, *, seconds=20.0):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def is_up():
    return Pulse.objects.filter(name__in=["timers", "promises"]).count() == 2


def state_of(delivery):
    return Delivery.objects.get(pk=delivery.pk).state


def test_the_sweep_delivers_what_nobody_else_did(team, smtp_server):
    with a_sweep(smtp_server):
        until(is_up)
        began = time.monotonic()
        delivery = owe_mail(team, at=timezone.now())
        smtp_server.wait_for(1)
        until(lambda: state_of(delivery) == State.DONE)

        assert time.monotonic() - began >= 1, "the workers' second comes first"


def test_the_sweep_ends_when_it_is_told(team, smtp_server):
    with a_sweep(smtp_server) as process:
        until(is_up)
        process.terminate()

        assert process.wait(timeout=20) == 0


def test_the_sweep_beats_for_a_monitor_while_nothing_is_forgotten(team, smtp_server, httpserver):
    httpserver.expect_request("/ping").respond_with_data("ok")
    with a_sweep(smtp_server, HEARTBEAT_URL=httpserver.url_for("/ping"), ALLOW_PRIVATE_OUTBOUND="true"):
        until(lambda: httpserver.log)


def test_once_does_what_is_due_and_what_follows_from_it_and_ends(team, smtp_server):
    set_timer(key="late", kind="nobody_knows", about=ABOUT, due_at=timezone.now() + timedelta(days=1))
    owe_mail(team, at=timezone.now())
    owe_alert(team, at=timezone.now())
    owe_mail(team, at=timezone.now() + timedelta(days=1), revision=2)

    with a_sweep(smtp_server, "--once") as process:
        said, _ = process.communicate(timeout=30)

    assert process.returncode == 0, said
    assert [message["To"] for message in smtp_server.messages] == [
        "Dana Example <dana@example.com>",
        "Robin Sample <robin@example.com>",  # the lead, since the team's Slack is not connected
    ]
    assert Delivery.objects.filter(state=State.WAITING).count() == 1


def test_killed_after_the_server_took_the_mail_the_next_sweep_sends_the_same_once_more(team, smtp_server):
    delivery = owe_mail(team, at=timezone.now(), invite=an_invite())
    Delivery.objects.update(deadline_at=None)
    with a_sweep(smtp_server, "--once") as process:
        smtp_server.on_taken = lambda _: process.kill()  # before the answer, so nobody can mark the row
        smtp_server.wait_for(1)
        process.wait()
        smtp_server.on_taken = None
    assert state_of(delivery) == State.WAITING

    Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))
    with a_sweep(smtp_server, "--once") as process:
        process.communicate(timeout=30)

    first, second = smtp_server.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    files = [next(part for part in each.walk() if part.get_filename() == "invite.ics") for each in (first, second)]
    assert files[0].get_payload(decode=True) == files[1].get_payload(decode=True)
    done = Delivery.objects.get(pk=delivery.pk)
    assert (done.state, done.attempts, done.ambiguous) == (State.DONE, 2, 1)


def test_two_sweeps_at_once_send_everything_once(team, smtp_server):
    for number in range(40):
        owe_mail(team, at=timezone.now(), revision=number)
    with a_sweep(smtp_server), a_sweep(smtp_server):
        smtp_server.wait_for(40, seconds=30)
        until(lambda: not Delivery.objects.filter(state=State.WAITING).exists())

    names = [message["Message-ID"] for message in smtp_server.messages]
    assert len(names) == len(set(names)) == 40


def test_a_sweep_survives_that_the_database_ends_its_connections(team, smtp_server):
    with a_sweep(smtp_server) as process:
        until(is_up)
        found = connection.get_connection_params()
        found.pop("cursor_factory", None)
        other = psycopg2.connect(**found)
        other.autocommit = True
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
                [connection.connection.info.backend_pid],
            )
        other.close()

        owe_mail(team, at=timezone.now())
        smtp_server.wait_for(1)

        assert process.poll() is None


def test_a_slow_mail_server_does_not_hold_up_alerts(team, smtp_server):
    smtp_server.hang = 8
    for number in range(10):
        owe_mail(team, at=timezone.now(), revision=number)
    alert = owe_alert(team, at=timezone.now())
    with a_sweep(smtp_server):
        until(lambda: Attempt.objects.filter(delivery__channel="email").exists())
        until(lambda: state_of(alert) != State.WAITING, seconds=7)


def test_the_sweep_forgets_what_pages_were_told_long_ago(team, boss, smtp_server):
    for ref, age in (("old", timedelta(hours=2)), ("young", timedelta())):
        push(to=[boss.pk], topic="ring", ref=ref, at=timezone.now() - age)

    with a_sweep(smtp_server):
        until(lambda: not Pushed.objects.filter(ref="old").exists())

    assert Pushed.objects.get().ref == "young"


def test_the_summary_tells_what_waits_and_what_failed(team):
    owe_mail(team)
    owe_mail(team, revision=2, at=AT + timedelta(hours=5))
    Delivery.objects.filter(key__endswith="r2").update(state=State.FAILED, done_at=AT)
    Pulse.objects.create(name="timers", beat_at=AT)

    summary = health.summary(at=AT + timedelta(seconds=90))

    assert summary == {"sweep_age_s": 90.0, "oldest_waiting_s": 90.0, "waiting": 1, "failed_last_hour": 1}


def test_the_auditor_names_what_was_forgotten(team):
    delivery = owe_mail(team)
    set_timer(key="forgotten", kind="x", about=ABOUT, due_at=AT)

    assert list(findings(at=AT + timedelta(minutes=1))) == []
    late = list(findings(at=AT + timedelta(minutes=5)))

    assert any(delivery.key in each for each in late)
    assert any("forgotten" in each for each in late)
