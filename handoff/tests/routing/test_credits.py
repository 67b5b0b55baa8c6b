"""Credit back: what came to nothing without the agent's doing costs them no turn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import cancel, take_back
from handoff.models import CoverRequest, Handoff
from handoff.outcomes import record_outcome
from handoff.routing.agents import sharing_agents, standings_of
from handoff.routing.ranking import rank
from handoff.states import Credit
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, policy, ready
from leads.states import Via
from notifications.promises.timers import fire_due
from teams.tests.factories import agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

AFTER = SLOT + timedelta(hours=1)


@pytest.fixture
def ana():
    return agent()


@pytest.fixture
def ben(ana):
    return agent(ana.team)


def standing(of, *, at=AFTER):
    asked = {"policy": policy(of.team), "at": at}
    return standings_of(sharing_agents(team=of.team, **asked), **asked)[of.pk]


def credit(handoff) -> str:
    return Handoff.objects.get(pk=handoff.pk).credit


def test_a_no_show_is_credited_and_the_agent_stands_first_again(ana, ben):
    handoff = open_handoff(ready(ana.team), to=ana)
    lead = ready(ana.team)
    assert rank(lead=lead, team=ana.team, at=AFTER)[0].agent == ben

    record_outcome(handoff=handoff, showed="no", actor=ana, via=Via.PAGE, at=AFTER)

    assert credit(handoff) == Credit.NO_SHOW
    assert (standing(ana).received, standing(ana).credited, standing(ana).ahead) == (0, 1, 0)
    assert rank(lead=lead, team=ana.team, at=AFTER)[0].agent == ana


def test_a_meeting_that_took_place_counts(ana):
    handoff = open_handoff(ready(ana.team), to=ana)

    record_outcome(handoff=handoff, showed="yes", is_good=False, reason="price", actor=ana, via=Via.PAGE, at=AFTER)

    assert credit(handoff) == ""
    assert standing(ana).received == 1


@pytest.mark.parametrize("direct", [True, False])
def test_a_client_who_did_not_come_is_credited_with_or_without_a_time(ana, direct):
    handoff = open_direct(ready(ana.team), to=ana) if direct else open_handoff(ready(ana.team), to=ana)

    record_outcome(handoff=handoff, showed="no", actor=ana, via=Via.PAGE, at=AFTER)

    assert credit(handoff) == Credit.NO_SHOW


@pytest.mark.parametrize(
    ("who", "is_agents_doing", "credited"),
    [
        ("isa", False, Credit.CANCELLED),
        ("lead", False, Credit.CANCELLED),
        (None, False, Credit.CANCELLED),  # the client, by a link
        ("agent", False, ""),
        ("isa", True, ""),
        ("lead", True, ""),
    ],
)
def test_a_cancelled_appointment_is_credited_unless_it_was_the_agents_doing(ana, who, is_agents_doing, credited):
    lead = ready(ana.team)
    actors = {"isa": lead.isa, "lead": team_lead(ana.team), "agent": ana, None: None}
    handoff = open_handoff(lead, to=ana)

    cancel(appointment=handoff.appointment, reason="Ill", actor=actors[who], at=NOW, is_agents_doing=is_agents_doing)

    assert credit(handoff) == credited
    assert (standing(ana).received, standing(ana).credited) == ((0, 1) if credited else (1, 0))


def test_a_meeting_called_off_because_its_agent_cannot_make_it_is_not_credited(ana):
    lead = ready(ana.team)
    handoff = open_handoff(lead, to=ana)
    CoverRequest.objects.create(handoff=handoff, agent=ana, reason="Car trouble", via=Via.PAGE, asked_at=NOW)

    cancel(appointment=handoff.appointment, reason="No cover found", actor=lead.isa, at=NOW)

    assert credit(handoff) == ""


@pytest.mark.parametrize(("is_agents_doing", "credited"), [(False, Credit.TAKEN_BACK), (True, "")])
def test_a_lead_taken_back_is_credited_unless_it_was_the_agents_doing(ana, is_agents_doing, credited):
    handoff = open_direct(ready(ana.team), to=ana)

    take_back(handoff=handoff, reason="Wrong area", actor=None, at=NOW, is_agents_doing=is_agents_doing)

    assert credit(handoff) == credited


def test_a_lead_taken_back_because_its_outcome_never_came_is_not_credited(ana):
    handoff = open_direct(ready(ana.team), to=ana)
    late = NOW + timedelta(hours=25)
    fire_due(at=late)

    take_back(handoff=handoff, reason="No outcome", actor=None, at=late)

    assert credit(handoff) == ""


def test_what_is_credited_counts_for_nobody(ana, ben):
    for n in range(4):
        open_handoff(ready(ana.team), to=ben, starts_at=SLOT + timedelta(hours=n))
    handoff = open_handoff(ready(ana.team), to=ana)
    before = standing(ana)

    cancel(appointment=handoff.appointment, reason="Client is away", actor=None, at=NOW)

    assert before.expected == pytest.approx(2.5)
    assert standing(ana).expected == pytest.approx(2)
    assert standing(ben).expected == pytest.approx(2)
