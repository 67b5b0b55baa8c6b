"""Which times are offered, and which are accepted: the same ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from handoff.errors import SlotTaken, Unbookable
from handoff.slots import check_bookable, free_slots, next_slots
from handoff.states import AppointmentStatus
from handoff.tests.factories import MINUTES, NOW, SLOT, appointment, policy, ready
from leads.models import Lead
from teams.models import TimeOff
from teams.tests.factories import TeamFactory, agent

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TUESDAY = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # midnight in Chicago


def starts(to, *, start=TUESDAY, days=1, minutes=MINUTES, at=NOW, lead=None, **asked):
    slots = free_slots(
        lead=lead, team=to.team, start=start, end=start + days * DAY, minutes=minutes, at=at, agents=[to], **asked
    )
    return [slot.starts_at for slot in slots]


def local(moments, zone="America/Chicago"):
    return [f"{moment.astimezone(ZoneInfo(zone)):%H:%M}" for moment in moments]


def bookable(to, starts_at, *, minutes=MINUTES, at=NOW, **asked):
    try:
        check_bookable(agent=to, starts_at=starts_at, minutes=minutes, at=at, **asked)
    except (SlotTaken, Unbookable):
        return False
    return True


def test_slots_fill_the_working_day_by_the_teams_step():
    to = agent(hours="09:00-12:00 tue")

    assert local(starts(to)) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_slots_begin_when_the_agent_opens():
    to = agent(hours="09:10-11:00 tue")
    policy(to.team, slot_step_minutes=20)

    assert local(starts(to, minutes=30)) == ["09:10", "09:30", "09:50", "10:10", "10:30"]


def test_hours_are_those_of_the_agents_own_zone():
    to = agent(hours="09:00-10:00 tue", user__zone="America/New_York")

    assert local(starts(to)) == ["08:00"]


def test_stretches_that_touch_are_one():
    to = agent(hours="09:00-10:00 tue, 10:00-11:00 tue")

    assert local(starts(to, minutes=120)) == ["09:00"]


def test_a_break_is_kept():
    to = agent(hours="09:00-10:00 tue, 10:30-11:30 tue")

    assert local(starts(to, minutes=60)) == ["09:00", "10:30"]


def test_an_appointment_keeps_its_buffer_free_on_both_sides():
    to = agent(hours="08:00-14:00 tue")
    policy(to.team, buffer_minutes=30)
    appointment(to)  # 10:00-10:45

    assert local(starts(to, minutes=30)) == ["08:00", "08:30", "09:00", "11:30", "12:00", "12:30", "13:00", "13:30"]


def test_time_off_has_no_buffer():
    to = agent(hours="09:00-12:00 tue")
    TimeOff.objects.create(membership=to, starts_at=SLOT, ends_at=SLOT + timedelta(hours=1))

    assert local(starts(to, minutes=30)) == ["09:00", "09:30", "11:00", "11:30"]


def test_what_another_team_has_booked_is_not_free_here():
    here = agent(hours="09:00-12:00 tue")
    there = agent(TeamFactory.create(), user=here.user)
    appointment(there)

    assert local(starts(here, minutes=30)) == ["09:00", "11:00", "11:30"]


@pytest.mark.parametrize(
    "status",
    [AppointmentStatus.CANCELLED, AppointmentStatus.EXPIRED, AppointmentStatus.HELD, AppointmentStatus.NO_SHOW],
)
def test_what_is_over_takes_no_time(status):
    to = agent(hours="10:00-11:00 tue")
    appointment(to, status=status)

    assert local(starts(to)) == ["10:00"]


def test_holds_count_for_others_until_they_run_out():
    to = agent(hours="10:00-11:00 tue")
    lead = ready(to.team)
    appointment(to, lead=lead, status=AppointmentStatus.HELD_SLOT, held_until=NOW + timedelta(minutes=5))

    assert local(starts(to)) == []
    assert local(starts(to, lead=lead)) == ["10:00"]
    assert local(starts(to, at=NOW + timedelta(minutes=5))) == ["10:00"]


def test_nothing_sooner_than_the_teams_notice_is_offered():
    to = agent(hours="09:00-17:00 mon")
    policy(to.team, notice_minutes=90)

    assert local(starts(to, start=NOW))[0] == "11:30"
    with pytest.raises(Unbookable, match="too soon"):
        check_bookable(agent=to, starts_at=NOW + timedelta(hours=1), minutes=MINUTES, at=NOW)
    check_bookable(agent=to, starts_at=NOW + timedelta(minutes=90), minutes=MINUTES, at=NOW)


@pytest.mark.parametrize(
    ("starts_at", "minutes", "reason"),
    [
        (NOW - timedelta(hours=1), 45, "past"),
        (SLOT.replace(year=2028), 45, "ahead"),
        (SLOT.replace(hour=3), 45, "does not work then"),
        (SLOT.replace(hour=22, minute=30), 45, "does not work then"),
        (SLOT + timedelta(minutes=7), 45, "every 30 minutes"),
        (SLOT + timedelta(microseconds=1), 45, "every 30 minutes"),
        (SLOT, 4, "between"),
        (SLOT, 481, "between"),
        (SLOT + timedelta(days=4), 45, "Saturday"),
    ],
)
def test_a_time_that_nobody_may_have_is_refused_with_the_reason(starts_at, minutes, reason):
    to = agent()
    check_bookable(agent=to, starts_at=SLOT, minutes=45, at=NOW)

    with pytest.raises(Unbookable, match=reason):
        check_bookable(agent=to, starts_at=starts_at, minutes=minutes, at=NOW)


def test_time_off_is_named_as_the_reason():
    to = agent()
    TimeOff.objects.create(membership=to, starts_at=SLOT - DAY, ends_at=SLOT + DAY)

    with pytest.raises(Unbookable, match="time off"):
        check_bookable(agent=to, starts_at=SLOT, minutes=MINUTES, at=NOW)


def test_the_next_slots_are_the_soonest_of_any_agent():
    lead = ready()
    agent(lead.team, hours="14:00-15:00 mon-fri")
    early = agent(lead.team, hours="11:00-12:00 mon-fri")

    slots = next_slots(lead=lead, at=NOW, limit=3)

    assert local([slot.starts_at for slot in slots]) == ["11:00", "14:00", "11:00"]
    assert slots[0].agent == early
    assert slots[0].reasons


def test_agents_without_a_licence_are_never_offered():
    lead = ready(state="CO")
    agent(lead.team)
    licensed = agent(lead.team, profile={"states": ["CO"]})

    assert {slot.agent for slot in next_slots(lead=lead, at=NOW)} == {licensed}


# --- Summer and winter time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "sunday", "expected"),
    [
        ("America/Chicago", datetime(2027, 3, 14, 6, tzinfo=UTC), ["01:00", "01:30", "03:00", "03:30"]),
        ("Europe/Berlin", datetime(2027, 3, 27, 23, tzinfo=UTC), ["01:00", "01:30", "03:00", "03:30"]),
    ],
)
def test_in_spring_the_skipped_hour_is_never_offered(zone, sunday, expected):
    to = agent(hours="01:00-04:00 sun", user__zone=zone)

    found = starts(to, start=sunday, minutes=30)

    assert local(found, zone) == expected
    assert [b - a for a, b in pairwise(found)] == [timedelta(minutes=30)] * 3
    assert all(bookable(to, each, minutes=30) for each in found)


@pytest.mark.parametrize(
    ("zone", "sunday", "expected"),
    [
        (
            "America/Chicago",
            datetime(2027, 11, 7, 5, tzinfo=UTC),
            ["01:00", "01:30", "01:00", "01:30", "02:00", "02:30"],
        ),
        (
            "Europe/Berlin",
            datetime(2027, 10, 30, 22, tzinfo=UTC),
            ["01:00", "01:30", "02:00", "02:30", "02:00", "02:30"],
        ),
    ],
)
def test_in_autumn_the_hour_that_comes_twice_is_offered_twice(zone, sunday, expected):
    to = agent(hours="01:00-03:00 sun", user__zone=zone)
    at = NOW + timedelta(days=60)

    found = starts(to, start=sunday, minutes=30, at=at)

    assert local(found, zone) == expected
    assert [b - a for a, b in pairwise(found)] == [timedelta(minutes=30)] * 5
    assert all(bookable(to, each, minutes=30, at=at) for each in found)


def test_an_appointment_across_the_change_lasts_as_long_as_it_says():
    to = agent(hours="00:00-06:00 sun")

    slots = free_slots(
        lead=None,
        team=to.team,
        start=datetime(2027, 3, 14, 7, 30, tzinfo=UTC),
        end=datetime(2027, 3, 14, 7, 31, tzinfo=UTC),
        minutes=60,
        at=NOW,
        agents=[to],
    )

    assert [f"{m.astimezone(ZoneInfo('America/Chicago')):%H:%M}" for m in (slots[0].starts_at, slots[0].ends_at)] == [
        "01:30",
        "03:30",
    ]


def test_someone_who_opens_in_the_skipped_hour_opens_when_it_is_over():
    to = agent(hours="02:30-05:00 sun")

    found = starts(to, start=datetime(2027, 3, 14, 6, tzinfo=UTC), minutes=30)

    assert local(found) == ["03:00", "03:30", "04:00", "04:30"]


@pytest.mark.parametrize("agents", [1, 100])
def test_searching_two_weeks_costs_four_queries_however_many_agents(agents, django_assert_num_queries):
    lead = ready()
    for _ in range(agents):
        agent(lead.team)
    lead = Lead.objects.select_related("team__policy").get(pk=lead.pk)
    days = len({day for day in range(14) if (TUESDAY + day * DAY).weekday() < 5})

    with django_assert_num_queries(4):
        found = free_slots(lead=lead, team=lead.team, start=TUESDAY, end=TUESDAY + 14 * DAY, minutes=60, at=NOW)

    assert len(found) == agents * days * 15
