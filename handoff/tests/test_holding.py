"""Holding a slot while the client is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.booking import hold_slot, release_slot
from handoff.errors import AlreadyHandedOff, SlotTaken
from handoff.models.appointments import How
from handoff.states import AppointmentStatus
from handoff.tests.factories import MINUTES, NOW, SLOT, open_handoff, policy, ready
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

FIVE = timedelta(minutes=5)


def hold(lead, to, starts_at=SLOT, at=NOW, setter=None):
    return hold_slot(lead=lead, agent=to, starts_at=starts_at, minutes=MINUTES, setter=setter or lead.isa, at=at)


def test_a_held_slot_becomes_the_appointment():
    lead = ready()
    to = agent(lead.team)
    held = hold(lead, to)

    handoff = open_handoff(lead, to=to, how=How.IN_PERSON, place="12 Example Street")

    assert handoff.appointment.pk == held.pk
    assert handoff.appointment.uid == held.uid
    assert handoff.appointment.place == "12 Example Street"
    assert handoff.appointment.held_until is None


def test_a_hold_keeps_others_away_for_five_minutes_and_not_longer():
    to = agent()
    hold(ready(to.team), to)
    other = ready(to.team)

    with pytest.raises(SlotTaken):
        hold(other, to, at=NOW + FIVE - timedelta(seconds=1))
    assert hold(other, to, at=NOW + FIVE).status == AppointmentStatus.HELD_SLOT


def test_a_hold_lasts_as_long_as_the_policy_of_its_moment_says():
    to = agent()
    policy(to.team, hold_minutes=12)
    held = hold(ready(to.team), to)
    policy(to.team, hold_minutes=2)
    held.refresh_from_db()
    assert held.held_until == NOW + timedelta(minutes=12)


def test_a_hold_that_ran_out_is_cleared_when_somebody_books_over_it():
    to = agent()
    held = hold(ready(to.team), to)

    open_handoff(ready(to.team), to=to, at=NOW + FIVE)

    held.refresh_from_db()
    assert held.status == AppointmentStatus.EXPIRED


def test_a_lead_has_one_hold_at_a_time():
    lead = ready()
    to = agent(lead.team)
    first = hold(lead, to)

    second = hold(lead, to, starts_at=SLOT + timedelta(minutes=30))

    first.refresh_from_db()
    assert first.status == AppointmentStatus.EXPIRED
    assert second.status == AppointmentStatus.HELD_SLOT


def test_a_hold_with_another_agent_replaces_the_first():
    lead = ready()
    first = hold(lead, agent(lead.team))

    hold(lead, agent(lead.team))

    first.refresh_from_db()
    assert first.status == AppointmentStatus.EXPIRED


def test_a_released_hold_is_free_for_others():
    to = agent()
    held = hold(ready(to.team), to)

    assert release_slot(appointment=held, at=NOW)
    assert hold(ready(to.team), to).status == AppointmentStatus.HELD_SLOT


def test_releasing_leaves_an_appointment_alone():
    handoff = open_handoff()

    assert not release_slot(appointment=handoff.appointment, at=NOW)
    handoff.appointment.refresh_from_db()
    assert handoff.appointment.status == AppointmentStatus.BOOKED


def test_a_lead_that_is_handed_off_holds_nothing():
    handoff = open_handoff()

    with pytest.raises(AlreadyHandedOff):
        hold(handoff.lead, handoff.agent, starts_at=SLOT + timedelta(hours=3))
    hold(ready(handoff.team), handoff.agent, starts_at=SLOT + timedelta(hours=3))


def test_a_hold_of_another_lead_is_taken_for_whoever_books():
    to = agent()
    held = hold(ready(to.team), to)

    with pytest.raises(SlotTaken) as refusal:
        open_handoff(ready(to.team), to=to)

    assert held.starts_at not in [slot.starts_at for slot in refusal.value.next_slots]
