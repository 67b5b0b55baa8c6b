"""A client without an email address who agreed to texts: what they are texted, and the page behind its link."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from icalendar import Calendar

from handoff.appointments import cancel, move, reassign, take_back
from handoff.client.links import SALT, client_link, token_for
from handoff.models import Handoff
from handoff.receipts import receipts_of
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from leads.models import Lead, Task
from leads.texts import agree
from leads.verification import confirm_no_email
from notifications.models import Delivery, OutboxCard
from notifications.promises.drains import drain
from notifications.promises.owed import State
from teams.models import TextsConnection
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    found = ready(email="", phone="+15125550123")
    TextsConnection.objects.create(team=found.team)
    confirm_no_email(lead=found, actor=found.isa, at=NOW)
    return Lead.objects.get(pk=found.pk)


@pytest.fixture
def agreed(lead):
    agree(lead=lead, actor=lead.isa, at=NOW)
    return Lead.objects.get(pk=lead.pk)


@pytest.fixture
def handoff(agreed):
    return open_handoff(agreed)


def texted(handoff: Handoff, at=NOW) -> list[str]:
    """Send what is due, and return every text that was drawn."""
    drain(Delivery, at=at, about=handoff.about, stream="sms")
    return [card.payload["body"] for card in OutboxCard.objects.filter(kind="sms").order_by("pk")]


def link_in(body: str) -> str:
    found = re.search(r"http://testserver(/a/\S+)", body)
    assert found
    return found[1]


def test_the_invite_is_a_text_with_a_link_and_nobody_has_to_call(handoff, client):
    (body,) = texted(handoff)

    assert f"Your call with {handoff.agent.user.name}: Tue, Nov 24, 10:00 AM CST." in body
    assert body.endswith("Reply STOP to end texts.")
    assert not Task.objects.filter(key__contains="client_call").exists()
    with time_machine.travel(NOW, tick=False):
        page = client.get(link_in(body)).content.decode()
    assert f"Call with {handoff.agent.user.name}" in page
    assert "Tuesday, November 24</strong> <span>10:00 AM" in page
    assert "Central Time (CST)" in page


def test_without_a_word_on_texts_a_person_calls(lead):
    handoff = open_handoff(lead)

    assert texted(handoff) == []
    assert Task.objects.filter(key__contains="client_call", assignee=handoff.setter).exists()


def test_a_client_with_an_address_is_mailed_and_not_texted():
    lead = ready(phone="+15125550123")
    TextsConnection.objects.create(team=lead.team)
    agree(lead=lead, actor=lead.isa, at=NOW)

    handoff = open_handoff(lead)

    assert set(Delivery.objects.filter(about=handoff.about, audience="client").values_list("channel", flat=True)) == {
        "email"
    }


def test_a_text_that_could_only_come_after_the_meeting_becomes_a_call(agreed):
    evening = NOW + timedelta(hours=12)  # 22:00
    early = SLOT - timedelta(hours=2, minutes=15)  # 7:45, before texts may come
    handoff = open_handoff(
        agreed, to=agent(agreed.team, hours="06:00-17:00 mon-fri"), starts_at=early + timedelta(minutes=-15), at=evening
    )

    assert not Delivery.objects.filter(channel="sms").exists()
    assert Task.objects.filter(key__contains="client_call", assignee=handoff.setter).exists()


def test_at_night_the_receipt_says_what_it_waits_for(agreed):
    handoff = open_handoff(agreed, at=NOW + timedelta(hours=12))

    receipt = next(each for each in receipts_of(handoff) if each.kind == "Text")
    assert (receipt.state, receipt.answer) == ("waiting", "Waits for 8:00 AM their time.")
    assert receipt.to == handoff.lead.name


def test_a_move_is_texted_and_the_old_link_shows_the_new_time(handoff, client):
    (first,) = texted(handoff)
    move(appointment=handoff.appointment, starts_at=SLOT + timedelta(hours=3), actor=handoff.setter, at=NOW)

    _, second = texted(handoff)

    assert "New time for your call" in second
    assert "1:00 PM CST" in second
    with time_machine.travel(NOW, tick=False):
        assert "<span>1:00 PM" in client.get(link_in(first)).content.decode()


def test_a_cancellation_is_texted_and_the_link_shows_only_that(handoff, client):
    (first,) = texted(handoff)
    cancel(appointment=handoff.appointment, reason="Found a house", actor=handoff.setter, at=NOW)

    _, second = texted(handoff)

    assert "Cancelled: your call" in second
    with time_machine.travel(NOW, tick=False):
        page = client.get(link_in(first)).content.decode()
        calendar = client.get(link_in(first) + "appointment.ics")
    assert "will not take place" in page
    assert "Found a house" not in page
    assert "Add to my calendar" not in page
    assert calendar.status_code == 410


def test_another_agent_is_texted(handoff):
    texted(handoff)
    to = agent(handoff.team, user__name="Jordan Other")
    reassign(handoff=handoff, agent=to, actor=handoff.setter, at=NOW)

    assert "Jordan Other will take your call" in texted(handoff)[-1]


def test_taking_back_tells_the_client_that_the_meeting_is_off(handoff):
    texted(handoff)
    take_back(handoff=handoff, reason="Agent is ill", actor=handoff.setter, at=NOW)

    assert len(texted(handoff)) == 2
    assert "ill" not in texted(handoff)[-1].lower().replace("will", "")


def test_the_calendar_file_is_to_be_kept_and_asks_nobody_to_answer(handoff, client):
    (body,) = texted(handoff)

    with time_machine.travel(NOW, tick=False):
        answer = client.get(link_in(body) + "appointment.ics")

    assert answer["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert calendar["method"] == "PUBLISH"
    assert "attendee" not in event
    assert event["uid"] == handoff.appointment.uid
    assert event.decoded("dtstart") == SLOT
    assert "mail" not in str(event["description"])


def test_the_page_is_kept_out_of_search_engines_and_tells_nothing_of_the_lead(handoff, client):
    with time_machine.travel(NOW, tick=False):
        answer = client.get(client_link(handoff).removeprefix("http://testserver"))

    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert handoff.lead.last_name not in page
    assert "Mueller" not in page
    assert "450k" not in page
    assert "450,000" not in page


def test_opening_the_link_changes_no_row(handoff, client):
    path = client_link(handoff).removeprefix("http://testserver")
    texted(handoff)
    before = list(Handoff.objects.values()), list(Delivery.objects.values())

    with time_machine.travel(NOW, tick=False):
        client.get(path)
        client.get(path + "appointment.ics")
        assert client.post(path).status_code == 405

    assert (list(Handoff.objects.values()), list(Delivery.objects.values())) == before


def test_a_link_expires(handoff, client):
    path = client_link(handoff).removeprefix("http://testserver")

    with time_machine.travel(SLOT + timedelta(hours=2), tick=False):
        assert "is over" in client.get(path).content.decode()
    with time_machine.travel(SLOT + timedelta(days=3), tick=False):
        assert client.get(path).status_code == 410
        assert client.get(path + "appointment.ics").status_code == 410


@pytest.mark.parametrize("token", ["x", "1.2~abc", "~", ".~x", "1~", "é~x"])
def test_a_made_up_link_is_none(token, client, handoff):
    answer = client.get(f"/a/{token}/")

    assert answer.status_code == 404
    assert handoff.agent.user.name not in answer.content.decode()


def test_a_signature_for_another_purpose_is_none(handoff, client):
    claim, _, _ = token_for(handoff).partition("~")
    other = signing.Signer(salt="elsewhere", sep="~").sign(claim)
    nobody = signing.Signer(salt=SALT, sep="~").sign("zzzz.zzzzzz")

    assert client.get(f"/a/{other}/").status_code == 404
    assert client.get(f"/a/{nobody}/").status_code == 404


def test_a_text_that_fails_for_good_becomes_a_call(handoff):
    Delivery.objects.filter(channel="sms").update(deadline_at=NOW - timedelta(minutes=1))
    drain(Delivery, at=NOW, stream="sms")

    assert Delivery.objects.get(channel="sms").state == State.FAILED
    task = Task.objects.get(kind="given_up")
    assert task.assignee == handoff.setter
    assert handoff.lead.name in task.title


def call_task(handoff):
    return Task.objects.filter(key__contains="client_call", assignee=handoff.setter)


def test_who_agrees_once_the_time_is_set_is_texted_it_and_nobody_has_to_call(lead):
    handoff = open_handoff(lead)
    assert call_task(handoff).open().exists()

    agree(lead=lead, actor=lead.isa, at=NOW)

    assert "Your call with" in texted(handoff)[0]
    assert not call_task(handoff).open().exists()


def test_who_agrees_when_no_text_could_come_in_time_is_still_called(lead):
    evening = NOW + timedelta(hours=12)
    handoff = open_handoff(
        lead,
        to=agent(lead.team, hours="06:00-17:00 mon-fri"),
        starts_at=SLOT - timedelta(hours=2, minutes=30),
        at=evening,
    )

    agree(lead=lead, actor=lead.isa, at=evening)

    assert texted(handoff, at=evening) == []
    assert call_task(handoff).open().count() == 1


def test_agreeing_twice_texts_once(lead):
    handoff = open_handoff(lead)
    agree(lead=lead, actor=lead.isa, at=NOW)
    agree(lead=lead, actor=lead.isa, at=NOW)

    assert len(texted(handoff)) == 1


def test_agreeing_after_the_meeting_began_texts_nothing(lead):
    handoff = open_handoff(lead)
    agree(lead=lead, actor=lead.isa, at=SLOT)

    assert texted(handoff, at=SLOT) == []


def test_a_client_who_is_mailed_is_not_texted_because_they_agreed():
    lead = ready(phone="+15125550123")
    TextsConnection.objects.create(team=lead.team)
    handoff = open_handoff(lead)
    revision = handoff.revision

    agree(lead=lead, actor=lead.isa, at=NOW)

    assert texted(handoff) == []
    handoff.refresh_from_db()
    assert handoff.revision == revision
