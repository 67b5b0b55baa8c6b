"""Goals, costs and cold leads as the page of numbers shows them."""

from __future__ import annotations

from datetime import date

import pytest

from handoff.aims.goals import set_goals
from handoff.aims.shown import aims_for
from handoff.models import ColdTally
from handoff.models.aims import Aim
from handoff.numbers.asking import Question
from handoff.numbers.figures import Figures, Numbers, Row
from handoff.tests.counting import Place
from leads.tests.factories import NOW

pytestmark = pytest.mark.django_db

SINCE, UNTIL = date(2026, 11, 2), date(2026, 11, 30)


@pytest.fixture
def place() -> Place:
    return Place()


def found(**closed_of: tuple[int, int]) -> Numbers:
    rows = tuple(Row(key, key, Figures(handed=of, signed=n, closed=n)) for key, (n, of) in closed_of.items())
    return Numbers(Figures(), rows, (), (), (), (), ())


def aims(place, numbers, **whose):
    question = Question(place.team.pk, SINCE, UNTIL)
    return aims_for(question, numbers, viewer=whose.pop("viewer", place.boss), whose=whose.pop("whose", None), at=NOW)


def test_shares_lie_on_one_axis_that_holds_every_interval(place):
    ColdTally.objects.create(team=place.team, week=SINCE, source="", leads=1000, signed=20, closed=10)

    shown = aims(place, found(live=(30, 200), scheduled=(8, 200), direct=(1, 5)))

    assert shown.axis_ends == "25%"
    cold, live, scheduled, direct = shown.lines
    assert cold.whisker.at == pytest.approx(4)
    assert live.whisker.at == pytest.approx(60)
    assert all(0 <= each.whisker.low < each.whisker.at < each.whisker.high <= 100 for each in (cold, live, scheduled))
    assert live.whisker.says == "15.0%, between 10.7% and 20.6%"
    assert live.whisker.between == "10.7 to 20.6%"
    assert direct.whisker is None
    assert [line.of.verdict for line in (live, scheduled, direct)] == [
        "better than your cold leads",
        "better than your cold leads",
        "too few to say",
    ]


def test_goals_are_the_teams_unless_one_person_is_looked_at(place):
    set_goals(team=place.team, membership=None, month=date(2026, 11, 1), goals={Aim.HELD: 40})
    set_goals(team=place.team, membership=place.isas[0], month=date(2026, 11, 1), goals={Aim.HELD: 9})

    def goals(**whose):
        return [each.goal for each in aims(place, found(), **whose).progress]

    assert goals() == [40]
    assert goals(whose=place.isas[0]) == [9]
    assert goals(viewer=place.isas[0]) == [9]
    assert goals(viewer=place.isas[1]) == []


@pytest.mark.parametrize("rows", [1, 40])
def test_it_costs_six_queries_however_much_there_is(place, rows, django_assert_num_queries):
    set_goals(team=place.team, membership=None, month=date(2026, 11, 1), goals={Aim.HELD: 40})
    for number in range(rows):
        place.put("held", isa=number % 2, agent=number % 2)
    with django_assert_num_queries(6):
        aims(place, found(live=(3, 200)))
