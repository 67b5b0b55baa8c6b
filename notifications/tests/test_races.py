"""Many at once: everything goes out once, and in each lane in its order."""

from __future__ import annotations

import socket
import struct
import threading
from collections import defaultdict
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connections

from notifications.channels import mail_server
from notifications.models import Attempt, Delivery
from notifications.owing import drop_waiting
from notifications.promises.claims import claim_due
from notifications.promises.drains import drain
from notifications.promises.endings import retry_now
from notifications.promises.owed import State
from notifications.tests.said import AT, an_invite, owe_alert, owe_mail

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(number, work):
    """Run the work in that many threads, all starting together; what one raises, the test raises."""
    gate, problems = threading.Barrier(number), []

    def run(which):
        try:
            gate.wait()
            work(which)
        except Exception as problem:  # noqa: BLE001 - raised again below
            problems.append(problem)
        finally:
            mail_server.hang_up()
            connections.close_all()

    threads = [threading.Thread(target=run, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


@contextmanager
def a_peer_that_resets():
    """A server that takes a connection and resets it."""
    server = socket.create_server(("127.0.0.1", 0))
    stopping = threading.Event()

    def accept():
        while not stopping.is_set():
            try:
                caller, _ = server.accept()
            except OSError:
                return
            caller.recv(10)
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            caller.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    stopping.set()
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


def test_each_row_is_claimed_by_one_of_many(team):
    for number in range(60):
        owe_mail(team, revision=number)
    claimed: list[int] = []
    lock = threading.Lock()

    def take(_):
        while found := claim_due(Delivery, at=AT, stream="email"):
            with lock:
                claimed.extend(each.pk for each in found)

    at_once(6, take)

    assert len(claimed) == len(set(claimed)) == 60
    assert Attempt.objects.count() == 60


def test_in_each_lane_the_order_holds_however_many_drain(team, smtp_server):
    lanes, steps = 8, 4
    for step in range(steps):
        for lane in range(lanes):
            method = "CANCEL" if step == steps - 1 else "REQUEST"
            owe_mail(
                team,
                email=f"client{lane}@example.com",
                revision=step,
                invite=an_invite(uid=f"lane{lane}@example.com", sequence=step, method=method),
            )
    smtp_server.answers.extend(["451 busy"] * 6)  # some have to try again, and hold their lanes

    def work(_):
        for turn in range(4):
            drain(Delivery, at=AT + timedelta(minutes=turn), stream="email")

    at_once(5, work)
    for turn in range(4, 10):
        drain(Delivery, at=AT + timedelta(minutes=turn), stream="email")

    seen = defaultdict(list)
    for raw in smtp_server.messages:
        ics = next(part for part in raw.walk() if part.get_filename() == "invite.ics").get_payload(decode=True).decode()
        uid = ics.split("UID:")[1].split("\r\n")[0]
        seen[uid].append(int(ics.split("SEQUENCE:")[1].split("\r\n")[0]))
    assert dict(seen) == {f"lane{lane}@example.com": list(range(steps)) for lane in range(lanes)}


def test_dropping_and_retrying_while_it_goes_out_never_sends_twice(team, smtp_server):
    for number in range(24):
        owe_mail(team, revision=number)

    def work(which):
        if which < 4:
            drain(Delivery, at=AT, stream="email")
        elif which == 4:
            for delivery in Delivery.objects.all():
                retry_now(delivery, at=AT)
        else:
            drop_waiting(about="handoff/1", kinds=["client_invite"], at=AT)

    at_once(6, work)
    drain(Delivery, at=AT, stream="email")

    names = [message["Message-ID"] for message in smtp_server.messages]
    assert len(names) == len(set(names))
    sent = set(Delivery.objects.filter(state=State.DONE).values_list("provider_ref", flat=True))
    assert sent == set(names), "what went out is told as done, what was dropped did not go out"
    assert not Delivery.objects.filter(state=State.WAITING).exists()


def test_a_slack_that_resets_is_tried_again(team, slack_peer, settings):
    team.slack.token, team.slack.channel = "xoxb-invented", "C0"
    team.slack.save()
    with a_peer_that_resets() as port:
        settings.SLACK_API_URL = f"http://127.0.0.1:{port}/api/"
        delivery = owe_alert(team)
        drain(Delivery, at=AT, stream="slack")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == (State.WAITING, "The connection failed or was cut off.")


def test_a_mail_server_that_resets_is_tried_again(team, smtp_server, settings):
    with a_peer_that_resets() as port:
        settings.EMAIL_PORT = port
        delivery = owe_mail(team)
        drain(Delivery, at=AT, stream="email")

    delivery.refresh_from_db()
    assert delivery.state == State.WAITING
