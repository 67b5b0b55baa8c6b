"""Before somebody leaves: what will become of what they have, who could have it, and what keeps their role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from handoff.appointments import take_back
from handoff.models import Handoff
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.leaving.going import LATER
from leads.models import Activity, Task
from leads.tests.factories import LeadFactory
from notifications.models import Delivery
from teams.leaving import Leaving, preview, usual_successor
from teams.models import Membership, Role
from teams.people import RoleInUse, change_role
from teams.tests.factories import agent, isa
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db


def test_the_preview_says_what_will_become_of_each_and_changes_nothing(handoff):
    was, to = handoff.agent, agent(handoff.team)
    open_direct(ready(handoff.team), to=was)
    open_handoff(ready(handoff.team), to=to, starts_at=SLOT + timedelta(hours=1))
    open_handoff(ready(handoff.team), to=was, starts_at=SLOT + timedelta(hours=1))
    before = (Delivery.objects.count(), Activity.objects.count(), Handoff.objects.filter(agent=was).count())

    plans = preview(Leaving(was, to, to, LATER))

    said = {plan.what: plan for plan in plans}
    assert said["handoffs"].count == 2
    assert said["handoff called off"].count == 1
    assert handoff.setter.user.name not in said["handoff called off"].cases[0].partition(":")[0]
    assert "back to" in said["handoff called off"].cases[0]
    assert (Delivery.objects.count(), Activity.objects.count(), Handoff.objects.filter(agent=was).count()) == before


def test_the_page_shows_what_moves_and_then_moves_it(handoff, boss):
    was, to = handoff.agent, agent(handoff.team)
    browser = Client()
    browser.force_login(boss.user)
    # The page asks the real clock, so the handoff has to lie ahead of it.
    ahead = open_handoff(ready(handoff.team), to=was, starts_at=_next_monday_ten(), at=timezone.now())
    page = reverse("teams:end-membership", args=[was.pk])

    shown = browser.get(page, {"successor": to.pk})
    assert shown.status_code == 200
    assert ahead.lead.name in shown.content.decode()
    assert Membership.objects.get(pk=was.pk).ended_at is None

    with zeal_ignore():  # each handoff is moved by the verb for one: a few dozen at most, once in a member's life
        answer = browser.post(page, {"successor": to.pk})

    assert answer.status_code == 302
    assert Membership.objects.get(pk=was.pk).ended_at is not None
    ahead.refresh_from_db()
    assert ahead.agent == to


def _next_monday_ten():
    now = timezone.now()
    days = 7 - now.weekday()
    return (now + timedelta(days=days)).replace(hour=16, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize("rows", [1, 4])
def test_the_preview_costs_the_same_for_leads_and_tasks_however_many(rows, handoff, boss, django_assert_num_queries):
    other = isa(handoff.team)
    for number in range(rows):
        LeadFactory.create(team=handoff.team, isa=other, owner=other)
        Task.objects.create(
            key=f"t{number}", team=handoff.team, assignee=other, kind="x", title="x", due_at=NOW, created_at=NOW
        )
    with django_assert_num_queries(6):
        preview(Leaving(other, boss, boss, LATER))


def test_an_agent_with_handoffs_under_way_stays_an_agent_for_now(handoff, boss):
    with pytest.raises(RoleInUse, match="a handoff that is under way"):
        change_role(membership=handoff.agent, role=Role.ISA, actor=boss, at=LATER)

    take_back(handoff=handoff, reason="", actor=boss, at=LATER)
    change_role(membership=handoff.agent, role=Role.ISA, actor=boss, at=LATER)

    assert Membership.objects.get(pk=handoff.agent_id).role == Role.ISA


def test_the_usual_successor_is_the_team_lead_who_does_it(handoff, boss):
    second = team_lead(handoff.team)

    assert usual_successor(handoff.agent, actor=second) == second
    assert usual_successor(handoff.agent) == boss
    assert usual_successor(boss, actor=boss) == second
