"""The numbers: what is counted, whose, and for which days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handoff.models.numbers import Basis
from handoff.numbers.days import last_weeks, midnight
from handoff.numbers.figures import Figures, Share
from handoff.tests.counting import DAY, TODAY, Place
from leads.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return Place()


def by_name(rows):
    return {row.name: row.figures for row in rows}


# --- What is counted --------------------------------------------------------------------------------------------------


def test_show_rate_is_held_among_held_and_missed_with_pending_and_cancelled_apart(place):
    for ending in ("held", "held", "held", "missed", "pending", "cancelled"):
        place.put(ending)

    total = place.numbers().total

    assert (total.set, total.held, total.no_show, total.to_come, total.cancelled) == (6, 3, 1, 1, 1)
    assert total.show_rate == Share(3, 4)


def test_what_has_begun_and_is_not_reported_awaits_its_outcome_and_is_not_to_come(place):
    place.put("pending")
    place.put("pending", opened_at=NOW - DAY, lasts=DAY)  # begins this moment
    place.put("pending", opened_at=NOW - 3 * DAY, lasts=DAY)
    place.put("direct open", opened_at=NOW - DAY)

    total = place.numbers().total

    assert (total.to_come, total.awaiting) == (1, 2)


def test_handoffs_without_a_time_are_no_appointments(place):
    for ending in ("direct open", "direct reported", "direct returned"):
        place.put(ending)

    total = place.numbers().total

    assert (total.set, total.direct) == (0, 3)
    assert total.show_rate.value is None


def test_outcomes_on_time_are_counted_among_those_reported_or_overdue(place):
    place.put("held")
    place.put("held", is_on_time=False)
    place.put("pending", due_in=-timedelta(seconds=1))
    place.put("pending", due_in=timedelta(0))
    place.put("cancelled", due_in=-DAY)

    total = place.numbers().total

    assert total.outcome_on_time == Share(1, 3)
    assert (total.open, total.overdue) == (2, 1)


def test_good_leads_are_counted_among_those_who_showed(place):
    place.put("held")
    place.put("held", is_good=False)
    place.put("missed")

    assert place.numbers().total.good_rate == Share(1, 2)


def test_credit_is_the_setters_and_the_meeting_the_agents(place):
    place.put("held", isa=0, agent=0)
    place.put("missed", isa=0, agent=1)
    place.put("held", isa=1, agent=1)

    numbers = place.numbers()

    assert {name: (row.set, row.held) for name, row in by_name(numbers.by_isa).items()} == {
        "Isa One": (2, 1),
        "Isa Two": (1, 1),
    }
    assert {name: (row.set, row.held) for name, row in by_name(numbers.by_agent).items()} == {
        "Agent One": (1, 1),
        "Agent Two": (2, 1),
    }


def test_who_hands_over_most_stands_first(place):
    place.put("held", isa=1)
    place.put("direct open", isa=1)
    place.put("held", isa=0)

    assert [row.name for row in place.numbers().by_isa] == ["Isa Two", "Isa One"]


# --- Whose, and when --------------------------------------------------------------------------------------------------


def test_an_isa_sees_what_they_set_and_an_agent_what_they_took(place):
    place.put("held", isa=0, agent=0)
    place.put("held", isa=1, agent=1)

    assert list(by_name(place.numbers(place.isas[0]).by_isa)) == ["Isa One"]
    assert place.numbers(place.isas[0]).total.held == 1
    assert list(by_name(place.numbers(place.agents[1]).by_agent)) == ["Agent Two"]


def test_another_team_counts_for_nothing(place):
    Place().put("held")

    assert place.numbers().total == Figures()
    assert place.numbers().by_isa == ()


def test_the_day_it_was_set_and_the_day_it_takes_place_are_two_bases(place):
    place.put("held", opened_at=NOW - 10 * DAY, lasts=8 * DAY)
    last_days = {"since": TODAY - 3 * DAY, "until": TODAY}

    assert place.numbers(**last_days, basis=Basis.SET).total.held == 0
    assert place.numbers(**last_days, basis=Basis.HELD).total.held == 1


def test_a_handoff_without_a_time_takes_place_when_it_is_set(place):
    place.put("direct open")

    assert place.numbers(since=TODAY, until=TODAY + DAY, basis=Basis.HELD).total.direct == 1


def test_the_span_has_its_first_moment_and_not_its_last(place):
    place.put("held", opened_at=NOW)

    assert place.numbers(since=TODAY, until=TODAY + DAY).total.set == 1
    assert place.numbers(since=TODAY - DAY, until=TODAY).total.set == 0


def test_weeks_begin_on_the_teams_monday_and_empty_ones_are_there(place):
    chicago = ZoneInfo("America/Chicago")
    place.put("held", opened_at=datetime(2026, 11, 22, 23, 59, tzinfo=chicago))  # Sunday night; Monday in UTC
    place.put("held", opened_at=datetime(2026, 11, 9, 0, 0, tzinfo=chicago))

    since, until = last_weeks(place.team, 3, at=NOW)
    weeks = place.numbers(since=since, until=until).by_week

    assert [(week.begins_on, week.figures.set) for week in weeks] == [
        (date(2026, 11, 9), 1),
        (date(2026, 11, 16), 1),
        (date(2026, 11, 23), 0),
    ]


def test_a_week_in_which_clocks_change_begins_and_ends_at_midnight(place):
    days = last_weeks(place.team, 1, at=datetime(2026, 11, 1, 12, tzinfo=UTC))
    since, until = (midnight(place.team, day) for day in days)

    assert (since, until) == (datetime(2026, 10, 26, 5, tzinfo=UTC), datetime(2026, 11, 2, 6, tzinfo=UTC))
    assert until - since == timedelta(days=7, hours=1)


# --- Few cases --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "words", "is_few"),
    [
        (Share(0, 0), "-", True),
        (Share(3, 4), "3 of 4", True),
        (Share(19, 19), "19 of 19", True),
        (Share(13, 20), "65%", False),
    ],
)
def test_below_twenty_cases_the_count_is_said(share, words, is_few):
    assert (share.words, share.is_few) == (words, is_few)
