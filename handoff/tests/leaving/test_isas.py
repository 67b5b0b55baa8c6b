"""When an ISA leaves: leads and tasks go to the successor, the credit stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import take_back
from handoff.models import OwnerChange
from handoff.states import HandoffStatus
from handoff.tests.factories import NOW
from handoff.tests.leaving.going import LATER, leave, left_with
from leads.models import Activity, Lead, Task
from leads.tests.factories import LeadFactory
from notifications.promises.drains import drain_all
from notifications.promises.owed import State
from teams.tests.factories import isa

pytestmark = pytest.mark.django_db


def test_leads_and_tasks_of_an_isa_go_to_the_successor_and_the_timeline_says_why(handoff, boss):
    was, to = handoff.setter, isa(handoff.team)
    mine = LeadFactory.create(team=handoff.team, isa=was, owner=was)
    Task.objects.create(
        key="call", team=handoff.team, assignee=was, kind="call", title="Call", due_at=NOW, created_at=NOW
    )

    leave(was, to)

    mine.refresh_from_db()
    assert (mine.owner, mine.isa) == (to, to)
    assert Lead.objects.get(pk=handoff.lead_id).isa == to
    assert Task.objects.get(key="call").assignee == to
    assert Task.objects.filter(kind="inherited", assignee=to).exists()
    said = Activity.objects.filter(lead=mine, kind="owner").latest("pk").summary
    assert said == f"{was.user} has left the team: {to.user} owns this lead now"
    assert left_with(was) == {}


def test_the_credit_of_who_set_a_handoff_never_moves(handoff):
    was = handoff.setter

    leave(was, isa(handoff.team))

    handoff.refresh_from_db()
    assert handoff.setter == was
    assert handoff.status == HandoffStatus.OPEN


def test_a_lead_on_its_way_back_to_who_leaves_arrives_at_the_successor(handoff):
    setter, to = handoff.setter, isa(handoff.team)
    take_back(handoff=handoff, reason="", actor=setter, at=NOW + timedelta(minutes=1))
    assert OwnerChange.objects.filter(to=setter, state=State.WAITING).exists()

    leave(setter, to)
    drain_all(at=LATER)

    assert Lead.objects.get(pk=handoff.lead_id).owner == to
    assert left_with(setter) == {}


def test_what_comes_up_later_for_who_left_is_asked_of_a_team_lead(handoff, boss):
    setter = handoff.setter
    leave(setter, isa(handoff.team))
    handoff.refresh_from_db()

    take_back(handoff=handoff, reason="", actor=boss, at=LATER + timedelta(minutes=1))
    drain_all(at=LATER + timedelta(minutes=1))

    assert Lead.objects.get(pk=handoff.lead_id).owner == boss
    assert left_with(setter) == {}
