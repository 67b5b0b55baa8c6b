"""How many leads are enough: by the agent's own days and weeks, through every door, whatever comes at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from handoff.appointments import move, reassign, set_time
from handoff.availability import calendars
from handoff.booking import hand_off_now, hold_slot, release_slot
from handoff.errors import AtCapacity, NoAgent
from handoff.models import Appointment, Handoff, RoutingDecision
from handoff.models.appointments import How
from handoff.outcomes import record_outcome
from handoff.routing.capacity import rooms
from handoff.routing.ranking import rank
from handoff.slots import free_slots
from handoff.states import AppointmentStatus
from handoff.tests.crowds import Crowd, tally
from handoff.tests.factories import MINUTES, NOW, SLOT, appointment, open_direct, open_handoff, policy, ready
from leads.models import Lead
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.tags import add_tag
from teams.absences import allow_more
from teams.models import Membership
from teams.tests.factories import agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY = date(2026, 11, 24)


def limited(a_day=2, a_week=None, **fields) -> Membership:
    profile = {"day_capacity": a_day, "week_capacity": a_week, **fields.pop("profile", {})}
    return agent(hours="00:00-23:59 mon-sun", profile=profile, **fields)


def filled(to: Membership, number: int, *, first: datetime = SLOT) -> Membership:
    for n in range(number):
        appointment(to, starts_at=first + n * 2 * HOUR)
    return to


def starts(to, *, days=2):
    found = free_slots(
        lead=ready(to.team), team=to.team, start=SLOT, end=SLOT + days * DAY, minutes=MINUTES, at=NOW, agents=[to]
    )
    return {slot.starts_at.astimezone(UTC) for slot in found}


# -- what counts ---------------------------------------------------------------


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


# -- every door ----------------------------------------------------------------


def test_the_refusal_says_how_full_the_day_is_and_names_times_of_other_days():
    to = filled(limited(4), 4)

    with pytest.raises(AtCapacity) as refused:
        open_handoff(ready(to.team), to=to, starts_at=SLOT + 9 * HOUR)

    assert str(refused.value) == (f"{to.user} has 4 of 4 that day (Tue, Nov 24). A team lead can allow one more.")
    assert refused.value.next_slots
    assert {(slot.starts_at - 6 * HOUR).date() for slot in refused.value.next_slots} == {date(2026, 11, 25)}


def test_holding_is_refused_too():
    to = filled(limited(1), 1)
    lead = ready(to.team)

    with pytest.raises(AtCapacity):
        hold_slot(lead=lead, agent=to, starts_at=SLOT + 4 * HOUR, minutes=MINUTES, setter=lead.isa, at=NOW)


def test_moving_within_the_day_is_free_and_into_a_full_day_refused():
    to = filled(limited(1), 1, first=SLOT + DAY)
    handoff = open_handoff(ready(to.team), to=to)

    moved = move(appointment=handoff.appointment, starts_at=SLOT + 4 * HOUR, actor=None, at=NOW)

    assert moved.starts_at == SLOT + 4 * HOUR
    with pytest.raises(AtCapacity):
        move(appointment=moved, starts_at=SLOT + DAY + 4 * HOUR, actor=None, at=NOW)


@pytest.mark.parametrize("is_direct", [True, False])
def test_another_agent_who_has_enough_is_refused_and_not_offered(is_direct):
    to = limited(1)
    if is_direct:
        handoff = open_direct(ready(to.team), to=agent(to.team))
        open_direct(ready(to.team), to=to)
    else:
        handoff = open_handoff(ready(to.team), to=agent(to.team))
        filled(to, 1, first=SLOT + 4 * HOUR)

    with pytest.raises(AtCapacity):
        reassign(handoff=handoff, agent=to, actor=None, at=NOW + timedelta(minutes=5))
    assert Handoff.objects.get(pk=handoff.pk).agent != to


def test_an_agent_named_for_a_direct_handoff_is_refused():
    to = filled(limited(1), 1, first=NOW + HOUR)

    with pytest.raises(AtCapacity, match="Mon, Nov 23"):
        open_direct(ready(to.team), to=to)


def test_an_agent_named_with_a_stage_is_refused():
    to = filled(limited(1), 1, first=NOW + HOUR)
    lead = ready(to.team)

    with pytest.raises(AtCapacity):
        change_stage(lead=lead, to=Stage.HANDED_OFF, actor=lead.isa, via=Via.API, at=NOW, data={"agent": to.pk})
    assert Lead.objects.get(pk=lead.pk).stage == Stage.QUALIFIED


def test_a_trigger_tag_passes_over_who_has_enough():
    to = filled(limited(1), 1, first=NOW + HOUR)
    other = agent(to.team)
    for hour in range(3):
        open_handoff(ready(to.team), to=other, starts_at=SLOT + hour * HOUR)
    lead = ready(to.team)

    add_tag(lead=lead, name="Handed off", actor=lead.isa, via=Via.API, at=NOW)

    handoff = Handoff.objects.get(lead=lead)
    assert handoff.agent == other
    kept = {each["agent"]: each["removed_by"] for each in RoutingDecision.objects.get(handoff=handoff).candidates}
    assert kept[to.pk] == "Has 1 of 1 that day"


def test_with_everybody_full_nobody_is_chosen_and_it_says_why():
    to = filled(limited(1), 1, first=NOW + HOUR)

    with pytest.raises(NoAgent, match="Has 1 of 1 that day"):
        hand_off_now(lead=(lead := ready(to.team)), agent=None, setter=lead.isa, via=Via.PAGE, at=NOW)


def test_a_ranking_for_a_time_removes_who_has_enough_that_day():
    to = filled(limited(1), 1)

    ranked = rank(lead=ready(to.team), team=to.team, at=NOW, starts_at=SLOT + 5 * HOUR)

    assert [each.removed_by for each in ranked] == ["Has 1 of 1 that day"]


def test_reporting_a_meeting_makes_no_room_and_calling_one_off_does():
    to = limited(1)
    handoff = open_handoff(ready(to.team), to=to)
    later = SLOT + 2 * HOUR
    record_outcome(handoff=handoff, showed="no", actor=to, via=Via.PAGE, at=later)

    with pytest.raises(AtCapacity):
        open_handoff(ready(to.team), to=to, starts_at=SLOT + 5 * HOUR, at=later)


# -- one more ------------------------------------------------------------------


def test_a_team_lead_lets_an_agent_have_one_more_on_a_day_and_it_counts_once():
    to = filled(limited(1, 1), 1)
    allow_more(agent=to, on=TUESDAY, extra=1, reason="Everybody else is ill", by=team_lead(to.team), at=NOW)

    assert open_handoff(ready(to.team), to=to, starts_at=SLOT + 4 * HOUR).agent == to
    with pytest.raises(AtCapacity, match="2 of 2 that day"):
        open_handoff(ready(to.team), to=to, starts_at=SLOT + 8 * HOUR)
    with pytest.raises(AtCapacity, match="2 of 2 that week"):
        open_handoff(ready(to.team), to=to, starts_at=SLOT + DAY)


# -- at once -------------------------------------------------------------------


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
