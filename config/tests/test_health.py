from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from handoff.tests.factories import open_handoff, ready
from notifications.events import pulse
from notifications.models import Pulse
from notifications.promises import pulses
from teams.tests.factories import TeamFactory


@pytest.mark.django_db
def test_a_stranger_may_ask_whether_the_process_is_alive(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_names_the_state_of_database_and_broker(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert (answer.json()["database"], answer.json()["broker"]) == ("ok", "ok")


@pytest.mark.django_db
def test_without_a_database_nothing_is_ready(client):
    def gone(*_):
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(gone):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"database": "down"})


@pytest.mark.django_db
def test_ready_asks_nobody_for_a_login_and_says_nothing_of_anybody(client):
    open_handoff(ready(TeamFactory()))

    answer = client.get("/readyz")

    assert set(answer.json()) == {
        "database", "broker", "sweep_age_s", "oldest_waiting_s", "waiting", "failed_last_hour",
        "events_age_s", "streams_open",
    }  # fmt: skip
    assert answer.json()["waiting"] > 0
    assert "no-cache" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_tells_how_old_the_sweep_and_the_oldest_promise_are(client):
    Pulse.objects.create(name=pulses.PROMISES, beat_at=timezone.now() - timedelta(seconds=90))

    ready = client.get("/readyz").json()

    assert 90 <= ready["sweep_age_s"] < 120
    assert (ready["oldest_waiting_s"], ready["waiting"], ready["failed_last_hour"]) == (None, 0, 0)


@pytest.mark.django_db
def test_hosts_of_the_event_stream_that_are_long_gone_are_forgotten(client):
    now = timezone.now()
    Pulse.objects.create(name=pulses.TIMERS, beat_at=now - timedelta(days=3))
    for host, age in (("long-gone", timedelta(days=2)), ("just-gone", timedelta(hours=2)), ("here", timedelta())):
        Pulse.objects.create(name=f"events {host}", beat_at=now - age, streams=2)

    pulse.beat(streams=3, at=now)

    assert not Pulse.objects.filter(name="events long-gone").exists()
    assert Pulse.objects.filter(name__in=["events just-gone", "events here", pulses.TIMERS]).count() == 3
    assert client.get("/readyz").json()["streams_open"] == 5


@pytest.mark.django_db
def test_a_dead_broker_is_told_and_does_not_take_the_product_down(client, settings):
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["broker"] == "down"
