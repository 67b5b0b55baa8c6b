"""Outcomes by Slack when Slack is slow or refuses, something comes twice, or at once."""

from __future__ import annotations

import threading
from datetime import timedelta
from queue import SimpleQueue

import pytest
import time_machine
from django.db import connection

from handoff.models import Handoff, Outcome
from handoff.tests.chat_outcomes.sheets import AFTER, ANA, asked, press_of, title_of
from notifications.models import SlackCall
from notifications.promises.drains import drain
from notifications.promises.timers import fire_due
from notifications.tests.slack_pressing import pressed, send, submitted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("error", ["expired_trigger_id", "invalid_auth", "ratelimited"])
def test_when_slack_does_not_open_the_sheet_the_person_hears_what_to_do(handoff, peer, error):
    peer.refuse["views.open"] = error
    send(pressed(press_of(handoff), user=ANA, response_url=peer.response_url))
    drain(SlackCall, at=AFTER + timedelta(minutes=1))
    assert "did not open the form" in peer.replies[0]["text"]


def test_a_replayed_press_is_answered_once(handoff, peer):
    peer.refuse["views.open"] = "expired_trigger_id"
    value = pressed(press_of(handoff), user=ANA, response_url=peer.response_url)
    with time_machine.travel(AFTER, tick=False):  # the very same bytes and stamp
        send(value)
        send(value)
    assert SlackCall.objects.count() == 1


def test_recording_by_slack_costs_so_many_queries(handoff, peer, django_assert_max_num_queries):
    asked(handoff, peer)
    with django_assert_max_num_queries(75):
        send(submitted(press_of(handoff), user=ANA, is_good="yes", next_step="showings"))
    assert Outcome.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_in_the_second_of_the_escalation_the_outcome_is_in_or_it_is_overdue_and_never_stuck(handoff, peer):
    due = handoff.outcome_due_at

    def escalate():
        fire_due(at=due)
        connection.close()

    other = threading.Thread(target=escalate)
    with time_machine.travel(due, tick=True):
        other.start()
        answer = send(submitted(press_of(handoff), user=ANA, is_good="yes", next_step="showings"))
        other.join(timeout=20)

    assert not other.is_alive()
    assert title_of(answer) == "Recorded"
    now = Handoff.objects.get(pk=handoff.pk)
    assert now.status == "reported"
    assert not now.lead.tasks.filter(done_at=None, kind__in=["outcome", "outcome_overdue"]).exists()


def test_slack_is_answered_at_once_when_it_hangs_itself(handoff, peer, monkeypatch):
    answered = threading.Event()
    waited: SimpleQueue[bool] = SimpleQueue()
    monkeypatch.setattr("notifications.slack_hearing.OPEN_WITHIN", 0.2)
    peer.server.clear()
    peer.server.expect_request("/api/views.open").respond_with_handler(lambda _: waited.put(answered.wait(20)))

    status = send(pressed(press_of(handoff), user=ANA, response_url=peer.response_url)).status_code
    answered.set()

    assert status == 200
    assert waited.get(timeout=20), "it was answered while Slack still hung"
