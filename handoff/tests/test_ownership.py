"""The owner follows the handoff."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import reassign, take_back
from handoff.models import OwnerChange
from handoff.ownership import change_owner
from handoff.receipts import retry
from handoff.tests.factories import NOW, SLOT, open_handoff
from leads.models import Activity, Lead, Task
from notifications.promises.drains import drain
from notifications.promises.owed import State
from teams.models import Membership
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

AFTERWARDS = NOW + timedelta(minutes=1)


def owner_of(handoff):
    return Lead.objects.get(pk=handoff.lead_id).owner


def test_the_agent_becomes_the_owner():
    handoff = open_handoff()

    assert drain(OwnerChange, at=AFTERWARDS, about=handoff.about) == 1

    owed = OwnerChange.objects.get()
    assert owner_of(handoff) == handoff.agent
    assert (owed.state, owed.attempts) == (State.DONE, 1)
    assert str(handoff.agent.user) in owed.answer


def test_a_promise_that_is_kept_twice_is_written_down_once():
    handoff = open_handoff()
    owed = OwnerChange.objects.get()

    change_owner(owed)
    answer = change_owner(owed)

    assert "already" in answer
    assert Activity.objects.filter(lead=handoff.lead, kind="owner").count() == 1


def test_only_the_last_of_several_changes_is_made():
    handoff = open_handoff()
    second = agent(handoff.team)
    reassign(handoff=handoff, agent=second, actor=handoff.setter, at=AFTERWARDS)

    drain(OwnerChange, at=AFTERWARDS)

    assert owner_of(handoff) == second
    assert [each.state for each in OwnerChange.objects.order_by("pk")] == [State.DROPPED, State.DONE]


def test_an_attempt_that_was_under_way_does_not_undo_a_later_change():
    handoff = open_handoff()
    overtaken = OwnerChange.objects.get()
    take_back(handoff=handoff, reason="Wrong area", actor=handoff.setter, at=AFTERWARDS)
    drain(OwnerChange, at=AFTERWARDS)

    change_owner(overtaken)

    assert owner_of(handoff) == handoff.setter


def test_an_agent_who_has_left_does_not_become_the_owner_and_somebody_is_told():
    handoff = open_handoff()
    owner = owner_of(handoff)
    Membership.objects.filter(pk=handoff.agent_id).update(ended_at=NOW)

    drain(OwnerChange, at=AFTERWARDS)

    assert OwnerChange.objects.get().state == State.FAILED
    assert owner_of(handoff) == owner
    assert Task.objects.get(kind="given_up").assignee == handoff.setter


def test_trying_an_old_change_again_does_not_undo_a_later_one():
    handoff = open_handoff()
    Membership.objects.filter(pk=handoff.agent_id).update(ended_at=NOW)
    drain(OwnerChange, at=AFTERWARDS)
    second = agent(handoff.team)
    reassign(handoff=handoff, agent=second, actor=handoff.setter, at=AFTERWARDS)
    drain(OwnerChange, at=AFTERWARDS)
    Membership.objects.filter(pk=handoff.agent_id).update(ended_at=None)
    old = OwnerChange.objects.order_by("pk")[0]

    assert retry(handoff=handoff, ref=f"owner-{old.pk}", actor=handoff.setter, at=AFTERWARDS)
    drain(OwnerChange, at=AFTERWARDS)

    old.refresh_from_db()
    assert owner_of(handoff) == second
    assert "later change" in old.answer


def test_a_lead_that_is_booked_again_follows_its_newest_handoff():
    handoff = open_handoff()
    take_back(handoff=handoff, reason="Wrong area", actor=handoff.setter, at=AFTERWARDS)
    other = agent(handoff.team)
    open_handoff(
        Lead.objects.get(pk=handoff.lead_id),
        to=other,
        starts_at=SLOT + timedelta(hours=3),
        at=AFTERWARDS,
        setter=handoff.setter,
    )

    drain(OwnerChange, at=AFTERWARDS)

    assert owner_of(handoff) == other
