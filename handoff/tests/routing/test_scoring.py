"""The points: what each reason is worth, in a team's own measure, and how it is said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.routing.ranking import rank
from handoff.routing.scoring import share_words
from handoff.tests.factories import NOW, SLOT, open_handoff, policy, ready
from leads.answers import save_answers
from leads.models.lpmama import Side
from teams.absences import bench, end_bench
from teams.policy import usual_routing
from teams.tests.factories import AreaFactory, agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db


def ranked(lead, **asked):
    return rank(lead=lead, team=lead.team, at=NOW, **asked)


def candidate(lead, of):
    return next(each for each in ranked(lead) if each.agent == of)


@pytest.mark.parametrize(
    ("band", "share", "words"),
    [
        ((400_000, 500_000), 1.0, "Price fits $400k-$500k"),
        ((None, 450_000), 1.0, "Price fits up to $450k"),
        ((450_000, None), 1.0, "Price fits from $450k"),
        ((None, None), 0.5, None),
        ((500_000, 900_000), 0.0, "Usually $500k-$900k"),
        ((None, 449_999), 0.0, "Usually up to $450k"),
    ],
)
def test_a_price_inside_the_band_earns_its_points_and_no_band_half_of_them(band, share, words):
    lead = ready(answers={"price_min": 380_000, "price_max": 450_000})
    to = agent(lead.team, profile={"price_min": band[0], "price_max": band[1]})

    found = candidate(lead, to)

    assert found.scores["price"] == 20 * share
    assert found.removed_by == ""
    if words:
        assert words in found.reasons


@pytest.mark.parametrize(
    ("side", "price", "points"),
    [(Side.SELL, 450_000, 0), (Side.SELL, 900_000, 20), (Side.BOTH, 900_000, 20), (Side.BUY, 900_000, 0)],
)
def test_a_sellers_price_is_the_one_they_expect(side, price, points):
    lead = ready()
    save_answers(
        lead=lead, changes={"side": side, "price_expected": price}, actor=lead.isa, at=NOW + timedelta(seconds=1)
    )

    assert candidate(lead, agent(lead.team, profile={"price_min": 800_000})).scores["price"] == points


def test_points_are_the_teams_own():
    lead = ready(language="es")
    area = AreaFactory.create(team=lead.team)
    save_answers(lead=lead, changes={"areas": [area]}, actor=lead.isa, at=NOW)
    local = agent(lead.team, profile={"areas": [area]})
    fluent = agent(lead.team, profile={"languages": ["es"]})

    assert [each.agent for each in ranked(lead)] == [local, fluent]
    policy(lead.team, area_points=0, language_points=100)
    found = ranked(lead)
    assert [each.agent for each in found] == [fluent, local]
    assert [each.scores["language"] for each in found] == [100, 0]


def test_the_score_is_the_sum_of_its_parts():
    lead = ready()
    open_handoff(ready(lead.team), to=agent(lead.team))
    agent(lead.team)

    for each in ranked(lead):
        assert each.score == pytest.approx(sum(each.scores.values()))
        assert set(each.scores) == {"known", "area", "language", "price", "fairness"}
    assert sum(each.scores["fairness"] for each in ranked(lead)) == 0


def test_a_team_that_lets_shares_go_does_not_count_them():
    lead = ready()
    busy = agent(lead.team)
    agent(lead.team)
    policy(lead.team, fairness_points=0)
    open_handoff(ready(lead.team), to=busy)

    assert {each.scores["fairness"] for each in ranked(lead)} == {0}


def test_four_leads_ahead_outweigh_the_area_by_the_usual_points():
    lead = ready()
    area = AreaFactory.create(team=lead.team)
    save_answers(lead=lead, changes={"areas": [area]}, actor=lead.isa, at=NOW)
    local, other = agent(lead.team, profile={"areas": [area]}), agent(lead.team)
    firsts = []
    for hour in range(5):
        firsts.append(ranked(lead)[0].agent)
        open_handoff(ready(lead.team), to=local, starts_at=SLOT + timedelta(hours=hour))

    # With each lead the local one gets half a lead further ahead, and the other one as much behind.
    assert firsts == [local] * 4 + [other]


def test_half_a_share_is_offered_half_as_many():
    lead = ready()
    full, half = agent(lead.team), agent(lead.team, profile={"weight": 50})
    got = {full: 0, half: 0}
    for number in range(9):
        first = ranked(lead)[0].agent
        got[first] += 1
        open_handoff(ready(lead.team), to=first, starts_at=SLOT + timedelta(hours=number % 4, days=7 * (number // 4)))

    assert got == {full: 6, half: 3}


def test_of_equals_whoever_has_waited_longest_comes_first_then_the_first_to_join():
    lead = ready()
    first, second, third = (agent(lead.team) for _ in range(3))
    for minute, to in enumerate((second, third, first)):
        open_handoff(ready(lead.team), to=to, at=NOW - timedelta(hours=1) + timedelta(minutes=minute))

    assert [each.agent for each in ranked(lead)] == [second, third, first]


def test_where_the_state_is_not_known_it_says_that_licences_are_not_checked():
    lead = ready(state="")
    agent(lead.team, profile={"states": ["CO"]})

    (found,) = ranked(lead)

    assert found.removed_by == ""
    assert "State not known: licence not checked" in found.reasons


def test_a_benched_agent_is_not_offered_and_the_reason_is_not_told():
    lead = ready()
    to, boss = agent(lead.team), team_lead(lead.team)
    bench(agent=to, reason="Three outcomes late", back_on=(NOW + timedelta(days=4)).date(), by=boss, at=NOW)

    found = candidate(lead, to)
    assert found.removed_by == "Benched until Fri, Nov 27"
    assert "outcomes late" not in " ".join(found.reasons)
    end_bench(agent=to, at=NOW + timedelta(hours=1))
    assert rank(lead=lead, team=lead.team, at=NOW + timedelta(hours=1))[0].removed_by == ""


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (0, "Has their fair share"),
        (-0.3, "Has their fair share"),
        (0.5, "Just ahead of their share"),
        (-0.9, "Just behind their share"),
        (-2.2, "2 fewer than their share in 28 days"),
        (3, "3 more than their share in 28 days"),
    ],
)
def test_a_share_is_said_in_plain_words(ahead, words):
    assert share_words(ahead, days=28) == words


def test_the_usual_points_are_what_the_fields_begin_with():
    usual = usual_routing()

    assert usual["area_points"] == 40
    assert usual["day_capacity"] is None
    assert {name: getattr(policy(ready().team), name) for name in usual} == usual
