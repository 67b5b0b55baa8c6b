"""Agents who owe an outcome: last in any case, and handed nothing for now where the team wants it so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import reassign
from handoff.errors import NoAgent, Unbookable
from handoff.models import Handoff
from handoff.outcomes import record_outcome
from handoff.routing.ranking import field_of, rank, rank_now
from handoff.tests.factories import SLOT, open_direct, open_handoff, policy, ready
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.tests.factories import NOW
from teams.models import Membership, Team
from teams.tests.factories import TeamFactory, agent

pytestmark = pytest.mark.django_db

LATE = NOW + timedelta(days=3)


@pytest.fixture
def ana() -> Membership:
    """Who owes an outcome since two days."""
    team = TeamFactory.create()
    policy(team, bench_overdue=True)
    late = agent(team)
    open_handoff(ready(team), to=late, starts_at=SLOT)
    return late


def fresh(team: Team) -> Team:
    return Team.objects.select_related("policy").get(pk=team.pk)


def now_ranked(team: Team):
    return rank_now(field_of(lead=None, team=fresh(team), at=LATE), lead=None)


def test_who_is_overdue_stands_last_and_is_not_offered_for_now(ana):
    ben = agent(ana.team)

    first, last = now_ranked(ana.team)

    assert (first.agent, first.removed_by) == (ben, "")
    assert last.agent == ana
    assert last.removed_by == "Has an overdue outcome, so gets no lead right now"


def test_without_the_switch_they_only_stand_last(ana):
    ben = agent(ana.team)
    policy(ana.team, bench_overdue=False)

    assert [(each.agent, each.removed_by) for each in now_ranked(ana.team)] == [(ben, ""), (ana, "")]


def test_appointments_can_still_be_booked_with_them(ana):
    ranked = rank(lead=None, team=fresh(ana.team), at=LATE, starts_at=SLOT + timedelta(days=7), minutes=45)
    assert [each.removed_by for each in ranked] == [""]
    booked = open_handoff(ready(fresh(ana.team)), to=ana, starts_at=SLOT + timedelta(days=7), at=LATE)
    assert booked.agent == ana


def test_the_isa_who_names_them_is_told_why_not(ana):
    with pytest.raises(Unbookable, match="has an overdue outcome to report first"):
        open_direct(ready(fresh(ana.team)), to=ana, at=LATE)


def test_when_nobody_else_is_there_routing_says_so(ana):
    lead = ready(fresh(ana.team))
    with pytest.raises(NoAgent, match="Has an overdue outcome, so gets no lead right now"):
        change_stage(lead=lead, to=Stage.HANDED_OFF, actor=lead.isa, via=Via.PAGE, at=LATE)


def test_a_lead_without_a_time_is_not_reassigned_to_them(ana):
    ben = agent(ana.team)
    handoff = open_direct(ready(fresh(ana.team)), to=ben, at=LATE)

    with pytest.raises(Unbookable, match="overdue outcome"):
        reassign(handoff=handoff, agent=ana, actor=handoff.setter, at=LATE)


def test_once_they_have_reported_they_are_offered_again(ana):
    record_outcome(handoff=Handoff.objects.get(agent=ana), showed="yes", is_good=True, actor=ana, via=Via.PAGE, at=LATE)

    assert [each.removed_by for each in now_ranked(ana.team)] == [""]
