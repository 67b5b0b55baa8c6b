"""Enough is enough whatever comes at once."""

from __future__ import annotations

import pytest

from handoff.booking import hand_off_now, hold_slot, release_slot
from handoff.models import Appointment, Handoff
from handoff.tests.crowds import Crowd, tally
from handoff.tests.factories import MINUTES, NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.routing.filling import HOUR, filled, limited
from leads.states import Via
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("already", [0, 1])
def test_of_many_isas_who_book_different_times_of_one_day_at_once_only_so_many_as_there_is_room_win(already):
    to = filled(limited(3), already)
    leads = [ready(to.team) for _ in range(8)]
    free = SLOT + 4 * HOUR

    with Crowd(8) as crowd:
        answers = tally(
            crowd.act(
                [
                    lambda n=n, one=one: open_handoff(one, to=to, starts_at=free + n * HOUR)
                    for n, one in enumerate(leads)
                ]
            )
        )

    assert answers == {"Handoff": 3 - already, "AtCapacity": 5 + already}


@pytest.mark.django_db(transaction=True)
def test_direct_handoffs_and_bookings_at_once_do_not_exceed_the_day_either():
    to = limited(3)
    leads = [ready(to.team) for _ in range(8)]

    def press(n, one):
        if n % 2:
            return lambda: open_handoff(one, to=to, starts_at=NOW + n * HOUR)
        return lambda: open_direct(one, to=to)

    with Crowd(8) as crowd:
        answers = tally(crowd.act([press(n, one) for n, one in enumerate(leads)]))

    assert answers == {"Handoff": 3, "AtCapacity": 5}


@pytest.mark.django_db(transaction=True)
def test_leads_that_routing_shares_out_at_once_are_shared_evenly():
    first = limited(4)
    agents = [first, *(agent(first.team, hours="00:00-23:59 mon-sun", profile={"day_capacity": 4}) for _ in range(3))]
    leads = [ready(first.team) for _ in range(8)]

    def routed(one):
        return lambda: hand_off_now(lead=one, agent=None, setter=one.isa, via=Via.PAGE, at=NOW)

    with Crowd(8) as crowd:
        answers = tally(crowd.act([routed(one) for one in leads]))

    assert answers == {"Handoff": 8}
    assert sorted(Handoff.objects.filter(agent=each).count() for each in agents) == [2, 2, 2, 2]


@pytest.mark.django_db(transaction=True)
def test_holding_and_releasing_at_once_blocks_nobody():
    to = limited(2)
    leads = [ready(to.team) for _ in range(6)]

    def dither(n, one):
        held = 0
        for turn in range(4):
            try:
                slot = hold_slot(
                    lead=one, agent=to, starts_at=SLOT + (n + turn) * HOUR, minutes=MINUTES, setter=one.isa, at=NOW
                )
            except Exception as problem:
                if type(problem).__name__ not in {"AtCapacity", "SlotTaken"}:
                    raise
            else:
                held += release_slot(appointment=slot, at=NOW)
        return held

    with Crowd(6) as crowd:
        answers = crowd.act([lambda n=n, one=one: dither(n, one) for n, one in enumerate(leads)])

    assert tally(answers) == {"int": 6}
    assert Appointment.objects.occupying().count() == 0
