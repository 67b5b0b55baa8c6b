from __future__ import annotations

import csv
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.deals.queries import PAGE, DealQuestion, all_deals
from handoff.models import Deal
from handoff.states import DealStatus
from handoff.tests.counting import Place
from handoff.tests.deals.test_moving import LATER, day, met, say
from handoff.tests.pages import signed_in
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def later():
    with time_machine.travel(LATER, tick=False):
        yield


def url(handoff) -> str:
    return reverse("handoff:deal", args=[handoff.pk])


@pytest.mark.parametrize("role", [people.isa, people.agent, people.lead])
def test_every_role_finds_deals_in_the_rail_and_not_among_a_phones_tabs(role):
    rail, tabs = signed_in(role()).get(reverse("handoff:day")).text.split('class="tabbar"')

    link = f'href="{reverse("handoff:deals")}"'
    assert link in rail
    assert link not in tabs


def test_the_agent_says_that_it_is_under_contract_with_the_commission_as_a_percentage():
    handoff = met()

    said = {"to": "under_contract", "on": day(9).isoformat(), "price": "450k", "percent": "3"}
    answer = signed_in(handoff.agent).post(url(handoff), said)

    assert answer.status_code == 302
    deal = Deal.objects.get()
    assert (deal.status, deal.price, deal.commission) == (DealStatus.UNDER_CONTRACT, 450_000, 13_500)


@pytest.mark.parametrize(
    ("amounts", "commission"),
    [({"commission": "20,000.50"}, 20_001), ({"commission": "19,999.49"}, 19_999), ({"percent": "2.5"}, 2_501)],
)
def test_cents_of_a_commission_are_rounded_half_up(amounts, commission):
    handoff = met()

    said = {"to": "under_contract", "on": day(9).isoformat(), "price": "100,020", **amounts}
    assert signed_in(handoff.agent).post(url(handoff), said).status_code == 302

    assert Deal.objects.get().commission == commission


