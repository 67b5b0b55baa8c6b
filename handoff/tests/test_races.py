"""People who press at the same moment, on real connections: one wins, the others are told, and nobody deadlocks.

``BOOKING_ROUNDS`` sets how often the crowd books (the storm does it 200 times).
"""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from handoff.appointments import cancel, move, reassign, take_back
from handoff.booking import hold_slot
from handoff.models import Appointment, Handoff, OwnerChange
from handoff.states import AppointmentStatus
from handoff.tests.crowds import Crowd, book_in_rounds, overlapping_appointments, tally
from handoff.tests.factories import MINUTES, NOW, SLOT, open_direct, open_handoff, ready
from leads.models import Lead
from leads.states import Via
from leads.tags import add_tag
from notifications.models import Delivery
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.promises.timers import fire_due
from teams.models import Membership
from teams.tests.factories import agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = int(os.environ.get("BOOKING_ROUNDS", "2"))
LATER = NOW + timedelta(minutes=1)


def test_of_64_who_book_overlapping_times_of_one_agent_one_wins_each_round():
    answers = book_in_rounds(rounds=range(ROUNDS), people=64)

    assert answers == {"Handoff": ROUNDS, "SlotTaken": 63 * ROUNDS}
    assert overlapping_appointments() == 0
    assert Appointment.objects.filter(status=AppointmentStatus.BOOKED).count() == ROUNDS


def test_pressing_eight_times_at_once_makes_one_handoff_and_owes_it_once():
    lead = ready()
    to = agent(lead.team)

    with Crowd(8) as crowd:
        answers = tally(crowd.act([lambda: open_handoff(lead, to=to)] * 8))

    assert answers == {"Handoff": 1, "AlreadyHandedOff": 7}
    assert Delivery.objects.count() == 3
    assert OwnerChange.objects.count() == 1


def test_a_lead_that_is_booked_with_several_agents_at_once_goes_to_one():
    lead = ready()
    agents = [agent(lead.team) for _ in range(6)]

    with Crowd(6) as crowd:
        answers = tally(crowd.act([lambda to=to: open_handoff(lead, to=to) for to in agents]))

    assert answers == {"Handoff": 1, "AlreadyHandedOff": 5}
    assert Appointment.objects.count() == 1


def test_one_person_in_two_teams_is_booked_by_one_of_them():
    here = agent()
    there = agent(user=here.user)
    leads = [(ready(to.team), to) for to in (here, there)]

    with Crowd(2) as crowd:
        answers = tally(crowd.act([lambda lead=lead, to=to: open_handoff(lead, to=to) for lead, to in leads]))

    assert answers == {"Handoff": 1, "SlotTaken": 1}


def test_a_tag_and_a_press_at_once_make_one_handoff():
    lead = ready()
    to = agent(lead.team)

    def tagged():
        return add_tag(lead=Lead.objects.get(pk=lead.pk), name="Handed off", actor=lead.isa, via=Via.API, at=NOW)

    with Crowd(2) as crowd:
        crowd.act([tagged, lambda: open_direct(lead, to=to)])

    assert Handoff.objects.count() == 1


def test_people_who_keep_changing_their_mind_block_nobody():
    """Each lead holds a slot of one agent and then of the other: two calendars, in both orders."""
    first = agent()
    second = agent(first.team)
    leads = [ready(first.team) for _ in range(8)]

    def dither(n: int, lead: Lead) -> int:
        held = 0
        for turn in range(6):
            to = (first, second)[(n + turn) % 2]
            starts_at = SLOT + timedelta(hours=n % 4)
            try:
                hold_slot(lead=lead, agent=to, starts_at=starts_at, minutes=MINUTES, setter=lead.isa, at=NOW)
                held += 1
            except Exception as problem:
                if type(problem).__name__ != "SlotTaken":
                    raise
        return held

    with Crowd(8) as crowd:
        answers = crowd.act([lambda n=n, lead=lead: dither(n, lead) for n, lead in enumerate(leads)])

    assert tally(answers) == {"int": 8}
    assert overlapping_appointments() == 0


def test_handing_two_leads_to_and_fro_between_two_agents_deadlocks_nobody():
    first = agent()
    second = agent(first.team)
    one = open_handoff(ready(first.team), to=first)
    other = open_handoff(ready(first.team), to=second, starts_at=SLOT + timedelta(hours=3))

    def to_and_fro(handoff: Handoff) -> Handoff:
        for _ in range(6):
            current = Handoff.objects.get(pk=handoff.pk)
            to = second if current.agent_id == first.pk else first
            reassign(handoff=current, agent=to, actor=None, at=LATER)
        return Handoff.objects.get(pk=handoff.pk)

    with Crowd(2) as crowd:
        answers = crowd.act([lambda: to_and_fro(one), lambda: to_and_fro(other)])

    assert [answer.revision for answer in answers] == [7, 7]
    assert OwnerChange.objects.filter(state=State.WAITING).count() == 2


@pytest.mark.parametrize("turn", range(3))
def test_of_moving_cancelling_and_taking_back_at_once_all_is_told_once(turn):
    handoff = open_handoff()
    appointment = handoff.appointment
    assert appointment
    deeds = [
        lambda: move(appointment=appointment, starts_at=SLOT + timedelta(hours=3), actor=None, at=LATER),
        lambda: cancel(appointment=appointment, reason="Ill", actor=None, at=LATER),
        lambda: take_back(handoff=handoff, reason="Wrong area", actor=None, at=LATER),
    ]

    with Crowd(3) as crowd:
        answers = tally(crowd.act(deeds[turn:] + deeds[:turn]))

    assert answers["Handoff"] == 1
    assert answers["TooLate"] + answers["Appointment"] == 2
    ends = Delivery.objects.filter(channel="email", audience="client", invite__method="CANCEL")
    assert ends.count() == 1
    assert OwnerChange.objects.get(state=State.WAITING).to == handoff.setter


def test_timers_that_fire_while_a_handoff_ends_deadlock_nobody():
    handoffs = [open_direct(ready(), to=None) for _ in range(6)]
    for handoff in handoffs:
        team_lead(handoff.team)
    due = NOW + timedelta(hours=30)

    with Crowd(8) as crowd:
        ending = [
            lambda each=each: take_back(handoff=each, reason="Wrong area", actor=None, at=due) for each in handoffs
        ]
        answers = tally(crowd.act([*ending, lambda: fire_due(at=due), lambda: fire_due(at=due)]))

    assert answers == {"Handoff": 6, "int": 2}
    assert not Handoff.objects.open().exists()


def test_the_owner_changes_once_whoever_drains():
    handoff = open_handoff()

    with Crowd(4) as crowd:
        done = crowd.act([lambda: drain(OwnerChange, at=LATER)] * 4)

    assert sum(done) == 1
    assert Lead.objects.get(pk=handoff.lead_id).owner == Membership.objects.get(pk=handoff.agent_id)
