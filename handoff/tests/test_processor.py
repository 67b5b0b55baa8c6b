"""A trigger becomes a handoff: what is written, what is owed, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handoff.models import Handoff, OwnerChange, RoutingDecision
from handoff.states import Method
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, policy, ready
from leads.contacts import primary_email
from leads.models import Activity, Collaborator, Lead, LeadEmail, Task
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.verification import confirm_no_email
from notifications.models import Delivery, InboxItem, Timer
from notifications.promises.owed import State
from teams.models import Area
from teams.tests.factories import agent, isa
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db


def owed(handoff: Handoff) -> set[tuple[str, str, str]]:
    return {
        (each.channel, each.audience, (each.invite or {}).get("method", ""))
        for each in Delivery.objects.filter(about=handoff.about)
    }


def test_a_scheduled_handoff_owes_alert_brief_and_both_invites():
    handoff = open_handoff()

    assert owed(handoff) == {
        ("slack", "channel", ""),
        ("email", "agent", "REQUEST"),
        ("email", "client", "REQUEST"),
    }
    assert InboxItem.objects.filter(about=handoff.about, membership=handoff.agent).count() == 1


def test_both_invites_are_one_event_and_each_lane_is_its_own():
    handoff = open_handoff()

    mails = Delivery.objects.filter(about=handoff.about, channel="email")
    invites = [mail.invite or {} for mail in mails]
    assert {invite["uid"] for invite in invites} == {handoff.appointment.uid}
    assert {invite["sequence"] for invite in invites} == {0}
    assert {mail.lane for mail in mails} == {f"{handoff.appointment.uid}|{mail.address}" for mail in mails}


def test_the_owner_change_is_owed_and_has_not_happened_yet():
    lead = ready()
    owner = lead.owner

    handoff = open_handoff(lead)

    lead.refresh_from_db()
    assert lead.owner == owner
    assert OwnerChange.objects.get().to == handoff.agent


def test_agent_and_setter_see_the_lead_at_once():
    handoff = open_handoff()

    members = set(Collaborator.objects.filter(lead=handoff.lead).values_list("membership", flat=True))
    assert members == {handoff.agent_id, handoff.setter_id}
    assert Lead.objects.visible_to(handoff.agent).filter(pk=handoff.lead_id).exists()


def test_the_facts_stay_as_they_were_told():
    handoff = open_handoff()

    Lead.objects.filter(pk=handoff.lead_id).update(first_name="Changed")

    handoff.refresh_from_db()
    assert handoff.facts["lead"]["first_name"].startswith("Dana")


def test_the_steps_to_the_outcome_are_set_by_the_policy_of_that_day():
    lead = ready()
    policy(lead.team, outcome_hours=48, outcome_reminders=[42])

    handoff = open_handoff(Lead.objects.get(pk=lead.pk), to=agent(lead.team), setter=lead.isa)

    ends_at = SLOT + timedelta(minutes=45)
    assert handoff.outcome_due_at == ends_at + timedelta(hours=48)
    asked = Timer.objects.filter(about=handoff.about, kind__startswith="outcome")
    assert dict(asked.values_list("kind", "due_at")) == {
        "outcome_ask": ends_at,
        "outcome_reminder": ends_at + timedelta(hours=42),
        "outcome_overdue": ends_at + timedelta(hours=48),
    }


def test_a_direct_handoff_is_called_now_and_invites_nobody():
    handoff = open_direct()

    assert owed(handoff) == {("slack", "channel", ""), ("email", "agent", ""), ("email", "client", "")}
    task = Task.objects.get(assignee=handoff.agent)
    assert (task.kind, task.is_urgent, task.due_at) == ("call", True, NOW + timedelta(minutes=15))
    assert handoff.outcome_due_at == NOW + timedelta(hours=24)
    assert Timer.objects.get(about=handoff.about, kind="outcome_ask").due_at == NOW + timedelta(hours=1)


def test_a_client_without_email_is_called_instead():
    lead = ready(email="")
    confirm_no_email(lead=lead, actor=lead.isa, at=NOW)

    handoff = open_handoff(Lead.objects.get(pk=lead.pk), to=agent(lead.team), setter=lead.isa)

    assert owed(handoff) == {("slack", "channel", ""), ("email", "agent", "REQUEST")}
    task = Task.objects.get(assignee=lead.isa)
    assert "no email" in task.title


def test_an_address_that_was_not_read_back_is_not_written_to():
    lead = ready()
    LeadEmail.objects.filter(lead=lead).update(address="mistyped@example.com")

    handoff = open_direct(Lead.objects.get(pk=lead.pk), to=agent(lead.team))

    assert primary_email(Lead.objects.get(pk=lead.pk)) == "mistyped@example.com"
    assert ("email", "client", "") not in owed(handoff)


def test_the_routing_is_kept_with_what_removed_each():
    lead = ready(state="TX")
    unlicensed = agent(lead.team, profile={"states": ["CO"]})
    chosen = agent(lead.team)

    handoff = open_handoff(lead, to=chosen)

    decision = RoutingDecision.objects.get(handoff=handoff)
    assert (decision.chosen, decision.was_named) == (chosen, True)
    assert {row["agent"]: row["removed_by"] for row in decision.candidates} == {
        chosen.pk: "",
        unlicensed.pk: "No licence in TX",
    }


def test_a_hot_lead_pings_the_channel():
    calm = open_handoff(ready(answers={"timeframe": "6-12"}))
    hot = open_handoff(ready(answers={"timeframe": "now"}))

    assert (calm.is_hot, hot.is_hot) == (False, True)
    alerts = {each.about: each.message["is_urgent"] for each in Delivery.objects.filter(channel="slack")}
    assert alerts == {calm.about: False, hot.about: True}


def test_what_was_advised_is_kept_beside_what_was_done():
    handoff = open_handoff(ready(answers={"mortgage": "not_yet", "mortgage_lender": "", "mortgage_amount": None}))

    assert handoff.advised == Method.SCHEDULED
    assert "no mortgage yet" in handoff.advice


def test_credit_goes_to_the_leads_isa_when_an_agent_or_nobody_pressed():
    lead = ready()
    to = agent(lead.team)

    change_stage(lead=lead, to=Stage.HANDED_OFF, actor=to, via=Via.PAGE, at=NOW)

    assert Handoff.objects.get().setter == lead.isa


def test_credit_goes_to_the_isa_who_pressed():
    lead = ready()
    agent(lead.team)
    colleague = isa(lead.team)

    change_stage(lead=lead, to=Stage.HANDED_OFF, actor=colleague, via=Via.PAGE, at=NOW)

    assert Handoff.objects.get().setter == colleague


def test_a_lead_without_isa_is_credited_to_the_team_lead():
    lead = ready()
    Lead.objects.filter(pk=lead.pk).update(isa=None)
    boss = team_lead(lead.team)
    agent(lead.team)

    change_stage(lead=Lead.objects.get(pk=lead.pk), to=Stage.HANDED_OFF, actor=None, via=Via.SYSTEM, at=NOW)

    assert Handoff.objects.get().setter == boss


def test_whoever_set_it_hears_of_it_when_somebody_else_pressed():
    lead = ready()
    to = agent(lead.team)

    change_stage(lead=lead, to=Stage.HANDED_OFF, actor=to, via=Via.PAGE, at=NOW)

    assert InboxItem.objects.filter(membership=lead.isa).count() == 1


def test_the_story_tells_of_the_handoff():
    handoff = open_handoff()

    entry = Activity.objects.filter(lead=handoff.lead, kind="handoff").get()
    assert str(handoff.agent.user) in entry.summary
    assert entry.actor == handoff.setter


def test_everything_that_is_owed_waits_for_its_turn():
    handoff = open_handoff()

    states = [*Delivery.objects.filter(about=handoff.about).values_list("state", flat=True)]
    assert states == [State.WAITING] * 3


@pytest.mark.parametrize("colleagues", [0, 12])
def test_a_handoff_costs_the_same_however_large_the_team(colleagues):
    lead = ready()
    to = agent(lead.team)
    for _ in range(colleagues):
        agent(lead.team)

    with CaptureQueriesContext(connection) as queries:
        open_handoff(Lead.objects.select_related("isa__user").get(pk=lead.pk), to=to, setter=lead.isa)

    assert len(queries) <= 55  # with who is on call, who decides with the client, and who watches the board


def test_where_the_lead_came_from_and_looks_is_kept_whatever_becomes_of_it():
    lead = ready(source="Open house")
    for name in ("Northside", "Lakeview"):
        lead.lpmama.areas.add(Area.objects.create(team=lead.team, name=name))
    handoff = open_handoff(lead)

    Lead.objects.filter(pk=lead.pk).update(source="Referral")
    lead.lpmama.areas.clear()

    handoff.refresh_from_db()
    assert (handoff.source, handoff.area) == ("Open house", "Lakeview")


def test_who_said_neither_is_counted_under_neither():
    handoff = open_handoff(ready(source=""))

    assert (handoff.source, handoff.area) == ("", "")
