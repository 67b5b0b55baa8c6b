"""The page on which an ISA finds cover, and where it is told that cover is needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handoff.appointments import move
from handoff.forms import slot_value
from handoff.models import CoverRequest, Handoff
from handoff.tests.cover.pages.saying import ALL_DAY, asked, tomorrow
from handoff.tests.factories import open_handoff, ready
from handoff.tests.pages import signed_in
from teams.tests.factories import agent, isa, lead

pytestmark = pytest.mark.django_db


def cover(handoff):
    return reverse("handoff:cover", args=[handoff.pk])


def find(handoff, slot, *, by=None, revision=None):
    said = {"slot": slot, "revision": revision or handoff.revision}
    return signed_in(by or handoff.setter).post(reverse("handoff:find-cover", args=[handoff.pk]), said)


def test_the_isa_is_offered_another_agent_at_the_same_time_first(handoff):
    ben = agent(handoff.team, user__name="Ben Example", hours=ALL_DAY)
    agent(handoff.team, user__name="Never There", hours="")
    asked(handoff)

    text = signed_in(handoff.setter).get(cover(handoff)).content.decode()

    assert "My car broke down" in text
    same, other_time = text.index("Same time, another agent"), text.index("Another time, Ana Example")
    assert same < text.index("Give to Ben") < other_time < text.index("Another time, another agent")
    assert "Never There" not in text
    assert slot_value(ben, handoff.appointment.starts_at) in text


def test_giving_it_to_another_agent_at_the_same_time_settles_it(handoff):
    ben = agent(handoff.team, hours=ALL_DAY)
    asked(handoff)

    answer = find(handoff, slot_value(ben, handoff.appointment.starts_at))

    assert answer["Location"] == reverse("handoff:brief", args=[handoff.pk])
    handoff.refresh_from_db()
    assert handoff.agent == ben
    assert CoverRequest.objects.get().settled_at


@pytest.mark.parametrize("is_other", [True, False])
def test_taking_another_time_settles_it(handoff, is_other):
    whom = agent(handoff.team, hours=ALL_DAY) if is_other else handoff.agent
    asked(handoff)
    later = tomorrow(handoff.lead, whom, after=timedelta(hours=4))

    find(handoff, slot_value(whom, later))

    handoff = Handoff.objects.get(pk=handoff.pk)
    assert (handoff.agent, handoff.appointment.starts_at) == (whom, later)
    assert CoverRequest.objects.get().settled_at


def test_an_offer_that_is_gone_is_said_with_the_offers_of_now(handoff):
    ben = agent(handoff.team, hours=ALL_DAY)
    asked(handoff)
    open_handoff(ready(handoff.team), to=ben, starts_at=handoff.appointment.starts_at, at=timezone.now())

    answer = find(handoff, slot_value(ben, handoff.appointment.starts_at))

    assert answer.status_code == 409
    assert "just been taken" in answer.content.decode()
    assert "Another time, Ana Example" in answer.content.decode()
    assert CoverRequest.objects.get().settled_at is None


def test_two_isas_who_find_cover_at_once_do_not_undo_each_other(handoff):
    ben, cleo = agent(handoff.team, hours=ALL_DAY), agent(handoff.team, hours=ALL_DAY)
    asked(handoff)
    find(handoff, slot_value(ben, handoff.appointment.starts_at))

    answer = find(handoff, slot_value(cleo, handoff.appointment.starts_at), revision=handoff.revision)

    assert answer.status_code == 409
    assert Handoff.objects.get(pk=handoff.pk).agent == ben


@pytest.mark.parametrize("slot", ["", "x", "0@2026-11-24T21:30:00Z", "99999@2027-01-01T10:00:00Z"])
def test_a_slot_that_is_none_changes_nothing(handoff, slot):
    assert find(handoff, slot).status_code == 422


def test_an_agent_of_another_team_is_no_offer(handoff):
    foreign = agent(hours=ALL_DAY)

    assert find(handoff, slot_value(foreign, handoff.appointment.starts_at)).status_code == 422
    assert Handoff.objects.get(pk=handoff.pk).agent == handoff.agent


def test_who_may_find_cover(handoff):
    assert signed_in(lead(handoff.team)).get(cover(handoff)).status_code == 200
    assert signed_in(isa(handoff.team)).get(cover(handoff)).status_code == 200
    assert signed_in(handoff.agent).get(cover(handoff)).status_code == 403
    for stranger in (isa(), lead()):
        assert signed_in(stranger).get(cover(handoff)).status_code == 404
        assert find(handoff, "x", by=stranger).status_code == 404
    assert Client().get(cover(handoff)).status_code == 302


def test_the_page_of_what_has_begun_offers_nothing(handoff, time_machine):
    time_machine.move_to(handoff.appointment.starts_at + timedelta(minutes=1))

    assert "Nothing to cover" in signed_in(handoff.setter).get(cover(handoff)).content.decode()


def test_the_board_shows_it_until_it_is_solved(handoff):
    boss = lead(handoff.team)
    board = reverse("handoff:baton")
    assert "can&#x27;t make it" not in signed_in(boss).get(board).content.decode()
    asked(handoff)

    shown = signed_in(boss).get(board, {"risk": "cover"}).content.decode()
    assert "Ana can&#x27;t make it" in shown
    assert "My car broke down" in shown
    assert cover(handoff) in shown

    move(
        appointment=handoff.appointment,
        starts_at=handoff.appointment.starts_at + timedelta(hours=3),
        actor=handoff.setter,
        at=timezone.now(),
    )
    assert "can&#x27;t make it" not in signed_in(boss).get(board).content.decode()


def test_the_panel_and_the_brief_tell_the_isa(handoff):
    asked(handoff)

    browser = signed_in(handoff.setter)
    assert cover(handoff) in browser.get(reverse("handoff:panel", args=[handoff.lead_id])).content.decode()
    assert cover(handoff) in browser.get(reverse("handoff:brief", args=[handoff.pk])).content.decode()


@pytest.mark.parametrize("agents", [1, 4])
def test_finding_cover_costs_the_same_however_many_agents(handoff, agents, django_assert_num_queries):
    for _ in range(agents):
        agent(handoff.team, hours=ALL_DAY)
    asked(handoff)
    browser = signed_in(handoff.setter)
    browser.get(cover(handoff))

    with django_assert_num_queries(16):
        browser.get(cover(handoff))
