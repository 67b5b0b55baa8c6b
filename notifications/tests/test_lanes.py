"""Lanes and drops: a CANCEL never overtakes its REQUEST, and what was dropped is told as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.models import Delivery
from notifications.owing import drop_waiting
from notifications.promises.claims import claim_due
from notifications.promises.drains import drain
from notifications.promises.endings import fail, mark_done, retry_now
from notifications.promises.owed import State
from notifications.tests.said import ABOUT, AT, an_invite, owe_mail

pytestmark = pytest.mark.django_db


def claim(at=AT):
    return claim_due(Delivery, at=at, stream="email")


def test_an_old_invite_cannot_be_retried_once_a_newer_one_is_owed(team):
    old = owe_mail(team, invite=an_invite(sequence=0))
    Delivery.objects.update(state=State.FAILED)
    owe_mail(team, invite=an_invite(sequence=1), revision=2)

    assert not retry_now(old, at=AT)


def test_what_was_dropped_is_not_sent(team, smtp_server):
    delivery = owe_mail(team)

    assert drop_waiting(about=ABOUT, kinds=["client_invite"], at=AT) == 1
    drain(Delivery, at=AT, stream="email")

    delivery.refresh_from_db()
    assert delivery.state == State.DROPPED
    assert smtp_server.messages == []


def test_what_was_dropped_while_it_went_out_is_told_as_done(team):
    delivery = owe_mail(team)
    (claimed,) = claim()
    drop_waiting(about=ABOUT, kinds=["client_invite"], at=AT)

    assert mark_done(claimed, fence=claimed.fence, at=AT, answer="250 queued")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease_until) == (State.DONE, None)


def test_what_was_dropped_while_it_failed_stays_dropped(team):
    delivery = owe_mail(team)
    (claimed,) = claim()
    drop_waiting(about=ABOUT, kinds=["client_invite"], at=AT)

    assert not fail(claimed, fence=claimed.fence, at=AT, answer="550 no")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease_until) == (State.DROPPED, None)


def test_a_cancel_waits_for_its_request(team, smtp_server):
    owe_mail(team, invite=an_invite(sequence=0))
    owe_mail(team, invite=an_invite(sequence=1, method="CANCEL"), revision=2, kind="client_cancel")
    smtp_server.answers.append("451 busy")

    drain(Delivery, at=AT, stream="email")
    assert smtp_server.messages == [], "the request is to be tried again, so the cancel waits"

    drain(Delivery, at=AT + timedelta(minutes=1), stream="email")
    sent = [message.get_body(("calendar",)) for message in smtp_server.messages]
    methods = [
        part.get_param("method")
        for message in smtp_server.messages
        for part in message.walk()
        if part.get_content_type() == "text/calendar"
    ]
    assert methods == ["REQUEST", "CANCEL"], sent


def test_a_cancel_waits_for_a_request_that_was_dropped_while_it_went_out(team):
    owe_mail(team, invite=an_invite(sequence=0))
    (request,) = claim()
    drop_waiting(about=ABOUT, kinds=["client_invite"], at=AT)
    owe_mail(team, invite=an_invite(sequence=1, method="CANCEL"), revision=2, kind="client_cancel")

    assert claim() == []

    mark_done(request, fence=request.fence, at=AT, answer="250 queued")
    (cancel,) = claim()
    assert cancel.kind == "client_cancel"


def test_one_stuck_lane_holds_up_nobody_else(team, smtp_server):
    smtp_server.answers.append("451 busy")
    owe_mail(team, invite=an_invite())
    owe_mail(team, invite=an_invite(), email="other@example.com", name="Lee Example")

    drain(Delivery, at=AT, stream="email")

    assert [message["To"] for message in smtp_server.messages] == ["Lee Example <other@example.com>"]
