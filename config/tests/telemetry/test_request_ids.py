"""One id from the browser's request to the last line that a worker or a sweep writes because of it."""

import re
import urllib.request

import pytest
import structlog
from django.contrib.auth.decorators import login_not_required
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from config import urls
from config.tests.telemetry.said import listening
from config.tests.world import Api, in_minutes, wait_for
from handoff.models import OwnerChange
from handoff.tests.factories import open_handoff, ready
from notifications.models import Delivery, Timer
from notifications.promises.timers import fire_due, on_timer, set_timer
from teams.origin import current_request_id
from teams.tests.factories import TeamFactory, isa

GIVEN = "from-the-proxy-0001"


@login_not_required
def break_down(_request, secret=""):
    raise RuntimeError(f"It broke on {secret}@example.com")


urlpatterns = [path("breaks/<str:secret>/", break_down), *urls.urlpatterns]


@pytest.fixture
def lines():
    with listening() as lines:
        yield lines


def test_a_well_formed_id_is_kept_and_given_back(client, db):
    assert client.get("/healthz", headers={"X-Request-ID": GIVEN}).headers["X-Request-ID"] == GIVEN


@pytest.mark.parametrize(
    "given",
    ["", "short", "x" * 65, "with space", "a\r\nSet-Cookie: x=1", "dana@example.com", "<script>", "é" * 10, "-" * 10],
)
def test_what_is_no_id_is_replaced_by_a_new_one(given, client, db):
    answered = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]

    assert re.fullmatch(r"[0-9a-f]{32}", answered)


def test_every_line_of_a_request_names_it_and_the_member(client, db, lines):
    member = isa(TeamFactory())
    client.force_login(member.user)

    client.get("/leads/0/?q=Dana", headers={"X-Request-ID": GIVEN})

    (said,) = lines.of("request")
    assert (said["route"], said["status"], said["part"]) == ("/leads/<int:pk>/", 404, "web")
    whose = {name: said[name] for name in ("request_id", "user_id", "membership_id", "team_id")}
    assert whose == {
        "request_id": GIVEN,
        "user_id": member.user_id,
        "membership_id": member.pk,
        "team_id": member.team_id,
    }
    assert {line["request_id"] for line in lines.all()} == {GIVEN}
    assert "Dana" not in lines.text


def test_the_next_request_of_the_same_thread_begins_anew(client, db, lines):
    client.force_login(isa(TeamFactory()).user)
    client.get("/today/", headers={"X-Request-ID": GIVEN})
    Client().get("/today/")

    first, second = lines.of("request")
    assert second["request_id"] != first["request_id"]
    assert "user_id" not in second
    assert current_request_id() == ""


@override_settings(ROOT_URLCONF=__name__)
def test_a_failure_is_told_by_its_route_with_nothing_of_its_path(db, lines):
    answer = Client(raise_request_exception=False).get("/breaks/dana-fiction/", headers={"X-Request-ID": GIVEN})

    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] == GIVEN
    (failure,) = [line for line in lines.all() if line["level"] == "error"]
    assert failure["event"] == "Internal Server Error: /breaks/<str:secret>/"
    assert "RuntimeError" in failure["exception"]
    assert failure["request_id"] == GIVEN
    assert "dana-fiction" not in lines.text


def test_machines_that_ask_all_day_leave_no_lines(client, db, lines):
    for path_ in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path_).status_code == 200

    assert lines.of("request") == []


def test_what_is_owed_keeps_the_id_of_its_request(db):
    with bound_contextvars(request_id=GIVEN):
        handoff = open_handoff(ready(TeamFactory()))

    for kept in (OwnerChange, Delivery, Timer):
        assert set(kept.objects.filter(about=handoff.about).values_list("request_id", flat=True)) == {GIVEN}, kept


def test_what_a_timer_causes_stems_from_the_request_that_set_it(db, lines):
    seen = []

    @on_timer("telemetry_test")
    def fire(timer, *, at):
        seen.append(current_request_id())
        set_timer(key="telemetry-next", kind="telemetry_test", about="test/1", due_at=at + (at - timer.due_at))
        structlog.get_logger(__name__).info("fired")
        if len(seen) == 2:
            raise RuntimeError("the second time it breaks")

    now = timezone.now()
    with bound_contextvars(request_id=GIVEN):
        set_timer(key="telemetry-first", kind="telemetry_test", about="test/1", due_at=now)
    fire_due(at=now)
    fire_due(at=now)

    assert seen == [GIVEN, GIVEN]
    assert {line["request_id"] for line in lines.of("fired")} == {GIVEN}
    assert lines.of("timer_failed")[0]["request_id"] == GIVEN
    assert current_request_id() == ""


@pytest.mark.launcher
def test_web_worker_and_sweep_speak_under_one_id(world, fleet, smtp_server, slack_peer):
    fleet.start("web", "worker")
    hand_off(fleet, world, "by-the-worker-01")
    wait_for(lambda: "by-the-worker-01" in written(fleet, "worker"), seconds=15, what="the worker's lines")
    wait_for(lambda: not Delivery.objects.filter(state="waiting").exists(), seconds=15, what="all deliveries")
    fleet.stop("worker")
    fleet.start("sweep")
    hand_off(fleet, world, "by-the-sweep-001")
    wait_for(lambda: "by-the-sweep-001" in written(fleet, "sweep"), seconds=15, what="the sweep's lines")

    for name, given in (("worker", "by-the-worker-01"), ("sweep", "by-the-sweep-001")):
        attempts = [line for line in written(fleet, name).splitlines() if "attempted" in line]
        assert attempts
        for line in attempts:
            assert f"request_id={given}" in line
            assert f"part={name}" in line
        assert f"request_id={given}" in written(fleet, "web")
    everything = "".join(written(fleet, name) for name in ("web", "worker", "sweep"))
    for private in ("ana@example.com", "Ana Example", "xoxb-invented", world.token):
        assert private not in everything


def hand_off(fleet, world, given):
    lead = world.ready_lead()
    request = urllib.request.Request(f"{fleet.url}/healthz", headers={"X-Request-ID": given})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["X-Request-ID"] == given
    body = {"lead": lead.pk, "method": "scheduled", "agent": world.ana.pk, "starts_at": in_minutes(120)}
    api = Api(fleet.url, world.token, request_id=given)
    slots = api.get(f"slots?lead={lead.pk}&agent={world.ana.pk}")[1]["items"]
    status, handoff = api.post("handoffs", {**body, "starts_at": slots[-1]["starts_at"]})
    assert status == 201, handoff


def written(fleet, name):
    log = fleet.logs / f"{name}.log"
    return log.read_text() if log.exists() else ""
