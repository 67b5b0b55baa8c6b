"""Links and steps that are ended, old, forged, somebody else's or sent again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client

from handoff.client.links import SALT, read_link, token_for
from handoff.client.revoking import end_links
from handoff.states import AppointmentStatus
from handoff.tests.client.meeting import now
from handoff.tests.clients import Visitor, step_in
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from leads.models import Activity
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def handoff():
    return open_handoff()


def test_an_ended_link_opens_nothing_and_the_next_message_has_a_new_one(handoff, visitor):
    old = visitor.home
    end_links(handoff=handoff, actor=handoff.setter, at=NOW)

    with time_machine.travel(NOW, tick=False):
        assert Client().get(old).status_code == 410
        assert Client().post(f"{old}confirm/").status_code == 410
    handoff.refresh_from_db()
    assert Visitor(handoff).get().status_code == 200
    assert "ended" in Activity.objects.get(lead=handoff.lead_id, kind="link_ended").summary


def test_links_from_before_there_were_versions_still_open_until_they_expire(handoff):
    ends = int((handoff.appointment.ends_at + timedelta(days=2)).timestamp() // 60)
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"

    def in36(number: int) -> str:
        return in36(number // 36) + digits[number % 36] if number else ""

    token = signing.Signer(salt=SALT, sep="~").sign(f"{in36(handoff.appointment_id)}.{in36(ends)}")

    assert read_link(token, at=NOW) == handoff
    with time_machine.travel(SLOT + timedelta(days=4), tick=False):
        assert Client().get(f"/a/{token}/").status_code == 410


@pytest.mark.parametrize("path", ["", "confirm/", "times/", "cancel/", "call/", "appointment.ics"])
def test_a_forged_link_is_none_everywhere(handoff, path):
    token = token_for(handoff)
    for forged in (token[:-1] + ("a" if token[-1] != "a" else "b"), token.replace(".v0", ".v1"), "x~y"):
        answer = Client().post(f"/a/{forged}/{path}") if path == "confirm/" else Client().get(f"/a/{forged}/{path}")
        assert answer.status_code == 404
        assert handoff.agent.user.name not in answer.content.decode()


def test_another_clients_step_does_nothing_here(handoff, visitor):
    other = Visitor(open_handoff(ready(handoff.team)))
    step = step_in(other.say_why())

    answer = visitor.post("cancel/", {"step": step})

    assert answer["Location"].endswith("done=stale")
    assert now(handoff).status == AppointmentStatus.BOOKED


def test_a_step_is_good_for_an_hour_and_for_what_it_was_shown_for(handoff, visitor):
    step = step_in(visitor.say_why())

    assert visitor.post("times/", {"step": step})["Location"].endswith("done=stale")
    visitor.at = NOW + timedelta(minutes=61)
    assert visitor.post("cancel/", {"step": step})["Location"].endswith("done=stale")
    for nonsense in ("", "x", "é", "a:b:c", "x" * 5000):
        assert visitor.post("cancel/", {"step": nonsense})["Location"].endswith("done=stale")
    assert now(handoff).status == AppointmentStatus.BOOKED


def test_too_many_changes_are_asked_to_wait(visitor):
    for _ in range(30):
        visitor.post("cancel/", {"reason": ""})

    answer = visitor.post("cancel/", {"reason": ""})

    assert answer.status_code == 429
    assert answer["Retry-After"]


def test_going_back_to_the_question_shows_how_it_stands(handoff, visitor):
    asked = visitor.pick(handoff.agent, SLOT + timedelta(hours=1))
    question = asked.redirect_chain[-1][0]
    visitor.post("times/", {"step": step_in(asked)})

    with time_machine.travel(NOW, tick=False):
        answer = visitor.client.get(question)

    assert answer["Location"].endswith("done=stale")


def test_a_time_that_is_taken_while_the_client_ponders_is_said_and_others_are_offered(handoff, visitor):
    step = step_in(visitor.pick(handoff.agent, SLOT + timedelta(hours=2)))
    open_handoff(ready(handoff.team), to=handoff.agent, starts_at=SLOT + timedelta(hours=2))

    answer = visitor.post("times/", {"step": step})

    assert answer.status_code == 409
    assert "has just been taken" in answer.content.decode()
    assert now(handoff).starts_at == SLOT


def test_a_time_that_was_never_offered_is_not_taken(handoff, visitor):
    for starts_at in (SLOT + timedelta(minutes=7), SLOT - timedelta(days=3), SLOT + timedelta(hours=12)):
        assert visitor.pick(handoff.agent, starts_at).status_code == 409
    for slot in ("", "x", "1@2", f"{'9' * 30}@2026-11-24T21:30:00Z"):
        assert visitor.post("times/", {"slot": slot}).status_code == 422
    assert visitor.get("times/", day="2026-13-45").status_code == 200
    assert visitor.get("times/", day="9999-12-31").status_code == 200
    assert visitor.get("times/", day="0001-01-01").status_code == 200


def test_the_hour_that_comes_twice_is_offered_twice_and_told_apart():
    """Clocks in Chicago go back at 2:00 on November 1: 1:00 to 2:00 comes twice."""
    lead = ready()
    sunday = datetime(2026, 11, 1, 5, tzinfo=UTC)
    early = sunday - timedelta(days=2)
    to = agent(lead.team, hours="00:00-04:00 sun")
    handoff = open_handoff(lead, to=to, starts_at=sunday, at=early)
    visitor = Visitor(handoff, at=early)

    page = visitor.see("times/", day="2026-11-01")
    assert "1:00 AM CDT" in page
    assert "1:00 AM CST" in page
    visitor.choose(to, sunday + timedelta(hours=2))

    assert now(handoff).starts_at == sunday + timedelta(hours=2)
    assert "Central Time (CST)" in visitor.see()
