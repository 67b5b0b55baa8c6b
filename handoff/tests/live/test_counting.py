"""Live transfers counted: what became of them, how fast, whose, and how each agent answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handoff.models.transfers import DropReason, PassReason
from handoff.numbers.days import last_weeks, midnight
from handoff.numbers.figures import Share
from handoff.numbers.transfers import (
    CASES,
    ENDS,
    Within,
    answers_by_agent,
    pass_reasons,
    transfer_figures,
    transfers_by_week,
)
from handoff.states import RingStatus, TransferStatus
from handoff.tests.live.counted import DAY, SECOND, Desk
from leads.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return Desk()


def within(desk, viewer=None, **narrowed: Any) -> Within:
    span = {"since": NOW - 7 * DAY, "until": NOW + DAY}
    return Within(viewer or desk.boss, **{**span, **narrowed})


def figures(desk, viewer=None, **narrowed: Any):
    return transfer_figures(within(desk, viewer, **narrowed))


def answers(desk, viewer=None, **narrowed: Any):
    return {row.name: row for row in answers_by_agent(within(desk, viewer, **narrowed))}


# --- What became of them ----------------------------------------------------------------------------------------------


def test_each_transfer_is_counted_once_by_how_it_ended(desk):
    for status in TransferStatus:
        desk.put(status)

    found = figures(desk)

    assert found.requested == 6
    assert (found.connected, found.dropped, found.expired, found.cancelled, found.under_way) == (1, 1, 1, 1, 2)
    assert found.connect_rate == Share(1, 4)


def test_accepted_are_all_that_an_agent_took_whatever_came_of_them(desk):
    for status in (TransferStatus.ACCEPTED, TransferStatus.CONNECTED, TransferStatus.DROPPED, TransferStatus.EXPIRED):
        desk.put(status)

    assert figures(desk).accepted == 3


@pytest.mark.parametrize("case", CASES)
def test_the_cases_behind_a_number_are_as_many_as_it_says(desk, case):
    for status in TransferStatus:
        desk.put(status)
    desk.put(TransferStatus.EXPIRED, shown=None)

    assert within(desk).transfers().filter(CASES[case][1]).count() == getattr(figures(desk), case)


def test_reasons_of_drops_stand_the_commonest_first(desk):
    for reason in (DropReason.LINE, DropReason.CLIENT_GONE, DropReason.CLIENT_GONE):
        desk.put(TransferStatus.DROPPED, drop_reason=reason)

    assert [(each.label, each.count) for each in figures(desk).drops] == [
        ("The client hung up", 2),
        ("The call could not be put through", 1),
    ]


# --- How fast ---------------------------------------------------------------------------------------------------------


def test_each_step_is_measured_from_the_request_in_the_middle_and_for_nine_of_ten(desk):
    for number in range(1, 12):
        desk.put(TransferStatus.CONNECTED, shown=number / 10, accepted=number * 10, connected=number * 20)

    found = figures(desk)

    assert (found.to_shown.median, found.to_shown.p90) == (SECOND * 0.6, SECOND)
    assert (found.to_accepted.median, found.to_accepted.p90) == (SECOND * 60, SECOND * 100)
    assert (found.to_connected.median, found.to_connected.p90) == (SECOND * 120, SECOND * 200)


def test_between_two_the_middle_is_between_them_as_postgresql_has_it(desk):
    desk.put(TransferStatus.CONNECTED, connected=20)
    desk.put(TransferStatus.CONNECTED, connected=50)

    took = figures(desk).to_connected

    assert took.seconds == (35.0, 47.0)
    assert (took.cases, took.is_few) == (2, True)


def test_a_step_that_was_never_reached_is_measured_for_none(desk):
    desk.put(TransferStatus.EXPIRED, shown=None)
    desk.put(TransferStatus.EXPIRED, shown=4)

    found = figures(desk)

    assert (found.to_shown.cases, found.to_shown.median) == (1, 4 * SECOND)
    assert (found.to_accepted.cases, found.to_accepted.median, found.to_accepted.p90) == (0, None, None)


def test_nothing_at_all_has_no_speed_and_no_rate(desk):
    found = figures(desk)

    assert (found.requested, found.connect_rate.words, found.to_connected.seconds) == (0, "-", (None, None))
    assert answers(desk) == {}


# --- Agents -----------------------------------------------------------------------------------------------------------


def test_each_ring_of_an_agent_counts_by_how_it_went(desk):
    transfer = desk.put(TransferStatus.CONNECTED, agent=1, accepted=12)
    desk.ring(transfer, RingStatus.MISSED)
    desk.ring(transfer, RingStatus.TAKEN, rung=2)
    passed = desk.put(TransferStatus.EXPIRED)
    desk.ring(passed, RingStatus.PASSED, pass_reason=PassReason.BUSY)
    desk.ring(desk.put(TransferStatus.CANCELLED), RingStatus.CALLED_OFF)

    one, two = answers(desk)["Agent One"], answers(desk)["Agent Two"]

    assert (one.rung, one.accepted, one.passed, one.missed, one.taken, one.called_off) == (4, 0, 1, 1, 1, 1)
    assert one.accept_rate == Share(0, 2)
    assert one.to_accept.cases == 0
    assert (two.accepted, two.to_accept.median, two.accept_rate) == (1, 12 * SECOND, Share(1, 1))


def test_reasons_for_passing_are_added_up_and_none_given_is_none(desk):
    transfer = desk.put(TransferStatus.EXPIRED)
    desk.ring(transfer, RingStatus.PASSED, pass_reason=PassReason.DRIVING)
    desk.ring(transfer, RingStatus.PASSED, agent=1, pass_reason=PassReason.DRIVING)
    desk.ring(transfer, RingStatus.PASSED, rung=2)

    rows = answers_by_agent(within(desk))

    assert [(each.value, each.count) for each in pass_reasons(rows)] == [(PassReason.DRIVING, 2)]
    assert sum(row.passed for row in rows) == 3


def test_who_was_rung_most_stands_first(desk):
    transfer = desk.put(TransferStatus.EXPIRED)
    desk.ring(transfer, RingStatus.MISSED)
    desk.ring(transfer, RingStatus.MISSED, agent=1)
    desk.ring(transfer, RingStatus.MISSED, agent=1, rung=2)

    assert list(answers(desk)) == ["Agent Two", "Agent One"]


# --- Whose, and when --------------------------------------------------------------------------------------------------


def test_an_isa_counts_what_they_asked_for_whatever_they_ask(desk):
    desk.put(TransferStatus.CONNECTED, isa=0)
    desk.put(TransferStatus.CONNECTED, isa=1, agent=1)
    isa, other = desk.isas

    assert figures(desk, isa).connected == 1
    assert figures(desk, isa, isa=other.pk).connected == 1
    assert list(answers(desk, isa, isa=other.pk)) == ["Agent One"]


def test_an_agent_counts_what_they_accepted_and_their_own_rings_whatever_they_ask(desk):
    desk.put(TransferStatus.CONNECTED, agent=0)
    theirs = desk.put(TransferStatus.CONNECTED, agent=1)
    desk.ring(theirs, RingStatus.TAKEN, agent=0)
    one, two = desk.agents

    for asked in ({}, {"agent": two.pk}):
        assert figures(desk, one, **asked).requested == 1
        assert {name: row.rung for name, row in answers(desk, one, **asked).items()} == {"Agent One": 2}


def test_a_team_lead_may_look_at_one_isa_or_one_agent(desk):
    desk.put(TransferStatus.CONNECTED, isa=0, agent=0)
    taken = desk.put(TransferStatus.DROPPED, isa=1, agent=1)
    desk.ring(taken, RingStatus.MISSED, agent=0)

    assert figures(desk, isa=desk.isas[1].pk).dropped == 1
    assert figures(desk, agent=desk.agents[0].pk).requested == 1
    assert answers(desk, agent=desk.agents[0].pk)["Agent One"].rung == 2


def test_another_teams_transfers_count_for_nothing(desk):
    other = Desk()
    other.ring(other.put(TransferStatus.CONNECTED), RingStatus.MISSED, agent=1)

    assert figures(desk).requested == 0
    assert answers(desk) == {}
    assert figures(desk, isa=other.isas[0].pk, agent=other.agents[0].pk).requested == 0


def test_the_span_has_its_first_moment_and_not_its_last(desk):
    desk.ring(desk.put(TransferStatus.EXPIRED, at=NOW), RingStatus.MISSED)

    assert figures(desk, since=NOW, until=NOW + DAY).requested == 1
    assert figures(desk, since=NOW - DAY, until=NOW).requested == 0
    assert answers(desk, since=NOW - DAY, until=NOW) == {}


def test_weeks_are_the_teams_and_those_without_transfers_are_there(desk):
    desk.put(TransferStatus.CONNECTED)
    desk.put(TransferStatus.EXPIRED, at=NOW - timedelta(days=14))
    since, until = (midnight(desk.team, day) for day in last_weeks(desk.team, 3, at=NOW))

    weeks = transfers_by_week(within(desk, since=since, until=until))

    assert [[getattr(week, name) for name in ENDS] for week in weeks] == [[0, 0, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0]]


@pytest.mark.parametrize("rows", [1, 4])
def test_all_of_it_is_three_queries_however_many_there_are(desk, rows, django_assert_num_queries):
    for _ in range(rows):
        desk.ring(desk.put(TransferStatus.CONNECTED), RingStatus.MISSED, agent=1)
    asked = within(desk)

    with django_assert_num_queries(3):
        transfer_figures(asked)
        answers_by_agent(asked)
        transfers_by_week(asked)
