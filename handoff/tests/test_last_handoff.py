"""After a handoff is over the panel still says how it ended, and the top of the lead's page looks again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from handoff.models import Handoff
from handoff.outcomes import record_outcome
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from leads.collaborating import collaborate
from leads.models import Lead
from leads.states import Via
from notifications.models import Delivery
from notifications.promises.owed import State
from teams.models import Membership
from teams.tests import factories as people
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def handoff() -> Handoff:
    team = TeamFactory.create()
    return open_handoff(ready(team, isa=people.isa(team, user__name="Ivy Sample")))


def panel_of(lead: Lead, member: Membership) -> str:
    page = signed_in(member).get(reverse("handoff:panel", args=[lead.pk]), **HTMX).content.decode()
    return " ".join(page.split())


def end(handoff: Handoff, how: str, reason: str) -> str:
    response = signed_in(handoff.setter).post(reverse(f"handoff:{how}", args=[handoff.pk]), {"reason": reason}, **HTMX)
    assert response["HX-Trigger"] == "handoff-changed"
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(("how", "what"), [("cancel", "Cancelled"), ("take-back", "Taken back")])
def test_what_was_called_off_stands_above_the_readiness_with_who_and_why(handoff, how, what):
    end(handoff, how, "They sold it themselves")

    page = panel_of(handoff.lead, handoff.setter)

    assert f"<strong>{what}</strong> by Ivy, <time" in page
    assert "They sold it themselves" in page
    assert page.index(f"<strong>{what}") < page.index('id="ready-title"')
    assert reverse("handoff:brief", args=[handoff.pk]) in page


def test_right_after_it_the_top_of_the_page_looks_once_more_for_the_owner(handoff):
    head = f'hx-get="{reverse("leads:head", args=[handoff.lead.pk])}"'

    assert head in end(handoff, "cancel", "Sold")
    assert head not in panel_of(handoff.lead, handoff.setter)


def test_a_report_stands_there_with_its_verdict(handoff):
    after = SLOT + timedelta(hours=1)
    report = {"showed": "yes", "is_good": True, "reason": "", "next_step": "showings", "note": ""}
    record_outcome(handoff=handoff, actor=handoff.agent, via=Via.PAGE, at=after, **report)

    page = panel_of(handoff.lead, handoff.setter)

    assert "<strong>Reported</strong>" in page
    assert "showed, good lead" in page


def test_of_a_lead_that_was_never_handed_off_nothing_is_said():
    lead = ready()

    assert "Last handoff" not in panel_of(lead, lead.isa)


def test_while_a_new_one_is_under_way_the_old_one_is_not_in_the_way(handoff):
    end(handoff, "cancel", "Sold")
    lead = Lead.objects.get(pk=handoff.lead_id)
    open_handoff(lead, to=handoff.agent)

    assert "Last handoff" not in panel_of(lead, handoff.setter)


def test_an_agent_hears_nothing_of_a_handoff_that_was_not_theirs(handoff):
    end(handoff, "cancel", "Sold")
    other = people.agent(handoff.team)
    collaborate(lead=handoff.lead, membership=other, reason="agent", at=NOW)

    assert "Last handoff" not in panel_of(handoff.lead, other)


def test_once_every_step_has_ended_the_top_of_the_page_is_told(handoff):
    url, client = reverse("handoff:receipts", args=[handoff.pk]), signed_in(handoff.setter)
    assert "HX-Trigger" not in client.get(url, **HTMX)

    Delivery.objects.filter(about=handoff.about).update(state=State.DONE, done_at=NOW)
    handoff.owner_changes.update(state=State.DONE, done_at=NOW)

    assert client.get(url, **HTMX)["HX-Trigger"] == "handoff-changed"
