"""Every decision is kept, and can be asked for: who could have had it, what removed each, and the points."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from handoff.appointments import reassign
from handoff.booking import hand_off_now
from handoff.models import RoutingDecision
from handoff.routing.decisions import explain, weights_of
from handoff.tests.factories import NOW, open_direct, open_handoff, policy, ready
from handoff.tests.pages import signed_in
from leads.states import Via
from teams.tests.factories import agent, isa
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


def decisions(handoff):
    return list(RoutingDecision.objects.filter(handoff=handoff))


def test_the_points_and_what_removed_each_are_kept_with_the_measure_of_then():
    lead = ready(state="TX")
    unlicensed, first = agent(lead.team, profile={"states": ["CO"]}), agent(lead.team)
    weights = weights_of(policy(lead.team))

    handoff = hand_off_now(lead=lead, agent=None, setter=lead.isa, via=Via.PAGE, at=NOW)
    policy(lead.team, area_points=99)

    (kept,) = decisions(handoff)
    assert (kept.chosen, kept.was, kept.by, kept.was_named) == (first, None, lead.isa, False)
    assert kept.weights == weights
    by_agent = {each["agent"]: each for each in kept.candidates}
    assert by_agent[unlicensed.pk]["removed_by"] == "No licence in TX"
    assert set(by_agent[first.pk]["scores"]) == {"known", "area", "language", "price", "fairness"}
    assert by_agent[first.pk]["score"] == sum(by_agent[first.pk]["scores"].values())


def test_a_move_to_another_agent_is_a_decision_of_its_own():
    handoff = open_handoff()
    was, to, boss = handoff.agent, agent(handoff.team), team_lead(handoff.team)

    reassign(handoff=handoff, agent=to, actor=boss, at=LATER)

    opened, moved = decisions(handoff)
    assert (opened.chosen, opened.was) == (was, None)
    assert (moved.chosen, moved.was, moved.by, moved.was_named, moved.at) == (to, was, boss, True, LATER)
    assert [each["agent"] for each in moved.candidates] == [to.pk]


def test_it_is_said_in_a_sentence_who_chose():
    lead = ready()
    ana, ben = agent(lead.team, user__name="Ana Flores"), agent(lead.team, user__name="Ben Stone")
    agent(lead.team, profile={"states": ["CO"]})
    routed = hand_off_now(lead=lead, agent=None, setter=lead.isa, via=Via.PAGE, at=NOW)
    named = open_direct(ready(lead.team, isa=isa(lead.team, user__name="Ivy Lake")), to=ana)

    assert routed.agent == ana
    assert explain(decisions(routed)[0]).words == "Routing's first of 2: nobody named an agent."
    assert explain(decisions(named)[0]).words == "Ivy Lake chose Ana Flores, place 2 of 2 in the ranking."
    assert [each.place for each in explain(decisions(named)[0]).considered] == [1, 2, None]
    assert ben.pk == explain(decisions(named)[0]).considered[0].agent


def test_a_decision_from_before_points_were_kept_can_still_be_read():
    handoff = open_handoff()
    RoutingDecision.objects.update(
        candidates=[
            {"agent": handoff.agent_id, "name": "Ana", "score": 40, "reasons": ["Works in it"], "removed_by": ""}
        ]
    )

    told = explain(decisions(handoff)[0])

    assert not told.has_parts
    assert (told.considered[0].score, told.considered[0].place) == (40, 1)
    page = signed_in(team_lead(handoff.team)).get(reverse("handoff:why", args=[handoff.pk]))
    assert "Works in it" in page.content.decode()


# -- the page ------------------------------------------------------------------


def test_a_team_lead_sees_why_this_agent():
    lead = ready(state="TX")
    agent(lead.team, user__name="Olive Moss", profile={"states": ["CO"]})
    handoff = open_handoff(lead, to=agent(lead.team, user__name="Ana Flores"))
    boss = team_lead(lead.team)
    address = reverse("handoff:why", args=[handoff.pk])

    page = signed_in(boss).get(address).content.decode()

    assert "Why Ana Flores?" in page
    assert "Olive Moss" in page
    assert "No licence in TX" in page
    assert "Fair share" in page
    assert address in signed_in(boss).get(reverse("handoff:brief", args=[handoff.pk])).content.decode()


def test_others_do_not_see_it():
    handoff = open_handoff()
    address = reverse("handoff:why", args=[handoff.pk])

    assert signed_in(handoff.agent).get(address).status_code == 403
    assert signed_in(handoff.setter).get(address).status_code == 403
    assert signed_in(team_lead()).get(address).status_code == 404


@pytest.mark.parametrize("colleagues", [1, 4])
def test_the_page_costs_the_same_however_many_could_have_had_it(colleagues, django_assert_max_num_queries):
    lead = ready()
    handoff = open_handoff(lead, to=agent(lead.team))
    for to in [agent(lead.team) for _ in range(colleagues)]:
        reassign(handoff=handoff, agent=to, actor=None, at=LATER)
        handoff.refresh_from_db()
    client = signed_in(team_lead(lead.team))

    with django_assert_max_num_queries(7):
        assert client.get(reverse("handoff:why", args=[handoff.pk])).status_code == 200
