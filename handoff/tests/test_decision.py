"""Which method is advised: ready now, qualified and an agent on call is a transfer; everything else an appointment."""

import pytest

from handoff.decision import advise, advise_on
from handoff.known import known_of
from handoff.states import Method
from handoff.tests.passing import a_team, ana, dana, mia
from leads.answers import save_answers
from leads.models.lpmama import Mortgage, OtherAgent, Side, Timeframe
from leads.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    lead = dana(mia(a_team()))
    answer(lead, timeframe=Timeframe.NOW)
    return lead


@pytest.fixture
def on_call(client):
    return ana(client.team)


def answer(lead, **changes):
    save_answers(lead=lead, changes=changes, actor=lead.isa, at=NOW)


def test_a_qualified_lead_who_is_ready_now_is_transferred_to_who_is_on_call(client, on_call):
    advice = advise(client, at=NOW, on_call=on_call)

    assert advice.method == Method.LIVE
    assert advice.reason == "Ready now and qualified, and Ana Flores is on call."
    assert (advice.is_qualified, advice.is_ready_now, advice.is_hot) == (True, True, True)


def test_with_nobody_on_call_it_is_the_soonest_slot_and_still_hot(client):
    advice = advise(client, at=NOW, on_call=None)

    assert advice.method == Method.SCHEDULED
    assert "nobody is on call" in advice.reason
    assert advice.is_hot


def test_when_nobody_took_the_call_a_moment_ago_it_is_the_soonest_slot(client, on_call):
    advice = advise_on(known_of(client), at=NOW, on_call=on_call, rang_out=True)

    assert advice.method == Method.SCHEDULED
    assert "nobody took the call" in advice.reason


def test_who_is_not_ready_now_gets_an_appointment(client, on_call):
    answer(client, timeframe=Timeframe.MONTHS_3_6)

    advice = advise(client, at=NOW, on_call=on_call)

    assert advice.method == Method.SCHEDULED
    assert advice.reason == "Set an appointment: ready in 3-6 months."
    assert advice.is_qualified
    assert not advice.is_hot


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mortgage": Mortgage.NOT_YET}, "no mortgage yet"),
        ({"mortgage": Mortgage.APPLIED}, "not approved yet"),
        ({"other_agent": OtherAgent.EXCLUSIVE}, "signed with another agent"),
        ({"location_text": ""}, "location is not known yet"),
    ],
)
def test_who_is_not_qualified_gets_an_appointment_and_the_reason(client, on_call, changes, words):
    answer(client, **changes)

    advice = advise(client, at=NOW, on_call=on_call)

    assert advice.method == Method.SCHEDULED
    assert words in advice.reason
    assert not advice.is_qualified
    assert not advice.is_hot


@pytest.mark.parametrize(
    "changes",
    [
        {"mortgage": Mortgage.CASH},
        {"mortgage": Mortgage.PRE_APPROVED},
        {"side": Side.SELL, "price_expected": 400_000, "mortgage": Mortgage.NOT_APPLICABLE},
        {"other_agent": OtherAgent.UNSIGNED},
    ],
    ids=["pays cash", "pre-approved", "sells", "talks to an agent, not signed"],
)
def test_cash_an_approval_or_a_sale_qualify(client, on_call, changes):
    answer(client, **changes)

    assert advise(client, at=NOW, on_call=on_call).is_qualified


def test_who_sells_and_buys_needs_the_money_too(client, on_call):
    answer(client, side=Side.BOTH, price_expected=400_000, mortgage=Mortgage.NOT_YET)

    assert not advise(client, at=NOW, on_call=on_call).is_qualified
