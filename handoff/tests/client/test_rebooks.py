"""The rebook link: a new time after an appointment came to nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from zeal import zeal_ignore

from handoff.appointments import take_back
from handoff.client.links import rebook_link
from handoff.models import Appointment, Handoff
from handoff.models.appointments import How
from handoff.models.outcomes import NextStep, Showed
from handoff.outcomes import record_outcome
from handoff.states import AppointmentStatus, ClientAnswer, HandoffStatus
from handoff.tests.clients import Visitor, step_in
from handoff.tests.factories import MINUTES, NOW, SLOT, open_direct, open_handoff, ready
from leads.models import Activity, Lead, Recording, Task
from leads.states import Stage, Via
from notifications.models import Delivery, InboxItem
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

AFTER = SLOT + timedelta(hours=2)
#: Wednesday, 10:00 in Chicago.
NEXT = SLOT + timedelta(days=1)


def missed(handoff: Handoff | None = None) -> Handoff:
    """A handoff whose client did not come."""
    handoff = handoff or open_handoff()
    record_outcome(
        handoff=handoff,
        showed=Showed.NO,
        is_good=None,
        reason="",
        next_step=NextStep.REBOOK,
        note="",
        actor=handoff.agent,
        via=Via.PAGE,
        at=AFTER,
    )
    return Handoff.objects.select_related("agent__user", "setter__user", "appointment", "lead").get(pk=handoff.pk)


@pytest.fixture
def no_show():
    return missed()


@pytest.fixture
def visitor(no_show):
    return Visitor(no_show, at=AFTER)


def newest(handoff: Handoff) -> Handoff:
    return Handoff.objects.filter(lead=handoff.lead_id).latest("pk")


def test_the_link_leads_to_times_of_the_same_agent(no_show, visitor):
    assert rebook_link(no_show) == f"http://testserver{visitor.home}times/"

    page = visitor.see("times/")

    assert "When can you talk with" in page
    assert f"Times with {no_show.agent.user.name}" in page


def test_a_chosen_time_is_booked_by_the_ordinary_door_and_confirmed(no_show, visitor):
    answer = visitor.choose(no_show.agent, NEXT)

    new = newest(no_show)
    assert answer.status_code == 302
    assert new.pk != no_show.pk
    assert (new.status, new.setter, new.agent) == (HandoffStatus.OPEN, no_show.setter, no_show.agent)
    assert new.appointment.starts_at == NEXT
    assert new.appointment.client_answer == ClientAnswer.CONFIRMED
    assert Lead.objects.get(pk=no_show.lead_id).stage == Stage.APPOINTMENT_SET
    assert set(Delivery.objects.filter(about=new.about, kind="handoff_opened").values_list("audience", flat=True)) >= {
        "agent",
        "client",
    }


def test_the_story_and_the_messages_say_that_the_client_did_it(no_show, visitor):
    visitor.choose(no_show.agent, NEXT)

    new = newest(no_show)
    told = Activity.objects.filter(lead=no_show.lead_id, kind="handoff").latest("pk")
    assert told.summary.startswith(f"The client chose a time with {no_show.agent.user}")
    assert told.actor is None
    mail = Delivery.objects.get(about=new.about, kind="handoff_opened", audience="agent", channel="email")
    assert "on their page" in mail.message["lead_in"]


def test_the_setter_hears_of_it_though_they_are_credited(no_show, visitor):
    visitor.choose(no_show.agent, NEXT)

    assert InboxItem.objects.filter(membership=no_show.setter, kind="handoff_opened").count() == 1


def test_a_link_that_was_used_leads_to_the_appointment_there_is(no_show, visitor):
    visitor.choose(no_show.agent, NEXT)

    assert visitor.post("times/", {}).url.endswith("?done=stale")
    page = visitor.see("times/")
    assert "Wednesday, November 25" in page
    assert "Confirmed" in page


def test_looking_and_choosing_books_nothing_before_the_second_step(no_show, visitor):
    visitor.get("times/")
    review = visitor.pick(no_show.agent, NEXT)

    assert "Is this right?" in review.content.decode()
    assert newest(no_show).pk == no_show.pk


def test_another_agent_of_the_team_can_be_chosen(no_show, visitor):
    other = agent(no_show.team, user__name="Jordan Other")

    assert "Jordan Other" in visitor.see("times/", team="1")
    visitor.choose(other, NEXT)

    assert newest(no_show).agent == other


def test_a_place_is_kept_with_the_agent_it_was_agreed_with_and_another_one_calls():
    for whom, kept in (("same", (How.IN_PERSON, "12 Sample Street")), ("other", (How.CALL, ""))):
        handoff = missed(open_handoff(how=How.IN_PERSON, place="12 Sample Street"))
        chosen = handoff.agent if whom == "same" else agent(handoff.team)

        Visitor(handoff, at=AFTER).choose(chosen, NEXT)

        appointment = newest(handoff).appointment
        assert (appointment.how, appointment.place) == kept


def test_a_closed_gate_loses_nothing(no_show, visitor):
    Recording.objects.filter(lead=no_show.lead_id).delete()

    with zeal_ignore():  # the lead is locked once to book, and once more to keep the wish
        answer = visitor.choose(no_show.agent, NEXT)

    assert answer["Location"].endswith("?done=asked")
    assert newest(no_show).pk == no_show.pk
    task = Task.objects.open().get(key__startswith=f"lead/{no_show.lead_id}|client_wish|")
    assert (task.assignee, task.is_urgent) == (no_show.setter, True)
    assert "Wed, Nov 25, 10:00 AM CST" in task.detail
    assert "ecording" in task.detail
    assert "ecording" not in visitor.see(done="asked")


def test_a_kept_wish_is_granted_by_the_next_handoff(no_show, visitor):
    visitor.post("call/", {"wish": "Any evening"})
    assert Task.objects.open().filter(key__contains="client_wish").count() == 1

    visitor.choose(no_show.agent, NEXT)

    assert not Task.objects.open().filter(key__contains="client_wish").exists()


def test_a_replayed_step_books_nothing_even_when_the_new_one_was_cancelled(no_show, visitor):
    asked = visitor.pick(no_show.agent, NEXT)
    step = step_in(asked)
    visitor.post("times/", {"step": step})
    Visitor(newest(no_show), at=AFTER).cancel()

    visitor.post("times/", {"step": step})

    assert Handoff.objects.filter(lead=no_show.lead_id).count() == 2
    assert Appointment.objects.filter(lead=no_show.lead_id, status=AppointmentStatus.BOOKED).count() == 0


def test_after_a_direct_handoff_that_did_not_show_a_first_time_is_chosen():
    handoff = missed(open_direct(ready()))

    Visitor(handoff, at=AFTER).choose(handoff.agent, NEXT)

    new = newest(handoff)
    assert new.pk != handoff.pk
    assert new.appointment.starts_at == NEXT


def test_what_the_team_took_back_is_not_booked_again_by_the_client():
    handoff = open_handoff()
    take_back(handoff=handoff, reason="Wrong person", actor=handoff.setter, at=NOW)
    visitor = Visitor(handoff)

    assert visitor.get("times/").status_code == 302
    assert "Choose a new time" not in visitor.see()
    assert "Ask for a call" in visitor.see()


def test_the_link_lasts_for_a_month_after_the_missed_time(no_show):
    assert Visitor(no_show, at=SLOT + timedelta(days=29)).get("times/").status_code == 200
    assert Visitor(no_show, at=SLOT + timedelta(days=31)).get("times/").status_code == 410


def test_an_agent_who_left_is_not_offered_and_others_are(no_show, visitor):
    other = agent(no_show.team, user__name="Jordan Other")
    no_show.agent.ended_at = NOW
    no_show.agent.save(update_fields=["ended_at"])

    assert "takes no appointments just now" in visitor.see("times/")
    assert visitor.pick(no_show.agent, NEXT).status_code == 422
    visitor.choose(other, NEXT)

    assert newest(no_show).agent == other


def test_as_long_as_before_is_booked(no_show, visitor):
    visitor.choose(no_show.agent, NEXT)

    appointment = newest(no_show).appointment
    assert appointment.ends_at - appointment.starts_at == timedelta(minutes=MINUTES)