def test_what_is_refused_stands_at_its_field_and_nothing_is_lost():
    handoff = met()
    say(handoff, DealStatus.UNDER_CONTRACT, day(2))

    answer = signed_in(handoff.agent).post(url(handoff), {"to": "closed", "on": day(9).isoformat(), "price": "450k"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say what the commission is" in page
    assert 'value="450k"' in page


def test_an_isa_reads_it_and_is_told_who_says_it():
    handoff = met()

    assert "Only the agent" in signed_in(handoff.setter).get(url(handoff)).content.decode()
    assert signed_in(handoff.setter).post(url(handoff), {"to": "signed"}).status_code == 409


def test_another_isa_finds_neither_the_deal_nor_the_way_to_it():
    handoff = met()
    say(handoff, DealStatus.UNDER_CONTRACT, day(1), price=400_000, commission=12_000)
    mate = people.isa(handoff.team)
    theirs, mates = signed_in(handoff.setter), signed_in(mate)
    panel, brief = reverse("handoff:panel", args=[handoff.lead_id]), reverse("handoff:brief", args=[handoff.pk])

    assert theirs.get(url(handoff)).status_code == 200
    assert url(handoff) in theirs.get(panel).content.decode()
    assert mates.get(url(handoff)).status_code == 404
    assert url(handoff) not in mates.get(panel).content.decode()
    assert mates.get(brief).status_code == 200


def test_isas_have_the_deals_they_set_in_the_list_and_its_sums():
    handoff = met()
    say(handoff, DealStatus.UNDER_CONTRACT, day(1), price=400_000, commission=12_000)
    mate = people.isa(handoff.team)

    own, mates, teams = (
        signed_in(each).get(reverse("handoff:deals")).content.decode()
        for each in (handoff.setter, mate, people.lead(handoff.team))
    )

    assert "$12,000 commission" in own
    assert handoff.lead.name in own
    assert "$12,000 commission" not in mates
    assert handoff.lead.name not in mates
    assert handoff.lead.name in teams


def test_the_list_asks_as_many_queries_of_thirty_deals_as_of_one():
    handoff = met()
    boss = people.lead(handoff.team)
    say(handoff, DealStatus.SIGNED, day(1))
    few = asked(boss)
    for _ in range(5):
        other = met()
        deal = say(other, DealStatus.SIGNED, day(1))
        Deal.objects.filter(pk=deal.pk).update(team=handoff.team)

    assert asked(boss) == few <= 10


def asked(boss) -> int:
    client = signed_in(boss)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("handoff:deals"))
    assert page.status_code == 200
    return len(queries)


def test_the_file_has_every_deal_that_one_may_see_or_those_of_a_status():
    place = Place()
    for n in range(5):
        place.put("held", isa=n % 2, deal="closed" if n < 3 else "signed")

    def table(member, **asked) -> list[dict[str, str]]:
        answer = signed_in(member).get(reverse("handoff:deals-csv"), asked)
        return list(csv.DictReader(answer.getvalue().decode("utf-8-sig").splitlines()))

    rows = table(place.boss)
    assert len({row["Handoff"] for row in rows}) == len(rows) == 5
    assert [each.handoff_id for each in all_deals(DealQuestion(place.boss), at_once=2)] == [
        int(row["Handoff"]) for row in rows
    ]
    closed = table(place.boss, status="closed")
    assert [row["Stands at"] for row in closed] == ["Closed"] * 3
    brought = Deal.objects.filter(status="closed").values_list("handoff", "closed_on", "commission")
    assert {(row["Handoff"], row["Closed on"], row["Commission"]) for row in closed} == {
        (str(pk), day.isoformat(), str(commission)) for pk, day, commission in brought
    }
    assert len(table(place.isas[0])) == 3
    assert table(people.lead()) == []
    assert signed_in(place.boss).get(reverse("handoff:deals-csv"), {"status": "won"}).status_code == 422


def test_a_list_of_one_status_shows_that_one():
    handoff = met()
    say(handoff, DealStatus.SIGNED, day(1))
    client = signed_in(people.lead(handoff.team))

    assert handoff.lead.name in client.get(reverse("handoff:deals"), {"status": "signed"}).content.decode()
    assert handoff.lead.name not in client.get(reverse("handoff:deals"), {"status": "lost"}).content.decode()
    assert client.get(reverse("handoff:deals"), {"status": "nonsense"}).status_code == 422


def test_deals_stand_in_the_order_of_the_days_they_show_from_page_to_page():
    place = Place()
    for n in range(PAGE + 3):
        dates = {"signed_on": day(1 + n % 3), "closed_on": day(1 + n % 7)}
        deal = place.put("held", deal=("signed", "closed")[n % 2]).deal
        Deal.objects.filter(pk=deal.pk).update(**dates if n % 2 else {"signed_on": dates["signed_on"]})
    client, address, seen = signed_in(place.boss), reverse("handoff:deals"), []
    while address:
        page = client.get(address)
        seen += [(deal.since, deal.pk) for deal in page.context["page"].rows]
        address = page.context["older_url"]

    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == PAGE + 3
    assert client.get(reverse("handoff:deals"), {"before": "2026-13-01.1"}).status_code == 422


def test_of_how_many_deals_a_commission_is_known_is_said():
    place = Place()
    for _ in range(3):
        place.put("held", deal="signed")
    Deal.objects.filter(pk=Deal.objects.latest("pk").pk).update(commission=None)
    Deal.objects.exclude(commission=None).update(commission=5_000)

    assert "$10,000 commission, said of 2 of 3" in signed_in(place.boss).get(reverse("handoff:deals")).text


def test_no_percentage_is_above_a_quarter():
    handoff = met()
    said = {"to": "under_contract", "on": day(9).isoformat(), "price": "450k", "percent": "150"}

    errors = signed_in(handoff.agent).post(url(handoff), said).context["form"].errors

    assert errors == {"percent": ["Enter a percentage from 0 to 25."]}


def test_what_is_too_large_is_named_for_what_it_is():
    handoff = met()
    said = {"to": "under_contract", "on": day(9).isoformat(), "price": "5000m", "commission": "5000m"}

    errors = signed_in(handoff.agent).post(url(handoff), said).context["form"].errors

    assert errors == {"price": ["This is more than any home costs."], "commission": ["This amount is too large."]}


def test_what_was_lost_brings_no_commission():
    handoff = met()
    say(handoff, DealStatus.UNDER_CONTRACT, day(1), price=400_000, commission=12_000)
    client = signed_in(people.lead(handoff.team))
    assert "$12,000 commission" in client.get(reverse("handoff:deals")).content.decode()

    say(handoff, DealStatus.LOST, day(2), why="Bought without us")

    page = client.get(reverse("handoff:deals"))
    assert "$12,000 commission" not in page.content.decode()
    assert [each.number for each in page.context["standings"] if each.status == DealStatus.LOST] == [1]


def test_the_leads_page_leads_to_what_came_of_it():
    handoff = met()

    page = signed_in(handoff.agent).get(reverse("handoff:panel", args=[handoff.lead_id])).content.decode()

    assert "What came of it" in page
    assert url(handoff) in page


def test_days_are_the_teams_days():
    handoff = met()
    with time_machine.travel(LATER + timedelta(hours=10), tick=False):  # past midnight in UTC, evening in Chicago
        page = signed_in(handoff.agent).get(url(handoff)).content.decode()

    assert f'value="{LATER.date():%Y-%m-%d}"' in page
