"""How many leads are enough: what counts, by the agent's own days and weeks, and one more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from handoff.appointments import set_time
from handoff.availability import calendars
from handoff.booking import hold_slot
from handoff.errors import AtCapacity
from handoff.models import Appointment
from handoff.models.appointments import How
from handoff.routing.capacity import rooms
from handoff.states import AppointmentStatus
from handoff.tests.factories import MINUTES, NOW, SLOT, appointment, open_direct, open_handoff, policy, ready
from handoff.tests.routing.filling import DAY, HOUR, TUESDAY, filled, limited, starts
from teams.absences import allow_more
from teams.tests.factories import agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db


def test_a_day_that_is_full_offers_no_time_and_the_next_one_does():
    to = filled(limited(2), 2)

    days = {(moment - 6 * HOUR).date() for moment in starts(to)}

    assert days == {date(2026, 11, 25), date(2026, 11, 26)}


def test_the_day_is_the_agents_own():
    to = limited(1, user__zone="America/New_York")
    late = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)  # 22:30 in Chicago, 23:30 in New York: still Tuesday there
    appointment(to, starts_at=late)

    with pytest.raises(AtCapacity, match=r"1 of 1 that day \(Tue, Nov 24\)"):
        open_handoff(ready(to.team), to=to, starts_at=SLOT)
    assert open_handoff(ready(to.team), to=to, starts_at=datetime(2026, 11, 25, 5, 30, tzinfo=UTC)).agent == to


def test_a_week_begins_on_monday():
    to = filled(limited(None, 3), 3)

    with pytest.raises(AtCapacity, match="3 of 3 that week"):
        open_handoff(ready(to.team), to=to, starts_at=SLOT + 4 * DAY)
    assert open_handoff(ready(to.team), to=to, starts_at=SLOT + 6 * DAY).agent == to


def test_the_profile_comes_before_the_team():
    to = limited(3)
    other = agent(to.team)
    policy(to.team, day_capacity=1)

    room = rooms(agents=[to, other], policy=policy(to.team), start=SLOT, end=SLOT, at=NOW)

    assert [room[each.pk].on_day(TUESDAY) for each in (to, other)] == [(0, 3), (0, 1)]


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (AppointmentStatus.BOOKED, True),
        (AppointmentStatus.HELD, True),
        (AppointmentStatus.NO_SHOW, True),
        (AppointmentStatus.CANCELLED, False),
        (AppointmentStatus.EXPIRED, False),
    ],
)
def test_what_took_the_agents_time_counts_and_what_was_called_off_does_not(status, counts):
    to = limited(1)
    appointment(to, status=status)

    assert bool(starts(to, days=1) & {SLOT + 4 * HOUR}) is not counts


def test_a_slot_that_somebody_holds_counts_until_it_runs_out():
    to = limited(1)
    appointment(to, status=AppointmentStatus.HELD_SLOT, held_until=NOW + timedelta(minutes=5))

    assert SLOT + 4 * HOUR not in starts(to)
    Appointment.objects.update(held_until=NOW)
    assert SLOT + 4 * HOUR in starts(to)


def test_the_leads_own_hold_does_not_stand_in_its_way():
    to = limited(1)
    lead = ready(to.team)
    hold_slot(lead=lead, agent=to, starts_at=SLOT, minutes=MINUTES, setter=lead.isa, at=NOW)

    assert open_handoff(lead, to=to).appointment.starts_at == SLOT


def test_a_lead_handed_over_without_a_time_counts_on_the_day_it_came():
    to = limited(1)
    open_direct(ready(to.team), to=to)

    with pytest.raises(AtCapacity, match=r"1 of 1 that day \(Mon, Nov 23\)"):
        open_handoff(ready(to.team), to=to, starts_at=NOW + 3 * HOUR)
    assert open_handoff(ready(to.team), to=to, starts_at=SLOT).agent == to


def test_it_counts_on_the_day_of_its_meeting_once_it_has_one():
    to = limited(1)
    lead = ready(to.team)
    handoff = open_direct(lead, to=to)

    set_time(handoff=handoff, starts_at=SLOT, minutes=MINUTES, how=How.CALL, place="", actor=lead.isa, at=NOW)

    assert open_direct(ready(to.team), to=to).agent == to
    with pytest.raises(AtCapacity, match="Tue, Nov 24"):
        open_handoff(ready(to.team), to=to, starts_at=SLOT + 3 * HOUR)


def test_another_teams_appointments_are_not_counted():
    to = limited(1)
    appointment(agent(user=to.user))

    assert SLOT + 4 * HOUR in starts(to)


@pytest.mark.parametrize("zone", ["America/Chicago", "Pacific/Honolulu", "Europe/Berlin", "Asia/Kolkata"])
def test_calendars_and_the_database_count_the_same_days(zone):
    to = limited(9, 40, user__zone=zone)
    for n in range(12):  # three weeks around a change of clocks
        appointment(to, starts_at=datetime(2026, 10, 19, 4, tzinfo=UTC) + n * 43 * HOUR)
    asked = {"agents": [to], "policy": policy(to.team), "at": NOW}
    start = datetime(2026, 10, 25, tzinfo=UTC)
    span = {"start": start, "end": start + 7 * DAY}

    by_calendar = rooms(**asked, **span, diary=calendars(**asked, **span))[to.pk].taken
    by_database = rooms(**asked, **span)[to.pk].taken

    assert +by_calendar == +by_database
    assert sum(by_database.values()) > 6


@pytest.mark.parametrize("agents", [1, 5])
def test_counting_costs_one_query_for_any_number_of_agents_and_none_without_limits(agents, django_assert_num_queries):
    first = limited(2)
    everybody = [first, *(agent(first.team, profile={"day_capacity": 2}) for _ in range(agents - 1))]
    asked = {"policy": policy(first.team), "start": SLOT, "end": SLOT, "at": NOW}

    with django_assert_num_queries(1):
        assert len(rooms(agents=everybody, **asked)) == agents
    free = [agent(hours="") for _ in range(agents)]
    with django_assert_num_queries(0):
        assert rooms(agents=free, **asked) == {}


def test_a_team_lead_lets_an_agent_have_one_more_on_a_day_and_it_counts_once():
    to = filled(limited(1, 1), 1)
    allow_more(agent=to, on=TUESDAY, extra=1, reason="Everybody else is ill", by=team_lead(to.team), at=NOW)

    assert open_handoff(ready(to.team), to=to, starts_at=SLOT + 4 * HOUR).agent == to
    with pytest.raises(AtCapacity, match="2 of 2 that day"):
        open_handoff(ready(to.team), to=to, starts_at=SLOT + 8 * HOUR)
    with pytest.raises(AtCapacity, match="2 of 2 that week"):
        open_handoff(ready(to.team), to=to, starts_at=SLOT + DAY)
