"""Enough is enough through every door: booking, holding, moving, naming an agent, a stage, a tag, routing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handoff.appointments import move, reassign
from handoff.booking import hand_off_now, hold_slot
from handoff.errors import AtCapacity, NoAgent
from handoff.models import Handoff, RoutingDecision
from handoff.outcomes import record_outcome
from handoff.routing.ranking import rank
from handoff.tests.factories import MINUTES, NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.routing.filling import DAY, HOUR, filled, limited
from leads.models import Lead
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.tags import add_tag
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db


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
