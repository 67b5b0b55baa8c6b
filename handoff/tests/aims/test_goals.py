"""Goals of a month: which hold, and how far the month has come towards them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from handoff.aims.goals import Progress, goals_of, progress_of, set_goals
from handoff.models.aims import Aim
from handoff.tests.counting import DAY, Place
from handoff.tests.pages import signed_in
from leads.tests.factories import NOW
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def place() -> Place:
    return Place()


def goal(place, month=NOVEMBER, membership=None, **goals) -> None:
    named = {Aim(name): number for name, number in goals.items()}
    set_goals(team=place.team, membership=membership, month=month, goals=named)


def test_a_goal_holds_from_its_month_on_until_another_or_none(place):
    goal(place, held=40)
    goal(place, month=date(2027, 1, 1), held=50)
    goal(place, month=date(2027, 3, 1), held=0)

    def in_month(year, month):
        return goals_of(place.team, None, month=date(year, month, 1))

    assert in_month(2026, 10) == {}
    assert in_month(2026, 12) == {Aim.HELD: 40}
    assert in_month(2027, 2) == {Aim.HELD: 50}
    assert in_month(2027, 3) == {}


def test_each_thing_is_counted_in_the_month_in_which_it_happens(place):
    goal(place, set=10, held=10, good=10, signed=10, closed=10, commission=90_000)
    place.put("held", opened_at=NOW - 40 * DAY, lasts=39 * DAY, deal="signed")  # set in October, held in November
    place.put("held", opened_at=NOW - 5 * DAY, lasts=4 * DAY, is_good=False)
    place.put("pending", opened_at=NOW - 5 * DAY, lasts=6 * DAY)  # to come in this month
    place.put("pending", opened_at=NOW - 5 * DAY, lasts=40 * DAY)  # ... and in January
    place.put("held", opened_at=NOW - 70 * DAY, deal="closed")  # handed off in September, closed today

    done = {each.aim: each.done for each in progress_of(place.team, None, at=NOW)}
    assert (done[Aim.SET], done[Aim.HELD], done[Aim.GOOD]) == (3, 2, 1)
    assert (done[Aim.SIGNED], done[Aim.CLOSED]) == (2, 1)
    assert done[Aim.COMMISSION] > 9_000
    held = next(each for each in progress_of(place.team, None, at=NOW) if each.aim == Aim.HELD)
    assert (held.to_come, held.day, held.days) == (1, 23, 30)


def test_a_persons_goal_counts_what_is_theirs(place):
    goal(place, membership=place.isas[0], held=5)
    goal(place, membership=place.agents[0], closed=2)
    place.put("held", isa=0, agent=1)
    place.put("held", isa=1, agent=0, opened_at=NOW - 2 * DAY, deal="closed")

    assert [each.done for each in progress_of(place.team, place.isas[0], at=NOW + DAY)] == [1]
    assert [each.done for each in progress_of(place.team, place.agents[0], at=NOW)] == [1]
    assert progress_of(place.team, place.agents[1], at=NOW) == []


@pytest.mark.parametrize(
    ("done", "words"),
    [(40, "Reached"), (20, "On pace"), (19, "Close"), (18, "Close"), (17, "Behind"), (0, "Behind")],
)
def test_half_a_month_on_the_way_to_forty(done, words):
    assert Progress(Aim.HELD, 40, done, day=15, days=30).words == words


def test_a_team_lead_sets_them_and_earlier_months_keep_theirs(place):
    with time_machine.travel(NOW - timedelta(days=31), tick=False):
        signed_in(place.boss).post("/numbers/aims/goals/", {"held": "30", "commission": "45k"})
    with time_machine.travel(NOW, tick=False):
        client = signed_in(place.boss)
        assert client.post("/numbers/aims/goals/", {"held": "40"}).status_code == 302
        assert 'value="40"' in client.get("/numbers/aims/").content.decode()
    assert goals_of(place.team, None, month=date(2026, 10, 1)) == {Aim.HELD: 30, Aim.COMMISSION: 45_000}
    assert goals_of(place.team, None, month=NOVEMBER) == {Aim.HELD: 40}


def test_what_is_no_number_is_said_and_nothing_is_changed(place):
    goal(place, held=40)
    with time_machine.travel(NOW, tick=False):
        client = signed_in(place.boss)
        answer = client.post("/numbers/aims/goals/", {"set": "many", "held": "-3", "good": "2000000001"})
        assert answer.status_code == 422
        words = ["Enter a number from 0 to 2,000,000,000."]
        assert answer.context["goals"].errors == {"set": words, "held": words, "good": words}
        stranger = people.isa()
        assert client.get(f"/numbers/aims/?whose={stranger.pk}").status_code == 422
        assert client.post(f"/numbers/aims/goals/?whose={stranger.pk}", {"held": "3"}).status_code == 422
    assert goals_of(place.team, None, month=NOVEMBER) == {Aim.HELD: 40}
