"""What the agent reported of price and commission is not typed twice, and is the deal's only when it is saved."""

from __future__ import annotations

from decimal import Decimal

import pytest
import time_machine

from handoff.models import Deal, Outcome
from handoff.models.outcomes import NextStep
from handoff.states import DealStatus
from handoff.tests.deals.test_moving import LATER, MET_AT, day, met, say
from handoff.tests.deals.test_pages import url
from handoff.tests.pages import signed_in
from leads.states import Stage
from teams.zones import zone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def later():
    with time_machine.travel(LATER, tick=False):
        yield


def signed(**amounts):
    handoff = met(next_step=NextStep.SIGNED, stage=Stage.SIGNED, **amounts)
    assert Deal.objects.get(handoff=handoff).price is None
    return handoff


def begins_with(handoff) -> dict[str, str]:
    form = signed_in(handoff.agent).get(url(handoff)).context["form"]
    return {name: form[name].value() for name in ("price", "commission", "percent")}


def hint() -> str:
    on = MET_AT.astimezone(zone("America/Chicago"))
    return f"As reported on {on:%b} {on.day}: check it."


def test_price_and_percentage_of_the_report_stand_there_to_be_checked():
    handoff = signed(price=455_000, commission_percent=Decimal(3))

    page = signed_in(handoff.agent).get(url(handoff)).content.decode()

    assert begins_with(handoff) == {"price": "455,000", "commission": None, "percent": "3"}
    assert page.count(hint()) == 2
    assert "not said; expected $13,650, as reported" in page
    assert Deal.objects.get().commission is None


def test_saved_they_are_the_deals_and_a_percentage_follows_the_price():
    handoff = signed(price=455_000, commission_percent=Decimal("2.5"))
    stands = {name: said for name, said in begins_with(handoff).items() if said}

    said = {"to": "under_contract", "on": day(9).isoformat(), **stands, "price": "440k"}
    assert signed_in(handoff.agent).post(url(handoff), said).status_code == 302

    deal = Deal.objects.get()
    assert (deal.price, deal.commission) == (440_000, 11_000)
    assert hint() not in signed_in(handoff.agent).get(url(handoff)).content.decode()


def test_an_amount_is_shown_as_an_amount_and_what_was_not_reported_is_empty():
    assert begins_with(signed(commission_amount=9_000)) == {"price": None, "commission": "9,000", "percent": None}
    assert begins_with(signed(price=300_000)) == {"price": "300,000", "commission": None, "percent": None}
    assert begins_with(signed(commission_percent=Decimal(3))) == {"price": None, "commission": None, "percent": None}


def test_before_there_is_a_deal_they_stand_there_too():
    assert begins_with(met(price=455_000, commission_amount=9_000))["commission"] == "9,000"


def test_what_the_deal_has_already_is_not_offered_again():
    handoff = signed(price=455_000, commission_percent=Decimal(3))
    say(handoff, DealStatus.UNDER_CONTRACT, day(2), price=450_000)
    assert begins_with(handoff) == {"price": None, "commission": None, "percent": "3"}

    say(handoff, DealStatus.CLOSED, day(3), commission=13_000)
    assert begins_with(handoff) == {"price": None, "commission": None, "percent": None}


def test_a_lost_client_leaves_amounts_that_nobody_touched_unsaid():
    handoff = signed(price=455_000, commission_percent=Decimal(3))
    said = {"to": "lost", "on": day(9).isoformat(), "price": "455,000", "percent": "3", "why": "Went quiet"}

    assert signed_in(handoff.agent).post(url(handoff), said).status_code == 302

    deal = Deal.objects.get()
    assert (deal.status, deal.price, deal.commission) == (DealStatus.LOST, None, None)


def test_amounts_in_another_currency_are_not_taken_for_the_teams():
    handoff = signed(price=455_000, commission_amount=9_000)
    Outcome.objects.filter(handoff=handoff).update(currency="CAD")

    assert begins_with(handoff) == {"price": None, "commission": None, "percent": None}
    assert "as reported" not in signed_in(handoff.agent).get(url(handoff)).content.decode()
