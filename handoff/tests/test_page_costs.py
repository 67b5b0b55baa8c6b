"""What the pages that are open all day ask of the database, for a lead and a handoff with all that they can have."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.live.connecting import connect
from handoff.models import Handoff, RecoveryRun
from handoff.models.outcomes import Showed
from handoff.outcomes import record_outcome
from handoff.tests.factories import NOW, policy, ready
from handoff.tests.live.ground import accepted, on_call, ringing, told
from handoff.tests.pages import signed_in
from leads.homes import save_home
from leads.household import add_decision_maker
from leads.models import Lead
from leads.notes import add_note
from leads.recordings import attach_link
from leads.states import Via
from leads.tags import add_tag
from leads.tests.factories import LeadFactory
from leads.todo import add_task
from teams.models import Membership, TextsConnection
from teams.models.transfers import RingWay
from teams.tests import factories as people
from teams.tests.factories import AreaFactory

pytestmark = pytest.mark.django_db

MOST = {"list": 6, "lead": 12, "brief": 10}


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


def put_through(lead: Lead, agent: Membership) -> Handoff:
    transfer = told(accepted(ringing(lead), agent, at=NOW), at=NOW)
    return connect(transfer=transfer, actor=lead.isa, via=Via.PAGE, at=NOW)


def know_more(lead: Lead, number: int) -> None:
    lead.lpmama.areas.add(AreaFactory.create(team=lead.team))
    add_note(lead=lead, text=f"Note {number}", author=people.isa(lead.team), at=NOW)
    add_tag(lead=lead, name=f"tag{number}", actor=lead.isa, via=Via.PAGE, at=NOW)
    add_task(key=f"t{number}", assignee=lead.isa, lead=lead, title="Call", kind="todo", at=NOW, due_at=NOW)
    add_decision_maker(
        lead=lead, name=f"Robin {number}", email=f"robin{number}@example.com", phone="", actor=lead.isa, at=NOW
    )
    save_home(lead=lead, said={"address": f"{number} Invented Street"}, actor=lead.isa, at=NOW)
    attach_link(lead=lead, url=f"https://calls.example.com/{number}.mp3", actor=lead.isa, at=NOW)
    LeadFactory.create_batch(2, team=lead.team, isa=lead.isa, owner=lead.owner)


def costs(handoff: Handoff, boss: Membership) -> dict[tuple[str, str], int]:
    pages = {"list": reverse("leads:list"), "lead": handoff.lead.get_absolute_url(), "brief": f"/h/{handoff.pk}/"}
    found = {}
    for member in (handoff.setter, handoff.agent, boss):
        browser = signed_in(member)
        for name, page in pages.items():
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(page).status_code == 200
            found[name, member.role] = len(queries)
    return found


def test_they_cost_the_same_however_much_there_is_and_no_more_than_that():
    lead = ready()
    team, isa, ana = lead.team, lead.isa, on_call(lead)
    boss = people.lead(team)
    TextsConnection.objects.create(team=team)
    policy(team, ring_way=RingWay.ALL)
    know_more(lead, 0)
    handoff = put_through(lead, ana)
    record_outcome(handoff=handoff, showed=Showed.NO, is_good=None, actor=ana, via=Via.PAGE, at=NOW)
    assert RecoveryRun.objects.filter(handoff=handoff).exists()
    put_through(ready(team), ana)  # with whom she talks
    on_call(lead)
    ringing(ready(team, isa=isa))
    few = costs(handoff, boss)
    for number in range(1, 4):
        know_more(lead, number)

    many = costs(handoff, boss)

    assert few == many
    assert all(number <= MOST[name] for (name, _), number in many.items()), many
