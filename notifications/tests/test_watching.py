"""The auditor's minute: what was forgotten is logged, and only a clean look makes the heart beat."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer
from structlog.testing import capture_logs

from notifications.promises.audit import _checks, audited
from notifications.promises.drains import drain_all
from notifications.promises.watching import look
from notifications.tests.said import AT, owe_mail

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(minutes=5)


@pytest.fixture
def monitor(settings):
    """A monitor that waits for our heartbeat; it counts the beats."""
    with HTTPServer(host="127.0.0.1", port=0) as server:
        settings.HEARTBEAT_URL = server.url_for("/ping/baton")
        server.expect_request("/ping/baton", method="GET").respond_with_data("ok")
        yield server


def beats(monitor: HTTPServer) -> int:
    return len(monitor.log)


def test_a_clean_look_makes_the_heart_beat(monitor):
    assert look(at=AT) == []

    assert beats(monitor) == 1


def test_something_forgotten_is_logged_and_the_heart_stands_still(monitor, team):
    delivery = owe_mail(team)

    with capture_logs() as lines:
        found = look(at=LATER)

    assert delivery.key in found[0]
    assert beats(monitor) == 0
    assert [(line["event"], line["count"], line["log_level"]) for line in lines] == [("promises_forgotten", 1, "error")]


def test_once_it_is_made_good_the_heart_beats_again(monitor, team, demo_outbox):
    owe_mail(team)
    look(at=LATER)
    drain_all(at=LATER)

    assert look(at=LATER) == []
    assert beats(monitor) == 1


def test_a_room_s_own_check_counts_as_well(monitor):
    @audited
    def check(at):
        yield f"Something is missing at {at:%H:%M}."

    try:
        assert look(at=AT) == ["Something is missing at 15:00."]
    finally:
        _checks.remove(check)
    assert beats(monitor) == 0


def test_without_a_monitor_nobody_is_asked(settings):
    settings.HEARTBEAT_URL = ""

    with capture_logs() as lines:
        assert look(at=AT) == []

    assert lines == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/ping/s3cret", "no address s3cret", "https://[s3cret"])
def test_a_monitor_that_is_not_there_harms_nobody_and_its_address_stays_secret(settings, address):
    settings.HEARTBEAT_URL = address

    with capture_logs() as lines:
        assert look(at=AT) == []

    assert [line["event"] for line in lines] == ["heartbeat_not_heard"]
    assert "s3cret" not in str(lines)


def test_a_monitor_that_refuses_is_logged(monitor, settings):
    settings.HEARTBEAT_URL = monitor.url_for("/elsewhere")

    with capture_logs() as lines:
        look(at=AT)

    assert [line["event"] for line in lines] == ["heartbeat_not_heard"]


def test_outside_of_development_the_heart_beats_over_tls_only(monitor, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False

    with capture_logs() as lines:
        look(at=AT)

    assert beats(monitor) == 0
    assert "https" in lines[0]["problem"]
