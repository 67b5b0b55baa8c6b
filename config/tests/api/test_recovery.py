"""What a program learns of a no-show that is being brought back, and how it stops that."""

from __future__ import annotations

import pytest

from config.tests.api.caller import Caller, problem
from handoff.tests.factories import open_handoff
from handoff.tests.recovery.missed import MESSAGE_AT, a_lead, no_show, run_of
from notifications.promises.timers import fire_due

pytestmark = pytest.mark.django_db


def test_a_handoff_tells_how_its_no_show_is_brought_back():
    handoff = no_show()
    fire_due(at=MESSAGE_AT)

    told = Caller(handoff.setter).get(f"/handoffs/{handoff.pk}").json()["recovery"]

    assert (told["is_running"], told["because"], told["rebooked_as"]) == (True, "", None)
    assert [(step["name"], step["result"]) for step in told["steps"]][:3] == [
        ("first_call", "done"),
        ("first_message", "done"),
        ("second_call", ""),
    ]
    assert told["steps"][0]["words"] == "Calling after a no-show"


def test_a_handoff_to_which_they_came_tells_of_none():
    handoff = open_handoff(a_lead())
    assert Caller(handoff.setter).get(f"/handoffs/{handoff.pk}").json()["recovery"] is None


def test_it_is_stopped_once_with_a_reason():
    handoff = no_show()
    caller = Caller(handoff.setter)

    told = caller.post(f"/handoffs/{handoff.pk}/recovery/stop", {"reason": "Moving abroad"}).json()["recovery"]

    assert (told["is_running"], told["because"], told["note"]) == (False, "by_hand", "Moving abroad")
    problem(caller.post(f"/handoffs/{handoff.pk}/recovery/stop", {"reason": "Again"}), 409, "not_running")
    assert run_of(handoff).note == "Moving abroad"


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 301}, {"reason": "a\nb"}])
def test_a_reason_that_is_none_stops_nothing(body):
    handoff = no_show()
    assert Caller(handoff.setter).post(f"/handoffs/{handoff.pk}/recovery/stop", body).status_code == 422
    assert run_of(handoff).ended_at is None


def test_a_stranger_finds_nothing_to_stop_and_the_agent_may_not():
    handoff, other = no_show(), no_show()
    problem(Caller(other.setter).post(f"/handoffs/{handoff.pk}/recovery/stop", {"reason": "Mine"}), 404, "not_found")
    answer = Caller(handoff.agent).post(f"/handoffs/{handoff.pk}/recovery/stop", {"reason": "Mine"})
    assert answer.status_code == 403
    assert run_of(handoff).ended_at is None
