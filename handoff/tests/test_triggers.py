"""What starts a handoff: stages and tags, through every door, and the gate before all of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import take_back
from handoff.errors import HandoffOpen, NoAgent, NotReady, SlotRequired
from handoff.models import Handoff
from handoff.states import Method
from handoff.tests.factories import NOW, appointment, open_direct, open_handoff, policy, ready
from leads.models import Lead, LeadTag, StageChange
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.tags import add_tag
from notifications.models import Delivery
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db


def to_stage(lead: Lead, to: Stage, **data):
    return change_stage(lead=lead, to=to, actor=lead.isa, via=Via.API, at=NOW, data=data)


def tag(lead: Lead, name: str = "Ready for handoff"):
    return add_tag(lead=lead, name=name, actor=lead.isa, via=Via.API, at=NOW)


def test_the_stage_change_through_any_door_opens_the_handoff():
    lead = ready()
    booked = appointment(agent(lead.team), lead=lead)

    change = to_stage(lead, Stage.APPOINTMENT_SET)

    handoff = Handoff.objects.get()
    assert (handoff.appointment, handoff.stage_change, handoff.agent) == (booked, change, booked.agent)


def test_a_stage_that_announces_an_appointment_needs_one():
    lead = ready()
    to = agent(lead.team)

    with pytest.raises(SlotRequired) as refusal:
        to_stage(lead, Stage.APPOINTMENT_SET)

    lead.refresh_from_db()
    assert lead.stage == Stage.QUALIFIED
    assert not StageChange.objects.exists()
    assert {slot.agent for slot in refusal.value.next_slots} == {to}


def test_an_appointment_that_is_over_is_not_a_future_one():
    lead = ready()
    appointment(agent(lead.team), lead=lead, starts_at=NOW - timedelta(hours=2))

    with pytest.raises(SlotRequired):
        to_stage(lead, Stage.APPOINTMENT_SET)


def test_handed_off_uses_the_appointment_if_there_is_one():
    lead = ready()
    booked = appointment(agent(lead.team), lead=lead)

    to_stage(lead, Stage.HANDED_OFF)

    assert (Handoff.objects.get().appointment, Handoff.objects.get().method) == (booked, Method.SCHEDULED)


def test_handed_off_goes_to_the_agent_who_is_named_in_the_change():
    lead = ready()
    agent(lead.team)
    named = agent(lead.team)

    to_stage(lead, Stage.HANDED_OFF, agent=named.pk)

    assert Handoff.objects.get().agent == named


def test_an_agent_of_another_team_cannot_be_named():
    lead = ready()
    agent(lead.team)

    with pytest.raises(NoAgent):
        to_stage(lead, Stage.HANDED_OFF, agent=agent().pk)
    assert not Handoff.objects.exists()


def test_other_stages_start_nothing():
    lead = ready()
    agent(lead.team)

    to_stage(lead, Stage.NURTURE)

    assert not Handoff.objects.exists()


@pytest.mark.parametrize("stage", [Stage.QUALIFIED, Stage.NURTURE, Stage.LOST])
def test_a_lead_with_an_agent_is_not_moved_away_under_them(stage):
    handoff = open_handoff()

    with pytest.raises(HandoffOpen, match="Record the outcome, cancel the appointment or take it back first"):
        to_stage(handoff.lead, stage)

    handoff.lead.refresh_from_db()
    assert handoff.lead.stage == Stage.APPOINTMENT_SET
    assert StageChange.objects.count() == 1


def test_what_an_agent_does_with_the_lead_by_hand_is_no_leaving():
    handoff = open_direct()

    for stage in (Stage.MET, Stage.SIGNED, Stage.UNDER_CONTRACT):
        to_stage(handoff.lead, stage)

    assert Handoff.objects.open().exists()


def test_once_the_handoff_has_ended_the_lead_goes_where_it_likes():
    handoff = open_direct()
    take_back(handoff=handoff, reason="Wrong area", actor=None, at=NOW)

    to_stage(Lead.objects.get(), Stage.LOST)

    assert Lead.objects.get().stage == Stage.LOST


@pytest.mark.parametrize("name", ["Ready for handoff", "  handed OFF "])
def test_a_trigger_tag_hands_the_lead_over(name):
    lead = ready()
    to = agent(lead.team)

    tag(lead, name)

    lead.refresh_from_db()
    assert (lead.stage, Handoff.objects.get().agent) == (Stage.HANDED_OFF, to)
    assert StageChange.objects.get().via == Via.TAG


def test_a_trigger_tag_uses_the_appointment_if_there_is_one():
    lead = ready()
    booked = appointment(agent(lead.team), lead=lead)

    tag(lead)

    lead.refresh_from_db()
    assert (lead.stage, Handoff.objects.get().appointment) == (Stage.APPOINTMENT_SET, booked)


def test_other_tags_start_nothing():
    lead = ready()
    agent(lead.team)

    tag(lead, "Prefers texts")

    assert not Handoff.objects.exists()


def test_each_team_has_trigger_tags_of_its_own():
    lead = ready()
    agent(lead.team)
    policy(lead.team, trigger_tags=["Pass on"])
    lead = Lead.objects.get(pk=lead.pk)

    tag(lead, "Ready for handoff")
    assert not Handoff.objects.exists()
    tag(lead, "Pass on")
    assert Handoff.objects.exists()


def test_a_trigger_tag_on_a_lead_that_is_handed_off_changes_nothing():
    handoff = open_handoff()
    before = set(Delivery.objects.values_list("key", flat=True))

    tag(handoff.lead)

    assert Handoff.objects.count() == 1
    assert Lead.objects.get(pk=handoff.lead_id).stage == Stage.APPOINTMENT_SET
    assert set(Delivery.objects.values_list("key", flat=True)) == before
    assert LeadTag.objects.count() == 1


def test_a_closed_gate_takes_the_tag_back():
    lead = ready(answers={"motivation": ""})
    agent(lead.team)

    with pytest.raises(NotReady):
        tag(lead)

    assert not LeadTag.objects.exists()
    assert not Handoff.objects.exists()


def test_moving_on_from_appointment_set_to_handed_off_opens_no_second():
    handoff = open_handoff()

    to_stage(handoff.lead, Stage.HANDED_OFF)

    assert Handoff.objects.get() == handoff
