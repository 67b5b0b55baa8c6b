"""What is offered beside agents' own calendars: doubts, other teams, our own invites."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import move, reassign
from handoff.errors import Unbookable
from handoff.slots import free_slots
from handoff.tests.busy.reading import HOUR, offered, read, spans
from handoff.tests.calendar_files import calendar, event
from handoff.tests.factories import NOW, SLOT, busy_feed, busy_spans, open_handoff, ready
from teams.tests.factories import TeamFactory, agent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("age", "doubt"),
    [
        (timedelta(minutes=59), ""),
        (timedelta(hours=3, minutes=5), "Calendar last read 3 hours ago"),
        (timedelta(hours=25), "Calendar not read since Sun, Nov 22"),
    ],
)
def test_times_of_an_agent_whose_calendar_is_old_are_shown_with_a_doubt(ana, age, doubt):
    busy_spans(ana.user, (SLOT, SLOT + HOUR), feed=busy_feed(ana.user, read_at=NOW - age))
    busy_feed(ana.user)  # the older of two counts

    slots = offered(ana)

    assert slots
    assert SLOT not in [slot.starts_at for slot in slots]  # what was known stays in force
    assert all(slot.doubt.startswith(doubt) and bool(slot.doubt) == bool(doubt) for slot in slots)


def test_a_calendar_that_was_never_read_is_a_doubt_and_none_at_all_is_not(ana):
    assert {slot.doubt for slot in offered(ana)} == {""}
    busy_feed(ana.user, read_at=None)
    assert {slot.doubt for slot in offered(ana)} == {"Calendar not read yet"}


def test_a_person_is_busy_in_every_team_they_work_in(ana, feed, calendar_peer):
    elsewhere = agent(TeamFactory.create(), user=ana.user)
    calendar_peer.body = calendar(event(SLOT))

    read(feed)

    assert SLOT not in [slot.starts_at for slot in offered(elsewhere)]


def test_our_own_invite_on_the_agents_calendar_stands_in_no_ones_way(feed, calendar_peer, ana):
    handoff = open_handoff(ready(ana.team), to=ana)
    appointment = handoff.appointment
    calendar_peer.body = calendar(
        event(appointment.starts_at, minutes=45, uid=appointment.uid), event(SLOT + 2 * HOUR, uid="lunch@example.com")
    )
    read(feed)
    assert spans(feed) == [(SLOT + 2 * HOUR, SLOT + 3 * HOUR)]

    moved = move(appointment=appointment, starts_at=SLOT + timedelta(minutes=30), actor=handoff.setter, at=NOW)

    assert moved.starts_at == SLOT + timedelta(minutes=30)
    with pytest.raises(Unbookable, match="own calendar"):
        move(appointment=appointment, starts_at=SLOT + 2 * HOUR, actor=handoff.setter, at=NOW)


def test_an_invite_of_ours_that_was_given_to_somebody_else_blocks_nobody(feed, calendar_peer, ana):
    handoff = open_handoff(ready(ana.team), to=ana)
    reassign(handoff=handoff, agent=agent(ana.team), actor=handoff.setter, at=NOW)
    calendar_peer.body = calendar(event(SLOT, minutes=45, uid=handoff.appointment.uid))

    read(feed)

    assert spans(feed) == []
    assert SLOT in [slot.starts_at for slot in offered(ana)]


def test_an_agent_who_is_busy_by_their_own_calendar_is_not_given_a_meeting_then(ana):
    other = agent(ana.team)
    busy_spans(other.user, (SLOT, SLOT + HOUR))
    handoff = open_handoff(ready(ana.team), to=ana)

    with pytest.raises(Unbookable, match="own calendar"):
        reassign(handoff=handoff, agent=other, actor=handoff.setter, at=NOW)


@pytest.mark.parametrize("number", [1, 20])
def test_own_calendars_cost_no_further_query(number, django_assert_num_queries):
    team = TeamFactory.create()
    agents = [agent(team) for _ in range(number)]
    for each in agents:
        busy_spans(each.user, (SLOT, SLOT + HOUR), (SLOT + 2 * HOUR, SLOT + 3 * HOUR))

    with django_assert_num_queries(3):
        found = free_slots(lead=None, team=team, start=NOW, end=NOW + timedelta(days=14), minutes=30, at=NOW)

    assert len({slot.agent.pk for slot in found}) == number
