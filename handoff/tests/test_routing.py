"""Which agent suits a lead, in what order, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.routing.ranking import rank
from handoff.tests.factories import NOW, SLOT, appointment, open_handoff, ready
from leads.answers import save_answers
from teams.models import Membership, TimeOff
from teams.tests.factories import AreaFactory, agent, isa

pytestmark = pytest.mark.django_db


def ranked(lead, **asked):
    return rank(lead=lead, team=lead.team, at=NOW, **asked)


def order(lead, **asked) -> list[Membership]:
    return [each.agent for each in ranked(lead, **asked)]


def test_an_agent_of_the_leads_area_comes_first_and_it_says_why():
    lead = ready()
    area, elsewhere = AreaFactory.create(team=lead.team), AreaFactory.create(team=lead.team)
    save_answers(lead=lead, changes={"areas": [area]}, actor=lead.isa, at=NOW)
    other = agent(lead.team, profile={"areas": [elsewhere]})
    local = agent(lead.team, profile={"areas": [area]})

    first, second = ranked(lead)

    assert (first.agent, second.agent) == (local, other)
    assert f"Works in {area.name}" in first.reasons
    assert first.score > second.score


def test_an_agent_who_speaks_the_leads_language_comes_first():
    lead = ready(language="es")
    agent(lead.team, profile={"languages": ["en"]})
    fluent = agent(lead.team, profile={"languages": ["en", "es"]})

    assert order(lead)[0] == fluent
    assert "Speaks Spanish" in ranked(lead)[0].reasons


def test_who_had_fewer_handoffs_of_late_comes_first_and_it_says_so():
    lead = ready()
    busy, idle = agent(lead.team), agent(lead.team)
    for hour in range(4):
        open_handoff(ready(lead.team), to=busy, starts_at=SLOT + timedelta(hours=hour))

    assert order(lead) == [idle, busy]
    assert [each.reasons[-1] for each in ranked(lead)] == [
        "2 fewer than their share in 28 days",
        "2 more than their share in 28 days",
    ]


def test_a_handoff_from_before_the_window_weighs_nothing():
    lead = ready()
    busy, idle = agent(lead.team), agent(lead.team)
    open_handoff(ready(lead.team), to=busy)

    def scores(days):
        return {each.agent: each.score for each in rank(lead=lead, team=lead.team, at=NOW + timedelta(days=days))}

    # The outcome is overdue by then, which is another matter: the load alone is gone.
    assert scores(27)[busy] < scores(27)[idle]
    assert scores(28)[busy] == scores(28)[idle]


def test_who_owes_an_outcome_stands_last():
    lead = ready(language="es")
    overdue = agent(lead.team, profile={"languages": ["es"]})
    other = agent(lead.team)
    open_handoff(ready(lead.team), to=overdue)
    due_at = SLOT + timedelta(minutes=45, hours=24)

    def standing(at):
        return [each.agent for each in rank(lead=lead, team=lead.team, at=at)]

    assert standing(due_at) == [overdue, other]
    late = due_at + timedelta(seconds=1)
    assert standing(late) == [other, overdue]
    best, last = rank(lead=lead, team=lead.team, at=late)
    assert last.score > best.score
    assert "Has an overdue outcome, so comes last" in last.reasons


def test_an_agent_without_a_licence_is_removed_and_it_says_why():
    lead = ready(state="TX")
    unlicensed, licensed = agent(lead.team, profile={"states": ["CO"]}), agent(lead.team)

    assert [(each.agent, each.removed_by) for each in ranked(lead)] == [
        (licensed, ""),
        (unlicensed, "No licence in TX"),
    ]


def test_where_the_property_is_unknown_no_licence_is_asked_for():
    lead = ready(state="")
    agent(lead.team, profile={"states": []})

    assert ranked(lead)[0].removed_by == ""


def test_who_is_not_free_at_that_time_is_removed():
    lead = ready()
    booked, away, free = agent(lead.team), agent(lead.team), agent(lead.team)
    appointment(booked)
    TimeOff.objects.create(membership=away, starts_at=SLOT, ends_at=SLOT + timedelta(hours=1))

    found = {each.agent: each.removed_by for each in ranked(lead, starts_at=SLOT, minutes=45)}

    assert found == {free: "", booked: "Not free at that time", away: "Not free at that time"}
    assert {each.removed_by for each in ranked(lead)} == {""}


def test_only_working_agents_of_the_team_are_ranked():
    lead = ready()
    here = agent(lead.team)
    agent()
    isa(lead.team)
    agent(lead.team, ended_at=NOW)
    agent(lead.team, profile={"takes_handoffs": False})

    assert order(lead) == [here]


@pytest.mark.parametrize(("starts_at", "queries"), [(None, 2), (SLOT, 4)])
@pytest.mark.parametrize("agents", [1, 6])
def test_ranking_costs_the_same_however_many_agents(agents, starts_at, queries, django_assert_num_queries):
    lead = ready()
    for _ in range(agents):
        agent(lead.team)
    assert lead.team.policy.pk

    with django_assert_num_queries(queries):
        found = rank(lead=lead, team=lead.team, at=NOW, starts_at=starts_at)

    assert len(found) == agents
