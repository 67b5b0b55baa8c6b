"""The client cancels on their page: what they are asked, who hears of it, and what the team's doing is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import cancel
from handoff.client.forms import CancelReason
from handoff.client.granting import grant_wishes
from handoff.models import Handoff
from handoff.scripts import script
from handoff.states import AppointmentStatus, ClientAnswer, HandoffStatus
from handoff.tests.client.meeting import now
from handoff.tests.clients import step_in
from handoff.tests.factories import NOW, SLOT
from leads.models import Activity, Lead, Task
from leads.states import Stage
from notifications.models import Delivery, InboxItem

pytestmark = pytest.mark.django_db


def told(handoff: Handoff, audience: str) -> str:
    """What the newest mail to them says."""
    mail = Delivery.objects.filter(about=handoff.about, audience=audience, channel="email").latest("pk")
    return f"{mail.message['title']} {mail.message['lead_in']}"


def test_cancelling_asks_why_then_shows_what_happens_then_does_it(handoff, visitor):
    assert "Why?" in visitor.see("cancel/")
    asked = visitor.say_why("plans", "New job")
    assert asked.redirect_chain[0][1] == 302  # a page of its own: coming back to it sends nothing again
    assert "My plans have changed: New job" in asked.content.decode()
    assert now(handoff).status == AppointmentStatus.BOOKED

    visitor.post("cancel/", {"step": step_in(asked)})
    again = visitor.post("cancel/", {"step": step_in(asked)})

    assert again.url.endswith("?done=stale")
    handoff.refresh_from_db()
    assert handoff.status == HandoffStatus.CANCELLED
    assert now(handoff).client_answer == ClientAnswer.CANCELLED
    assert now(handoff).cancel_reason == "My plans have changed: New job"
    assert Lead.objects.get(pk=handoff.lead_id).stage == Stage.QUALIFIED


def test_everybody_hears_who_cancelled_and_the_team_why(handoff, visitor):
    visitor.cancel("agent")

    story = Activity.objects.get(lead=handoff.lead_id, kind="cancelled")
    assert (story.summary, story.actor) == ("The client cancelled: I work with another agent now", None)
    assert f"is called off by {handoff.lead.name}" in told(handoff, "agent")
    assert InboxItem.objects.filter(membership=handoff.setter, kind="handoff_cancelled").exists()
    mail = Delivery.objects.filter(about=handoff.about, audience="client", channel="email").latest("pk")
    assert mail.invite
    assert mail.invite["method"] == "CANCEL"
    assert mail.message["link_label"] == "Choose another time"
    assert "another agent now" not in str(mail.message)


def test_who_set_it_is_asked_to_call_the_client_who_cancelled_until_there_is_a_new_time(handoff, visitor):
    visitor.cancel("agent")

    task = Task.objects.open().get(key__startswith=f"lead/{handoff.lead_id}|client_wish|")
    assert (task.assignee, task.is_urgent, task.script) == (handoff.setter, True, "cancelled_call")
    assert task.title == f"Call {handoff.lead.name}: they cancelled"
    assert "I work with another agent now" in task.detail
    assert cancelled_words(handoff).startswith(f"Hi {handoff.lead.first_name}")

    grant_wishes(handoff.lead, at=NOW)
    assert not Task.objects.open().filter(pk=task.pk).exists()


def test_what_the_team_cancelled_needs_no_call_about_it(handoff):
    cancel(appointment=handoff.appointment, reason="Agent is ill", actor=handoff.setter, at=NOW)

    assert not Task.objects.filter(script="cancelled_call").exists()


def cancelled_words(handoff):
    return script("cancelled_call", lead=handoff.lead, agent=handoff.agent, team=handoff.team).text


def test_who_cancelled_may_choose_a_new_time(handoff, visitor):
    visitor.cancel()

    assert "Choose a new time" in visitor.see()
    visitor.choose(handoff.agent, SLOT + timedelta(days=1))

    assert Handoff.objects.open().get(lead=handoff.lead_id).appointment.starts_at == SLOT + timedelta(days=1)


def test_what_the_team_cancelled_is_not_said_to_be_the_clients_doing(handoff, visitor):
    cancel(appointment=handoff.appointment, reason="Agent is ill", actor=handoff.setter, at=NOW)

    page = visitor.see()
    assert "will not take place" in page
    assert "Agent is ill" not in page
    assert "Choose a new time" not in page
    assert visitor.get("cancel/").status_code == 302


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Please choose one"),
        ({"reason": "nonsense"}, "Please choose one of these"),
        ({"reason": "other"}, "Please say it in a few words"),
        ({"reason": "plans", "note": "x" * 400}, "keep it under 200"),
        ({"reason": "plans", "note": "a\nb"}, "Line breaks"),
    ],
)
def test_a_reason_that_is_none_is_asked_for_again(handoff, visitor, said, words):
    answer = visitor.post("cancel/", said)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "name=&quot;step" not in answer.content.decode()
    assert now(handoff).status == AppointmentStatus.BOOKED


def test_emoji_and_markup_arrive_as_they_were_said(handoff, visitor):
    visitor.cancel("other", "😀 <b>Sorry</b> & bye")

    assert now(handoff).cancel_reason == f"{CancelReason.OTHER.label}: 😀 <b>Sorry</b> & bye"
