"""Deals: which move is legal, by whom, on which day; and what follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from handoff.amending import CannotCorrect, correct_outcome
from handoff.deals.moving import DealRefused, InvalidDeal, Said, move_deal
from handoff.models import Deal, DealStep, Handoff
from handoff.outcomes import record_outcome
from handoff.states import DealStatus
from handoff.tests.factories import SLOT, open_handoff
from leads.models import Activity, Lead, Task
from leads.stages import change_stage
from leads.states import Stage, Via
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

MET_AT = SLOT + timedelta(hours=1)
LATER = MET_AT + timedelta(days=40)
SIGNED, CONTRACT, CLOSED, LOST = DealStatus.SIGNED, DealStatus.UNDER_CONTRACT, DealStatus.CLOSED, DealStatus.LOST


def met(**answers) -> Handoff:
    handoff = open_handoff()
    said = {"showed": "yes", "is_good": True} | answers
    record_outcome(handoff=handoff, actor=handoff.agent, via=Via.PAGE, at=MET_AT, **said)
    return Handoff.objects.select_related("lead", "agent", "team").get(pk=handoff.pk)


def say(handoff: Handoff, to: DealStatus, on: date, *, actor=None, at=LATER, **more) -> Deal:
    said = Said(to, on, **more)
    return move_deal(handoff=handoff, said=said, actor=actor or handoff.agent, via=Via.PAGE, at=at)


def day(number: int) -> date:
    """A day after the meeting."""
    return MET_AT.date() + timedelta(days=number)


def closed(handoff: Handoff) -> Deal:
    say(handoff, SIGNED, day(1))
    say(handoff, CONTRACT, day(10), price=450_000)
    return say(handoff, CLOSED, day(30), price=455_000, commission=13_650)


def stage_of(handoff: Handoff) -> str:
    return Lead.objects.get(pk=handoff.lead_id).stage


def test_a_deal_goes_from_a_signature_to_a_closing_and_the_lead_with_it():
    handoff = met()

    deal = closed(handoff)

    assert (deal.signed_on, deal.under_contract_on, deal.closed_on) == (day(1), day(10), day(30))
    assert (deal.price, deal.commission, deal.currency) == (455_000, 13_650, "USD")
    assert stage_of(handoff) == Stage.CLOSED
    assert list(DealStep.objects.values_list("was", "status")) == [
        ("", SIGNED), (SIGNED, CONTRACT), (CONTRACT, CLOSED),
    ]  # fmt: skip
    told = Activity.objects.filter(lead=handoff.lead, kind="deal").values_list("summary", flat=True)
    assert "Deal: Closed at $455,000" in told


def test_a_deal_belongs_to_whom_the_handoff_was_set_by_and_given_to_whoever_owns_the_lead_later():
    handoff = met()
    other = people.agent(handoff.team)
    Lead.objects.filter(pk=handoff.lead_id).update(owner=other)

    deal = say(handoff, SIGNED, day(1), actor=other)

    assert (deal.handoff.agent, deal.handoff.setter) == (handoff.agent, handoff.setter)


def test_nobody_closes_without_price_and_commission():
    handoff = met()
    say(handoff, CONTRACT, day(2))

    with pytest.raises(InvalidDeal, match="what it closed at") as refused:
        say(handoff, CLOSED, day(3), commission=9_000)
    assert refused.value.field == "price"
    with pytest.raises(InvalidDeal, match="what the commission is"):
        say(handoff, CLOSED, day(3), price=300_000)
    assert Deal.objects.get().status == CONTRACT


def test_no_commission_is_above_its_price():
    handoff = met()
    say(handoff, CONTRACT, day(2), price=535_000, commission=16_050)

    with pytest.raises(InvalidDeal, match="more than the price") as refused:
        say(handoff, CLOSED, day(3), price=1)
    assert refused.value.field == "price"
    with pytest.raises(InvalidDeal, match="more than the price") as refused:
        say(handoff, CONTRACT, day(2), commission=535_001, why="A typing error")
    assert refused.value.field == "commission"
    assert say(handoff, CLOSED, day(3), price=16_050).commission == 16_050


@pytest.mark.parametrize(
    ("way", "to", "words"),
    [
        ([], CLOSED, "begins with a signature"),
        ([], LOST, "begins with a signature"),
        ([SIGNED], CLOSED, "From Signed a deal cannot go to Closed"),
        ([CONTRACT, LOST], CLOSED, "From Lost a deal cannot go to Closed"),
    ],
)
def test_moves_that_the_table_does_not_have_are_refused(way, to, words):
    handoff = met()
    for step in way:
        say(handoff, step, day(1), why="Because")

    with pytest.raises(InvalidDeal, match=words):
        say(handoff, to, day(2), price=1, commission=1, why="Because")


def test_a_contract_that_fell_through_leaves_a_client_who_is_signed_as_before():
    handoff = met()
    say(handoff, SIGNED, day(1))
    say(handoff, CONTRACT, day(5))
    with pytest.raises(InvalidDeal, match="Say why"):
        say(handoff, SIGNED, day(9))

    deal = say(handoff, SIGNED, day(9), why="The inspection found mould")

    assert (deal.signed_on, deal.under_contract_on) == (day(1), None)
    assert stage_of(handoff) == Stage.SIGNED


def test_a_closing_entered_by_mistake_goes_back_to_its_contract():
    handoff = met()
    closed(handoff)

    deal = say(handoff, CONTRACT, day(31), why="The other Sample closed")

    assert (deal.status, deal.under_contract_on, deal.closed_on) == (CONTRACT, day(10), None)
    assert stage_of(handoff) == Stage.UNDER_CONTRACT


def test_a_correction_says_why_and_keeps_what_was_said():
    handoff = met()
    closed(handoff)
    with pytest.raises(InvalidDeal, match="Say why"):
        say(handoff, CLOSED, day(30), commission=14_000)

    deal = say(handoff, CLOSED, day(30), commission=14_000, why="A typing error")

    assert (deal.commission, deal.price) == (14_000, 455_000)
    assert list(DealStep.objects.values_list("commission", flat=True))[-2:] == [13_650, 14_000]


def test_what_was_said_cannot_be_changed_behind_its_back():
    say(met(), SIGNED, day(1))

    with pytest.raises(DatabaseError), transaction.atomic():
        DealStep.objects.update(price=1)


@pytest.mark.parametrize(
    ("on", "words"), [(day(41), "has not come yet"), (MET_AT.date() - timedelta(days=9), "That is before")]
)
def test_days_that_cannot_be_are_refused(on, words):
    with pytest.raises(InvalidDeal, match=words):
        say(met(), SIGNED, on)


def test_a_contract_is_not_older_than_the_signature():
    handoff = met()
    say(handoff, SIGNED, day(5))

    with pytest.raises(InvalidDeal, match="That is before"):
        say(handoff, CONTRACT, day(4))


def test_only_the_agent_and_a_team_lead_say_what_came_of_it():
    handoff = met()
    for stranger in (handoff.setter, people.agent(handoff.team), people.lead()):
        with pytest.raises(DealRefused, match="Only the agent"):
            say(handoff, SIGNED, day(1), actor=stranger)

    assert say(handoff, SIGNED, day(1), actor=people.lead(handoff.team)).status == SIGNED


def test_no_deal_comes_of_a_meeting_that_was_not():
    handoff = open_handoff()
    record_outcome(handoff=handoff, actor=handoff.agent, via=Via.PAGE, at=MET_AT, showed="no")

    with pytest.raises(DealRefused, match="Report first that they met"):
        say(handoff, SIGNED, day(1))


# --- The stage changed elsewhere --------------------------------------------------------------------------------------


def test_an_outcome_that_says_signed_begins_the_deal():
    handoff = met(next_step="signed")

    deal = Deal.objects.get(handoff=handoff)
    assert (deal.status, deal.signed_on) == (SIGNED, day(0))


def test_a_stage_that_says_closed_closes_the_deal_and_asks_the_agent_for_the_amounts():
    handoff = met(next_step="signed")
    for stage in (Stage.UNDER_CONTRACT, Stage.CLOSED):
        change_stage(lead=handoff.lead, to=stage, actor=handoff.agent, via=Via.API, at=LATER)

    deal = Deal.objects.get()
    task = Task.objects.get(kind="deal_amounts")
    assert (deal.status, deal.lacks_amounts, task.assignee) == (CLOSED, True, handoff.agent)

    say(handoff, CLOSED, LATER.date(), price=400_000, commission=12_000, why="As on the settlement statement")

    task.refresh_from_db()
    assert task.done_at is not None
    assert Deal.objects.get().lacks_amounts is False


def test_a_lead_who_is_lost_takes_the_deal_along():
    handoff = met(next_step="signed")

    change_stage(lead=handoff.lead, to=Stage.LOST, actor=handoff.agent, via=Via.PAGE, at=LATER)

    assert (Deal.objects.get().status, Deal.objects.get().lost_on) == (LOST, LATER.date())


def test_a_meeting_that_a_deal_came_of_was_no_no_show_even_when_the_deal_is_lost():
    handoff = met(next_step="signed")
    change_stage(lead=handoff.lead, to=Stage.LOST, actor=handoff.agent, via=Via.PAGE, at=MET_AT)

    with pytest.raises(CannotCorrect, match="A deal came of it"):
        correct_outcome(
            handoff=handoff,
            why="Mixed up",
            actor=handoff.agent,
            via=Via.PAGE,
            at=MET_AT + timedelta(hours=1),
            showed="no",
        )


def test_a_stage_makes_no_deal_of_a_lead_whom_nobody_met():
    handoff = open_handoff()
    record_outcome(handoff=handoff, actor=handoff.agent, via=Via.PAGE, at=MET_AT, showed="no", stage="lost")

    assert not Deal.objects.exists()
