"""The arithmetic of shares: nobody is owed for days off, nobody is flooded, and over a season the weights are kept."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.clock import DAY
from handoff.routing.fairness import Sharer, Standing, standings

WINDOW = 28 * DAY


def sharer(key, *, weight=100, received=(), away=(), joined=0, left=None, credited=0):
    return Sharer(key, weight, joined, left, tuple(away), tuple(received), credited)


def stand(*sharers, until=WINDOW):
    return standings(sharers, since=0, until=until)


def test_what_came_is_shared_out_by_weight():
    found = stand(sharer(1, received=[DAY, 2 * DAY, 3 * DAY]), sharer(2, weight=50))

    assert found[1].expected == pytest.approx(2)
    assert found[2].expected == pytest.approx(1)
    assert (found[1].ahead, found[2].ahead) == (1, -1)


def test_nothing_is_expected_of_who_is_away():
    came = [day * DAY for day in range(1, 21)]
    found = stand(sharer(1, received=came), sharer(2, away=[(0, 10 * DAY + 1)]))

    # Of the last ten handoffs, half was due to each; of the first ten, all to the one who was there.
    assert found[1].expected == pytest.approx(15)
    assert found[2].expected == pytest.approx(5)
    assert found[2].days == pytest.approx(18, abs=0.01)


def test_overlapping_absences_count_once():
    found = stand(sharer(1, away=[(0, 5 * DAY), (3 * DAY, 7 * DAY)]))

    assert found[1].days == pytest.approx(21, abs=0.01)


def test_nothing_is_expected_of_who_had_not_joined_or_had_left():
    came = [5 * DAY, 15 * DAY, 25 * DAY]
    found = stand(sharer(1, received=came), sharer(2, joined=10 * DAY), sharer(3, left=10 * DAY))

    assert found[1].expected == pytest.approx(0.5 + 0.5 + 0.5)
    assert found[2].expected == pytest.approx(1)
    assert found[3].expected == pytest.approx(0.5)


def test_whoever_received_something_had_joined():
    found = stand(sharer(1, received=[DAY, 2 * DAY], joined=20 * DAY))

    assert found[1].ahead == 0


def test_what_came_while_nobody_was_there_is_expected_of_nobody():
    found = stand(sharer(1, received=[DAY], away=[(0, 2 * DAY)]), sharer(2, away=[(0, 2 * DAY)]))

    assert (found[1].ahead, found[2].ahead) == (1, 0)


def test_no_agents_and_no_handoffs_are_no_trouble():
    assert stand() == {}
    assert stand(sharer(1))[1] == Standing(expected=0, received=0, credited=0, days=28 + 1 / DAY, last_at=None)


# -- against the definition, word for word ------------------------------------

spans = st.tuples(st.integers(0, WINDOW), st.integers(1, 10 * DAY)).map(lambda pair: (pair[0], pair[0] + pair[1]))
agents = st.builds(
    lambda weight, received, away, joined, left: (weight, sorted(received), away, joined, left),
    st.integers(5, 300),
    st.lists(st.integers(1, WINDOW), max_size=8),
    st.lists(spans, max_size=3),
    st.integers(-DAY, WINDOW),
    st.none() | st.integers(DAY, WINDOW),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(agents, min_size=1, max_size=6))
def test_the_clock_of_shares_says_what_adding_up_each_handoff_says(team):
    sharers = [
        sharer(key, weight=weight, received=received, away=away, joined=joined, left=left)
        for key, (weight, received, away, joined, left) in enumerate(team)
    ]

    found = stand(*sharers)

    expected = dict.fromkeys(range(len(team)), 0.0)
    for moment in (moment for each in sharers for moment in each.received):
        there = [each for each in sharers if was_there(each, moment)]
        for each in there:
            expected[each.key] += each.weight / sum(one.weight for one in there)
    assert {key: each.expected for key, each in found.items()} == pytest.approx(expected)


def was_there(each, moment):
    begins = min([each.joined, *each.received[:1]])
    has_left = each.left is not None and moment >= each.left
    return moment >= begins and not has_left and not any(low <= moment < high for low, high in each.away)


# -- a season ------------------------------------------------------------------


@dataclass
class Agent:
    """One agent of a simulated season."""

    key: int
    weight: int
    away: list[Any] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    credited: list[int] = field(default_factory=list)
    due: float = 0.0

    def is_there(self, moment):
        return not any(low <= moment < high for low, high in self.away)


def play(team, *, days, a_day, no_shows, seed):
    """Let handoffs come for so many days, each to whom routing would put first; some turn out to be no-shows.

    ``due`` adds up, by the definition, what each was owed of the handoffs that count in the end.
    """
    chance = random.Random(seed)
    gaps = {}
    lost: list[Any] = []
    for number in range(days * a_day):
        moment = number * DAY // a_day
        for agent, missed in [each for each in lost if each[1] + 2 * DAY <= moment]:
            agent.received.remove(missed)
            agent.credited.append(missed)
            lost.remove((agent, missed))
        there = [agent for agent in team if agent.is_there(moment)]
        if not there:
            continue
        first = chosen(team, there, moment)
        first.received.append(moment)
        if chance.random() < no_shows:
            lost.append((first, moment))
        gaps[moment] = {agent.key: window_gap(team, agent, moment) for agent in there}
    for moment in sorted(moment for agent in team for moment in agent.received):
        there = [agent for agent in team if agent.is_there(moment)]
        for agent in there:
            agent.due += agent.weight / sum(one.weight for one in there)
    return gaps


def stood(team, moment):
    """How everybody stands: what a ranking at that moment would be told."""
    since = moment - WINDOW
    return standings(
        [
            sharer(
                agent.key,
                weight=agent.weight,
                joined=-WINDOW,
                away=agent.away,
                received=[when for when in agent.received if when > since],
            )
            for agent in team
        ],
        since=since,
        until=moment,
    )


def chosen(team, there, moment):
    stand = stood(team, moment)
    return min(there, key=lambda agent: (stand[agent.key].ahead, stand[agent.key].last_at or 0, agent.key))


def window_gap(team, agent, moment):
    return stood(team, moment)[agent.key].ahead


vacations = st.lists(
    st.tuples(st.integers(0, 80), st.integers(3, 21)).map(lambda off: (off[0] * DAY, (off[0] + off[1]) * DAY)),
    max_size=2,
)
teams = st.lists(st.tuples(st.sampled_from((25, 50, 100, 150, 200)), vacations), min_size=2, max_size=6)

#: Of 360 handoffs in 90 days, a fifth of them no-shows, nobody ends further than so many from what was due to them
#: (measured over 120 teams: 3.0). No-shows are made up for two days late, and what leaves the window is settled.
SEASON_BOUND = 4
#: Without no-shows nobody is ever further from the fair share of the window (measured: 1.4 ahead, 1.9 behind).
WINDOW_BOUND = 2.5


@settings(max_examples=25, deadline=None)
@given(teams, st.integers(0, 10_000))
def test_over_a_season_what_each_received_comes_to_what_was_due_by_weight(shape, seed):
    team = [Agent(key, weight, list(away)) for key, (weight, away) in enumerate(shape)]

    play(team, days=90, a_day=4, no_shows=0.2, seed=seed)

    for agent in team:
        assert abs(len(agent.received) - agent.due) <= SEASON_BOUND, (agent.key, len(agent.received), agent.due)


@settings(max_examples=25, deadline=None)
@given(teams, st.integers(0, 10_000))
def test_without_no_shows_nobody_is_ever_further_from_the_fair_share_than_the_bound(shape, seed):
    team = [Agent(key, weight, list(away)) for key, (weight, away) in enumerate(shape)]

    gaps = play(team, days=90, a_day=4, no_shows=0, seed=seed)

    assert max(abs(gap) for there in gaps.values() for gap in there.values()) <= WINDOW_BOUND


def test_equal_agents_share_equally_and_a_double_share_is_double():
    team = [Agent(0, 100), Agent(1, 100), Agent(2, 200)]

    play(team, days=90, a_day=4, no_shows=0, seed=1)

    assert [len(agent.received) for agent in team] == pytest.approx([90, 90, 180], abs=2)


def test_an_agent_back_from_two_weeks_off_is_not_flooded():
    away = (30 * DAY, 44 * DAY)
    team = [Agent(0, 100, [away]), *(Agent(key, 100) for key in range(1, 4))]

    play(team, days=60, a_day=4, no_shows=0, seed=1)

    def received(agent, first, last):
        return sum(first * DAY <= moment < last * DAY for moment in agent.received)

    back = team[0]
    assert received(back, 30, 44) == 0
    # Four a day among four agents is one a day for each: the first week back is like any other week.
    assert received(back, 44, 51) == pytest.approx(7, abs=1)
    assert received(back, 16, 30) == pytest.approx(14, abs=1)
    for colleague in team[1:]:
        assert received(colleague, 44, 51) == pytest.approx(7, abs=1)


def test_a_no_show_is_made_up_for():
    team = [Agent(0, 100), Agent(1, 100)]
    team[0].received, team[1].received = [1 * DAY], [2 * DAY]

    team[0].credited.append(team[0].received.pop())

    assert chosen(team, team, 3 * DAY) is team[0]
