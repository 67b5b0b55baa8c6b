"""An exclusive agreement with another agent: only the team lead can let such a lead pass, and says why."""

from datetime import timedelta

import pytest

from handoff.models import GateOverride
from handoff.readiness import CHECKS, OverrideRefused, check, override_check
from handoff.states import Method
from handoff.tests.passing import a_team, dana, mia
from leads.answers import InvalidAnswers, save_answers
from leads.models import Activity, Recording
from leads.models.lpmama import OtherAgent
from leads.tests.factories import NOW
from teams.tests.factories import agent, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return dana(mia(a_team()))


def codes(lead):
    return [missing.code for missing in check(lead, method=Method.SCHEDULED).missing]


def answer(lead, **changes):
    save_answers(lead=lead, changes=changes, actor=lead.isa, at=NOW)


def test_an_exclusive_agreement_is_the_first_thing_to_settle(client):
    answer(client, other_agent=OtherAgent.EXCLUSIVE, other_agent_name="Robin Rival", mortgage="")

    missing = check(client, method=Method.SCHEDULED).missing

    assert [one.code for one in missing] == ["exclusive_agent", "mortgage"]
    assert "Robin Rival" in missing[0].ask


def test_the_team_lead_can_allow_it_with_a_reason_that_is_kept(client):
    answer(client, other_agent=OtherAgent.EXCLUSIVE)
    boss = lead(client.team, user__name="Lee Leader")

    override_check(lead=client, check_name="exclusive_agent", reason=" Ends on Friday ", by=boss, at=NOW)

    assert codes(client) == []
    assert GateOverride.objects.get(lead=client).reason == "Ends on Friday"
    assert Activity.objects.filter(lead=client, kind="gate_override", summary__contains="Ends on Friday").exists()


def test_said_twice_the_last_reason_stands(client):
    boss = lead(client.team)
    for hours, reason in enumerate(["Ends on Friday", "Ended today"]):
        at = NOW + timedelta(hours=hours)
        override_check(lead=client, check_name="exclusive_agent", reason=reason, by=boss, at=at)

    assert GateOverride.objects.get(lead=client).reason == "Ended today"


@pytest.mark.parametrize("make", [mia, agent], ids=["the ISA", "an agent"])
def test_nobody_but_the_team_lead_can_allow_it(client, make):
    with pytest.raises(OverrideRefused):
        override_check(lead=client, check_name="exclusive_agent", reason="Please", by=make(client.team), at=NOW)

    assert not GateOverride.objects.exists()


def test_another_teams_lead_can_allow_nothing_here(client):
    with pytest.raises(OverrideRefused):
        override_check(lead=client, check_name="exclusive_agent", reason="Mine", by=lead(a_team()), at=NOW)


@pytest.mark.parametrize("name", [*(one.name for one in CHECKS if not one.is_overridable), "no_such_check"])
def test_what_must_be_asked_cannot_be_overridden(client, name):
    with pytest.raises(OverrideRefused):
        override_check(lead=client, check_name=name, reason="In a hurry", by=lead(client.team), at=NOW)


def test_an_override_without_a_reason_is_none(client):
    with pytest.raises(OverrideRefused):
        override_check(lead=client, check_name="exclusive_agent", reason="  ", by=lead(client.team), at=NOW)


def test_an_override_of_another_check_in_the_table_opens_nothing(client):
    Recording.objects.filter(lead=client).delete()
    GateOverride.objects.create(lead=client, check_name="recording", reason="x", by=lead(client.team), at=NOW)

    assert codes(client) == ["recording"]


def allowed(client, **answers):
    answer(client, **({"other_agent": OtherAgent.EXCLUSIVE, "other_agent_name": "Robin Rival"} | answers))
    override_check(lead=client, check_name="exclusive_agent", reason="Ends Friday", by=lead(client.team), at=NOW)


def test_another_agreement_than_the_one_that_was_allowed_blocks_again(client):
    allowed(client)

    answer(client, other_agent_name="Sam Second")

    assert codes(client) == ["exclusive_agent"]
    assert not GateOverride.objects.exists()
    ended = Activity.objects.get(lead=client, kind="gate_override_ended")
    assert ended.actor == client.isa
    assert "anew" in ended.summary


def test_an_agreement_that_went_away_and_came_back_blocks_again(client):
    allowed(client)

    answer(client, other_agent=OtherAgent.NONE)
    answer(client, other_agent=OtherAgent.EXCLUSIVE)

    assert codes(client) == ["exclusive_agent"]
    assert Activity.objects.filter(lead=client, kind="gate_override_ended").count() == 1


def test_other_answers_and_the_same_ones_again_leave_it_allowed(client):
    allowed(client)

    answer(client, price_max=500_000, other_agent=OtherAgent.EXCLUSIVE, other_agent_name="Robin Rival")

    assert codes(client) == []
    assert not Activity.objects.filter(kind="gate_override_ended").exists()


def test_a_change_that_cannot_be_kept_takes_nothing_back(client):
    allowed(client)

    with pytest.raises(InvalidAnswers):
        answer(client, other_agent_name="Sam Second", price_max=-1)

    assert codes(client) == []


def test_the_team_lead_can_allow_the_new_one_too(client):
    allowed(client)
    allowed(client, other_agent_name="Sam Second")

    assert codes(client) == []
