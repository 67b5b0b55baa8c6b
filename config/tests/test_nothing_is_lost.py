"""Processes are killed and Redis is stopped in the middle of handoffs: nothing is lost, nothing doubled in effect."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone
from icalendar import Calendar

from config.tests.world import Api, in_minutes, wait_for
from handoff.models import Handoff, OwnerChange
from leads.models import Lead
from notifications.models import Delivery
from notifications.promises.owed import State

pytestmark = pytest.mark.launcher

SWEEP_LIMIT = 60.0  # seconds; how long it takes is printed here, and measured in bench


def let_leases_pass() -> None:
    """Let the minute of every lease pass rather than wait for it: a kill leaves more than one behind."""
    past = timezone.now() - timedelta(seconds=1)
    for owed in (Delivery, OwnerChange):
        owed.objects.exclude(lease_until=None).update(lease_until=past)


def everything_is_done() -> bool:
    owed = [*Delivery.objects.values_list("state", flat=True), *OwnerChange.objects.values_list("state", flat=True)]
    return bool(owed) and set(owed) == {State.DONE}


def hand_off(api: Api, world, lead: Lead) -> tuple[int, dict[str, Any]]:
    return api.post(
        "handoffs",
        {
            "lead": lead.pk,
            "method": "scheduled",
            "agent": world.ana.pk,
            "starts_at": in_minutes(120),
            "minutes": 45,
            "how": "call",
        },
    )


def calendar_of(message) -> Calendar:
    (part,) = (
        part for part in message.walk() if part.get_content_type() == "text/calendar" and not part.get_filename()
    )
    return Calendar.from_ical(part.get_payload(decode=True))


def a_connection_of_our_own() -> Any:
    said = connection.get_connection_params()
    return psycopg2.connect(**{name: said[name] for name in ("dbname", "user", "host", "port") if said.get(name)})


def test_redis_stopped_during_a_handoff_goes_unnoticed(world, fleet, smtp_server, slack_peer):
    fleet.start("redis", "web", "worker", "sweep")
    lead = world.ready_lead()

    fleet.stop("redis")
    status, handoff = hand_off(Api(fleet.url, world.token), world, lead)

    assert status == 201, handoff
    took = wait_for(everything_is_done, seconds=SWEEP_LIMIT, what="delivery by the sweep alone")
    print(f"delivered {took:.2f} s after the answer, without Redis")
    lead.refresh_from_db()
    assert lead.owner_id == world.ana.pk
    assert len(slack_peer.posts) == 1
    assert len(smtp_server.to("ana@example.com")) == 1
    assert len(smtp_server.to(lead.emails.get().address)) == 1


def test_a_web_killed_right_after_commit_loses_nothing(world, fleet, smtp_server, slack_peer):
    with socket.create_server(("127.0.0.1", 0)) as black_hole:
        # A broker that takes connections and never answers: the first one comes right after COMMIT, in the nudge.
        fleet.env["REDIS_URL"] = f"redis://127.0.0.1:{black_hole.getsockname()[1]}/0"
        fleet.start("web", "sweep")
        lead = world.ready_lead()
        refused = threading.Event()

        def ask() -> None:
            try:
                hand_off(Api(fleet.url, world.token), world, lead)
            except OSError:
                refused.set()

        asking = threading.Thread(target=ask)
        asking.start()
        black_hole.settimeout(20)
        with black_hole.accept()[0]:
            fleet.kill("web")
        asking.join()

    assert refused.is_set(), "the web answered before it was killed"
    assert Handoff.objects.get().lead_id == lead.pk
    wait_for(everything_is_done, seconds=SWEEP_LIMIT, what="delivery by the sweep alone")
    assert len(slack_peer.posts) == 1
    assert len(smtp_server.messages) == 2


def test_a_worker_killed_after_the_servers_250_resends_the_very_same_invite(world, fleet, smtp_server):
    client = "client@example.com"
    taken, lock = threading.Event(), a_connection_of_our_own()

    def hold_the_mark(message) -> None:
        """Lock the delivery's row before the sender hears of its 250: so it cannot mark the row as done."""
        if client in str(message["To"]) and not taken.is_set():
            with lock.cursor() as cursor:
                cursor.execute("SELECT 1 FROM notifications_delivery WHERE address = %s FOR UPDATE", [client])
            taken.set()

    smtp_server.on_taken = hold_the_mark
    fleet.start("web", "worker")
    lead = world.ready_lead(email=client)
    status, _ = hand_off(Api(fleet.url, world.token), world, lead)
    assert status == 201
    assert taken.wait(60)

    fleet.kill("worker")
    lock.rollback()
    lock.close()
    delivery = Delivery.objects.get(address=client)
    assert delivery.state == State.WAITING
    let_leases_pass()
    fleet.start("sweep")

    wait_for(lambda: len(smtp_server.to(client)) == 2, seconds=60, what="the resend")
    wait_for(everything_is_done, seconds=60, what="the rest")
    first, second = smtp_server.to(client)
    assert first["Message-ID"] == second["Message-ID"]
    for name in ("UID", "SEQUENCE", "DTSTAMP"):
        assert _event(first)[name].to_ical() == _event(second)[name].to_ical()
    delivery.refresh_from_db()
    assert delivery.ambiguous == 1
    assert len(smtp_server.to("ana@example.com")) == 1


def _event(message):
    (event,) = calendar_of(message).walk("VEVENT")
    return event
