"""Errors of web, worker and sweep arrive at a Sentry that listens, under their request's id, with nobody's data."""

import gzip
import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta

import brotli
import pytest
import sentry_sdk
from django.utils import timezone
from werkzeug import Response

from config.celery import app
from config.tests.conftest import fleet_beside
from config.tests.world import wait_for
from notifications.models import Timer
from teams.origin import current_request_id

PRIVATE = "dana.fiction@example.com"
UNPACKED_BY = {"gzip": gzip.decompress, "br": brotli.decompress, "": bytes}


class Sentry:
    """Takes envelopes as Sentry's ingestion does: lines of JSON, a header and then items, compressed or not."""

    def __init__(self, server):
        self.dsn = f"http://public@{server.host}:{server.port}/42"
        self.bodies: list[str] = []
        self.lock = threading.Lock()
        server.expect_request("/api/42/envelope/", method="POST").respond_with_handler(self._take)

    def _take(self, request):
        body = UNPACKED_BY[request.headers.get("Content-Encoding", "")](request.get_data())
        with self.lock:
            self.bodies.append(body.decode())
        return Response('{"id": "0"}', 200, content_type="application/json")

    def events(self):
        with self.lock:
            items = [json.loads(line) for body in self.bodies for line in body.splitlines() if line]
        return [item for item in items if "level" in item]

    def of(self, part):
        return [event for event in self.events() if event["tags"].get("part") == part]

    def wait_for(self, part):
        wait_for(lambda: self.of(part), seconds=15, what=f"an event of the {part}")
        return self.of(part)


@pytest.fixture
def sentry(httpserver):
    return Sentry(httpserver)


@pytest.fixture
def watched(sentry, settings, tmp_path, transactional_db):
    """The product's processes with a DSN, and with a page that breaks."""
    said = {"SENTRY_DSN": sentry.dsn, "DJANGO_SETTINGS_MODULE": "config.tests.telemetry.breaking"}
    with fleet_beside(tmp_path, settings, **said) as fleet:
        yield fleet


@pytest.mark.launcher
def test_a_page_that_breaks_is_told_once_with_its_id_and_without_the_person(watched, sentry):
    watched.start("web")
    body = urllib.parse.urlencode({"words": f"{PRIVATE} called from +1 512 555 0142"}).encode()
    request = urllib.request.Request(
        f"{watched.url}/breaks/?q={PRIVATE}",
        data=body,
        headers={"X-Request-ID": "seen-by-sentry-1", "Cookie": "a=hush"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)

    with refused.value as answer:
        assert answer.code == 500
    (event,) = sentry.wait_for("web")
    assert event["tags"]["request_id"] == "seen-by-sentry-1"
    assert event["exception"]["values"][-1]["type"] == "RuntimeError"
    assert event["transaction"] == "config.tests.telemetry.breaking_addresses.break_down"
    everything = "".join(sentry.bodies)
    for private in (PRIVATE, "555 0142", "hush", '"vars"', '"request"', '"breadcrumbs"', '"user"'):
        assert private not in everything


@pytest.mark.launcher
def test_a_task_that_breaks_is_told_under_the_id_of_who_rang(watched, sentry, settings):
    watched.start("worker")
    with app.connection_for_write(settings.CELERY_BROKER_URL) as line:
        app.send_task(
            "notifications.post_alerts", kwargs={"nonsense": PRIVATE}, connection=line,
            headers={"baton_request_id": "rang-the-bell-01"}, queue="notify",
        )  # fmt: skip

    event, *_ = sentry.wait_for("worker")
    assert (event["tags"]["task"], event["tags"]["part"]) == ("notifications.post_alerts", "worker")
    assert event["exception"]["values"][-1]["type"] == "TypeError"
    assert PRIVATE not in "".join(sentry.bodies)


@pytest.mark.launcher
def test_a_timer_that_breaks_in_the_sweep_is_told_too(watched, sentry):
    Timer.objects.create(
        key="sentry-test", kind="outcome_ask", about="handoff/x", request_id="set-the-timer-01",
        due_at=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip
    watched.start("sweep")

    event, *_ = sentry.wait_for("sweep")
    assert event["logentry"]["message"] == "timer_failed"
    assert event["tags"]["request_id"] == "set-the-timer-01"
    assert event["extra"]["timer_id"]


def test_without_a_dsn_nothing_is_told_to_anybody():
    assert not sentry_sdk.get_client().is_active()
    assert current_request_id() == ""
