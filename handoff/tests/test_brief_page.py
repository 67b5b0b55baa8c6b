from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.appointments import move
from handoff.models import BriefRead, Handoff
from handoff.models.appointments import How
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.pages import signed_in
from leads.answers import save_answers
from leads.homes import save_home
from leads.notes import add_note
from notifications.models import InboxItem
from teams.tests import factories as people
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def team():
    return TeamFactory.create()


@pytest.fixture
def handoff(team) -> Handoff:
    lead = ready(team, first_name="Dana", answers={"price_second": 73})
    return open_handoff(lead, to=people.agent(team, user__name="Ana Sample"))


def brief_of(handoff: Handoff) -> str:
    return reverse("handoff:brief", args=[handoff.pk])


def test_the_brief_tells_what_was_said_and_how_to_reach_them(handoff):
    page = signed_in(handoff.agent).get(brief_of(handoff)).content.decode()

    assert "Buy in Mueller, near the lake" in page
    assert "up to $450k" in page or "$380k-$450k" in page
    assert f'href="tel:{handoff.lead.phones.get().number}"' in page
    assert f'href="sms:{handoff.lead.phones.get().number}"' in page
    assert 'data-seek="73"' in page
    assert "10:00 AM CST" in page


def test_opening_the_brief_changes_nothing_until_the_page_says_so(handoff):
    client = signed_in(handoff.agent)
    read = reverse("handoff:read", args=[handoff.pk])

    assert f'hx-post="{read}" hx-trigger="load"' in client.get(brief_of(handoff)).content.decode()
    assert not BriefRead.objects.exists()
    assert client.get(read).status_code == 405

    assert client.post(read).status_code == 204
    assert BriefRead.objects.get().membership == handoff.agent
    assert read not in client.get(brief_of(handoff)).content.decode()


def unread(member, handoff):
    return InboxItem.objects.filter(membership=member, about=handoff.about, read_at=None).count()


def test_who_has_the_brief_open_has_seen_what_the_inbox_says_of_it(team, handoff):
    other = open_handoff(ready(team), to=handoff.agent, starts_at=SLOT + timedelta(hours=2))
    client, read = signed_in(handoff.agent), reverse("handoff:read", args=[handoff.pk])
    assert unread(handoff.agent, handoff) == 1

    client.post(read)

    assert (unread(handoff.agent, handoff), unread(handoff.agent, other)) == (0, 1)
    assert InboxItem.objects.get(membership=handoff.agent, about=handoff.about).read_at == NOW


def test_what_was_told_since_is_seen_when_the_brief_is_opened_again(handoff):
    client, read = signed_in(handoff.agent), reverse("handoff:read", args=[handoff.pk])
    client.post(read)
    move(appointment=handoff.appointment, starts_at=SLOT + timedelta(hours=2), actor=None, at=NOW)

    assert read in client.get(brief_of(handoff)).content.decode()
    client.post(read)

    assert not unread(handoff.agent, handoff)
    assert read not in client.get(brief_of(handoff)).content.decode()
    assert BriefRead.objects.count() == 1


def test_only_the_agents_own_reading_counts(handoff):
    read = reverse("handoff:read", args=[handoff.pk])

    for member in (handoff.setter, people.lead(handoff.team)):
        assert read not in signed_in(member).get(brief_of(handoff)).content.decode()
        assert signed_in(member).post(read).status_code == 204

    assert not BriefRead.objects.exists()


def test_strangers_and_other_agents_get_404(team, handoff):
    for member in (people.agent(team), people.agent(), people.isa(), people.lead()):
        assert signed_in(member).get(brief_of(handoff)).status_code == 404
        assert signed_in(member).post(reverse("handoff:read", args=[handoff.pk])).status_code == 404


def test_what_changed_after_the_agent_was_told_is_marked(handoff):
    save_answers(lead=handoff.lead, changes={"price_max": 500_000}, actor=handoff.setter, at=NOW)

    page = signed_in(handoff.agent).get(brief_of(handoff)).content.decode()

    assert 'class="changed"' in page
    assert "$500k" in page


def test_peoples_text_is_shown_and_never_run(handoff):
    add_note(lead=handoff.lead, text="<script>alert(1)</script> prefers texts", author=handoff.setter, at=NOW)

    page = signed_in(handoff.agent).get(brief_of(handoff)).content.decode()

    assert "<script>alert(1)" not in page
    assert "prefers texts" in page


def test_a_meeting_in_person_has_a_map(team):
    handoff = open_handoff(ready(team), how=How.IN_PERSON, place="12 Example Street & 3rd")

    page = signed_in(handoff.agent).get(brief_of(handoff)).content.decode()

    assert "query=12%20Example%20Street%20%26%203rd" in page


def test_a_lead_handed_over_now_says_to_call(team):
    handoff = open_direct(ready(team))

    page = signed_in(handoff.agent).get(brief_of(handoff)).content.decode()

    assert "call as soon as you can" in page
    assert reverse("handoff:outcome", args=[handoff.pk]) in page


def test_the_outcome_is_asked_for_from_when_the_appointment_begins(handoff):
    outcome = reverse("handoff:outcome", args=[handoff.pk])
    assert outcome not in signed_in(handoff.agent).get(brief_of(handoff)).content.decode()

    with time_machine.travel(SLOT + timedelta(minutes=1), tick=False):
        assert outcome in signed_in(handoff.agent).get(brief_of(handoff)).content.decode()
        assert outcome not in signed_in(handoff.setter).get(brief_of(handoff)).content.decode()


def test_the_brief_costs_the_same_however_much_is_known(handoff):
    client, costs = signed_in(handoff.agent), []
    client.get(brief_of(handoff))
    for number in range(3):
        for _ in range(number):
            add_note(lead=handoff.lead, text="Prefers texts", author=people.isa(handoff.team), at=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(brief_of(handoff)).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1] == costs[2]
    assert costs[0] <= 9


def test_saved_homes_are_shown_as_they_are_today_and_new_ones_are_marked(handoff):
    setter, listing = handoff.setter, "https://homes.example.com/1"
    said = {"address": "12 Invented Street", "url": listing, "price": 440_000, "beds": 3}
    save_home(lead=handoff.lead, said=said, actor=setter, at=NOW - timedelta(days=1))
    client = signed_in(handoff.agent)
    assert "New since the handoff" not in client.get(brief_of(handoff)).text

    save_home(lead=handoff.lead, said={"url": listing, "status": "to_see"}, actor=setter, at=NOW)
    save_home(lead=handoff.lead, said={"address": "14 Invented Street"}, actor=setter, at=NOW + timedelta(hours=1))

    page = client.get(brief_of(handoff)).text
    assert page.count("New since the handoff") == 1
    assert "Wants to see it" in page
    assert f'href="{listing}"' in page
    assert "$440k" in page
