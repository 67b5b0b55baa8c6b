"""Costs as they are entered, and what a held appointment cost by them."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine

from handoff.aims.spending import Costs, Worth, costs_of, enter_costs, worth_of
from handoff.numbers.asking import Question
from handoff.numbers.figures import Figures
from handoff.numbers.folding import fold_changes
from handoff.numbers.queries import totals_for
from handoff.states import Method
from handoff.tests.counting import DAY, Place
from handoff.tests.pages import signed_in
from leads.tests.factories import NOW

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def place() -> Place:
    place = Place()
    enter_costs(team=place.team, month=NOVEMBER, costs=Costs({"Portal": 3_000, "": 300}, rest=6_000))
    enter_costs(team=place.team, month=date(2026, 10, 1), costs=Costs({"Portal": 3_100}))
    return place


def spent(place, since=NOVEMBER, until=DECEMBER, **narrowed) -> int | None:
    return worth_of(Question(place.team.pk, since, until, **narrowed), Figures(), at=NOW).spent


def test_a_whole_month_costs_all_that_was_entered(place):
    assert spent(place) == 9_300


def test_a_part_of_a_month_costs_its_days(place):
    assert spent(place, date(2026, 11, 1), date(2026, 11, 11)) == 3_100
    assert spent(place, date(2026, 10, 31), date(2026, 11, 2)) == 100 + 310


def test_leads_of_one_source_cost_what_was_paid_for_them(place):
    assert spent(place, source="Portal") == 3_000
    assert spent(place, source="") == 300
    assert spent(place, source="Referral") is None


def test_of_one_persons_handoffs_no_cost_is_told_and_the_page_says_why(place):
    for narrowed in ({"isa": 1}, {"agent": 1}, {"area": "Lakeview"}, {"method": Method.LIVE}):
        worth = worth_of(Question(place.team.pk, NOVEMBER, DECEMBER, **narrowed), Figures(held=3), at=NOW)
        assert worth.spent is None
        assert "whole team" in worth.why_not


def test_cost_per_held_and_how_often_the_commission_covers_it():
    worth = Worth(commission=27_900, held=31, brought=27_900, spent=9_300)
    assert (worth.cost_per_held, worth.times) == (300, 3.0)
    assert Worth(held=0, commission=0, spent=9_300).cost_per_held is None
    assert Worth(commission=9, held=4).times is None


def test_entering_a_month_again_replaces_it_and_no_other(place):
    enter_costs(team=place.team, month=NOVEMBER, costs=Costs({"Portal": 10}))
    assert costs_of(place.team, NOVEMBER) == Costs({"Portal": 10})
    assert costs_of(place.team, date(2026, 10, 1)) == Costs({"Portal": 3_100})


def test_a_team_lead_enters_them_by_source(place):
    place.put("held", source="Referral")
    with time_machine.travel(NOW, tick=False):
        fold_changes(at=NOW)
        client = signed_in(place.boss)
        page = client.get("/numbers/aims/").content.decode()
        assert "Referral" in page
        assert "Portal" in page
        said = {"cost-": "", "cost-Portal": "2.5k", "rest": "7,000", "new_source": "Open house", "new_amount": "119.50"}
        assert client.post("/numbers/aims/costs/", said).status_code == 302
    assert costs_of(place.team, NOVEMBER) == Costs({"Portal": 2_500, "Open house": 120}, 7_000)


def test_a_new_source_without_an_amount_is_asked_for(place):
    before = costs_of(place.team, NOVEMBER)
    with time_machine.travel(NOW, tick=False):
        answer = signed_in(place.boss).post("/numbers/aims/costs/", {"new_source": "Open house"})
    assert answer.status_code == 422
    assert "Name the other source" in answer.content.decode()
    assert costs_of(place.team, NOVEMBER) == before


def test_a_month_that_is_none_is_refused(place):
    with time_machine.travel(NOW, tick=False):
        client = signed_in(place.boss)
        refused = client.get("/numbers/aims/?month=2026-11-02")
        assert refused.status_code == 422
        assert "Month: Choose one of those that are offered." in refused.text
        assert client.post("/numbers/aims/costs/?month=soon", {"rest": "1"}).status_code == 422


def test_the_months_begin_with_this_one_and_go_back(place):
    with time_machine.travel(NOW, tick=False):
        page = signed_in(place.boss).get("/numbers/aims/").text
    offered = re.findall(r'<option value="([\d-]+)" ?(selected)?>', page.partition('id="id_month"')[2])
    assert offered[:3] == [("2026-11-01", "selected"), ("2026-10-01", ""), ("2026-09-01", "")]
    assert (len(offered), offered[-1]) == (37, ("2023-11-01", ""))


def test_costs_of_another_team_are_not_counted(place):
    other = Place()
    assert spent(other) is None
    question = Question(other.team.pk, NOVEMBER, DECEMBER)
    assert worth_of(question, Figures(), at=NOW).why_not == "No costs are entered for these days."


def test_what_was_filled_in_over_other_costs_is_shown_with_them_and_saved_the_second_time(place):
    with time_machine.travel(NOW, tick=False):
        client = signed_in(place.boss)
        seen = costs_of(place.team, NOVEMBER).fingerprint
        enter_costs(team=place.team, month=NOVEMBER, costs=Costs({"Billboards": 999, "Portal": 3_000}))
        answer = client.post("/numbers/aims/costs/", {"seen": seen, "cost-Portal": "450", "rest": "10"})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Billboards 999" in page
        assert costs_of(place.team, NOVEMBER).leads == {"Billboards": 999, "Portal": 3_000}
        now = costs_of(place.team, NOVEMBER).fingerprint
        assert now in page
        again = {"seen": now, "cost-Portal": "450", "cost-Billboards": "999", "rest": "10"}
        assert client.post("/numbers/aims/costs/", again).status_code == 302
    assert costs_of(place.team, NOVEMBER) == Costs({"Billboards": 999, "Portal": 450}, 10)


def test_a_source_that_somebody_adds_meanwhile_is_kept_by_who_saves_what_they_are_shown(place):
    client = signed_in(place.boss)
    with time_machine.travel(NOW, tick=False):
        seen = costs_of(place.team, NOVEMBER).fingerprint
        enter_costs(team=place.team, month=NOVEMBER, costs=Costs({"Portal": 450, "Fair": 700}))
        answer = client.post("/numbers/aims/costs/", {"seen": seen, "cost-Portal": "450", "rest": "10"})
        assert answer.status_code == 422

        shown = {field.name: field.value() for field in answer.context["costs"] if field.value() not in (None, "")}
        assert client.post("/numbers/aims/costs/", shown).status_code == 302

    assert costs_of(place.team, NOVEMBER) == Costs({"Portal": 450, "Fair": 700}, 10)


def test_a_source_of_the_list_is_refused_as_another_one_in_any_spelling_with_all_that_was_typed(place):
    before = costs_of(place.team, NOVEMBER)
    said = {"cost-Portal": "3.1k", "new_source": "PORTAL", "new_amount": "100", "rest": "6,001"}
    with time_machine.travel(NOW, tick=False):
        answer = signed_in(place.boss).post("/numbers/aims/costs/", said)

    form = answer.context["costs"]
    assert answer.status_code == 422
    assert form.errors == {"new_source": ["Portal is in the list above: change it there."]}
    assert {name: form[name].value() for name in said} == said
    assert costs_of(place.team, NOVEMBER) == before


def test_a_source_needs_a_name(place):
    with time_machine.travel(NOW, tick=False):
        answer = signed_in(place.boss).post("/numbers/aims/costs/", {"new_source": "-", "new_amount": "5"})
    assert answer.context["costs"].errors == {"new_source": ["A source needs a name."]}


def test_only_handoffs_of_the_last_months_with_costs_count(place):
    for days in (1, 2, 30, 70, 80, 90):
        place.put("held", opened_at=NOW - days * DAY, deal="closed")
    enter_costs(team=place.team, month=date(2026, 8, 1), costs=Costs({}, rest=50))
    question = Question(place.team.pk, date(2026, 8, 1), DECEMBER)
    total = totals_for(question, at=NOW)

    worth = worth_of(question, total, at=NOW)

    assert (worth.said, worth.unsaid) == (
        (date(2026, 10, 1), NOVEMBER),
        (date(2026, 8, 1), date(2026, 9, 1)),
    )
    assert (worth.held, worth.spent, worth.cost_per_held) == (3, 12_400, 4_133)
    assert worth.commission == total.commission > worth.brought > 0


def test_which_months_a_cost_is_of_is_said(place):
    place.put("held")
    with time_machine.travel(NOW, tick=False):
        page = signed_in(place.boss).get("/numbers/aims/beside/?weeks=26").text

    assert "Cost and return are of October to November 2026 alone" in page
    assert "(1 held then)" in page
