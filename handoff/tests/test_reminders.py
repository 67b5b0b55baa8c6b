"""The client is reminded, and a time that they have not confirmed becomes a call to make."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handoff.appointments import cancel, move, reassign, take_back
from handoff.confirmation.steps import EARLY, LATE, TERMS, UNCONFIRMED
from handoff.confirming import confirm
from handoff.models import Appointment, Handoff
from handoff.outcomes import record_outcome
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, policy, ready
from leads.models import Lead, Task
from leads.states import Via
from leads.verification import confirm_no_email
from notifications.models import Delivery, InboxItem, TextChoice, Timer
from notifications.promises.drains import drain_all
from notifications.promises.timers import fire_due
from notifications.tests.peers.mail import smtp_server  # noqa: F401 - a fixture
from teams.models import TextsConnection
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

#: Tuesday 2:00 PM in Chicago: no step of it falls into the night.
MEETS = SLOT + timedelta(hours=4)
DAY, TWO_HOURS, THREE_HOURS = MEETS - timedelta(days=1), MEETS - timedelta(hours=2), MEETS - timedelta(hours=3)
#: Three days before, so that every step is still to come.
EARLIER = NOW - timedelta(days=2)


def booked(**fields) -> Handoff:
    return open_handoff(
        fields.pop("lead", None) or ready(email="dana@example.com"),
        **({"at": EARLIER, "starts_at": MEETS} | fields),
    )


def steps(handoff: Handoff) -> dict[str, datetime]:
    running = Timer.objects.filter(about=handoff.about, kind__in=TERMS, called_off_at=None, fired_at=None)
    return {each.kind: each.due_at for each in running}


def reminders(handoff: Handoff) -> list[Delivery]:
    return list(Delivery.objects.filter(about=handoff.about, kind__in=(EARLY, LATE)).order_by("pk"))


def test_a_client_is_reminded_a_day_and_two_hours_before_and_asked_for_three_hours_before():
    assert steps(booked()) == {EARLY: DAY, LATE: TWO_HOURS, UNCONFIRMED: THREE_HOURS}


def test_who_has_not_confirmed_gets_the_button_and_who_has_is_looked_forward_to(smtp_server):  # noqa: F811
    handoff = booked()
    drain_all(at=EARLIER)

    fire_due(at=DAY)
    drain_all(at=DAY)
    confirm(handoff=handoff, actor=None, at=DAY + timedelta(hours=1))
    fire_due(at=TWO_HOURS)
    drain_all(at=TWO_HOURS)

    _, asked, told = smtp_server.to("dana@example.com")
    assert str(asked["Subject"]) == f"Please confirm: call with {handoff.agent.user.name} tomorrow at 2:00 PM CST"
    assert "Confirm" in asked.get_body(("plain",)).get_content()
    assert str(told["Subject"]) == f"See you today at 2:00 PM CST: call with {handoff.agent.user.name}"
    assert "Confirm" not in told.get_body(("plain",)).get_content()


def test_the_agent_gets_no_reminder():
    handoff = booked()
    for moment in (DAY, THREE_HOURS, TWO_HOURS):
        fire_due(at=moment)
    assert not Delivery.objects.filter(recipient=handoff.agent, kind__in=(EARLY, LATE, UNCONFIRMED)).exists()


def test_three_hours_before_the_isa_has_to_call_with_the_words_to_say():
    handoff = booked()

    fire_due(at=THREE_HOURS)

    task = Task.objects.get(lead=handoff.lead, kind=UNCONFIRMED)
    assert (task.assignee, task.script, task.is_urgent) == (handoff.setter, "confirmation_call", True)
    assert task.due_at == THREE_HOURS + timedelta(hours=1)
    assert InboxItem.objects.get(membership=handoff.setter, kind=UNCONFIRMED).title.endswith("has not confirmed yet")


def test_once_they_should_have_met_nobody_need_call_about_it():
    handoff = booked()
    fire_due(at=THREE_HOURS)

    fire_due(at=handoff.appointment.ends_at)

    assert Task.objects.get(lead=handoff.lead, kind=UNCONFIRMED).done_at == handoff.appointment.ends_at


def test_who_confirmed_is_not_called():
    handoff = booked()
    confirm(handoff=handoff, actor=None, at=DAY)

    fire_due(at=THREE_HOURS)

    assert not Task.objects.filter(lead=handoff.lead, kind=UNCONFIRMED).exists()
    assert Timer.objects.get(about=handoff.about, kind=UNCONFIRMED).called_off_at == DAY


def test_confirming_finishes_the_task_and_tells_agent_and_isa():
    handoff = booked()
    fire_due(at=THREE_HOURS)

    confirm(handoff=handoff, actor=None, at=TWO_HOURS)

    assert not Task.objects.open().filter(lead=handoff.lead, kind=UNCONFIRMED).exists()
    told = InboxItem.objects.filter(kind="client_confirmed")
    assert {item.membership for item in told} == {handoff.agent, handoff.setter}
    assert not Delivery.objects.filter(kind="client_confirmed").exists()


def test_who_heard_it_on_the_phone_is_not_told_so():
    handoff = booked()
    confirm(handoff=handoff, actor=handoff.setter, at=DAY)
    item = InboxItem.objects.get(kind="client_confirmed")
    assert (item.membership, item.body) == (
        handoff.agent,
        f"They told {handoff.setter.user.name} that they will be there.",
    )


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(minutes=90), set()),
        (timedelta(hours=2, minutes=30), set()),
        (timedelta(hours=3, minutes=30), {LATE}),
        (timedelta(hours=5), {LATE, UNCONFIRMED}),
        (timedelta(hours=24, minutes=30), {LATE, UNCONFIRMED}),
        (timedelta(hours=25), {EARLY, LATE, UNCONFIRMED}),
    ],
)
def test_steps_that_have_passed_or_come_within_the_hour_are_left_out(ahead, expected):
    assert set(steps(open_handoff(starts_at=MEETS, at=MEETS - ahead))) == expected


def test_a_lead_handed_over_without_a_time_has_nothing_to_confirm():
    assert steps(open_direct()) == {}


def test_a_team_can_switch_each_step_off_and_what_is_open_keeps_its_terms():
    lead = ready()
    kept = booked(lead=ready(lead.team))
    policy(lead.team, reminder_early_hours=0, reminder_late_minutes=60, unconfirmed_minutes=0)

    assert steps(booked(lead=lead)) == {LATE: MEETS - timedelta(hours=1)}
    move(appointment=kept.appointment, starts_at=MEETS + timedelta(hours=2), actor=kept.setter, at=NOW)
    assert set(steps(kept)) == {LATE, UNCONFIRMED, EARLY}


def test_another_time_moves_the_steps_and_asks_anew():
    handoff = booked()
    fire_due(at=DAY)
    confirm(handoff=handoff, actor=None, at=DAY)
    later = MEETS + timedelta(days=1)

    move(appointment=handoff.appointment, starts_at=later, actor=handoff.setter, at=DAY)
    assert steps(handoff)[EARLY] == later - timedelta(days=1)
    fire_due(at=later - timedelta(days=1))

    assert [each.message["link_label"] for each in reminders(handoff)] == ["Confirm", "Confirm"]


def test_another_agent_is_told_of_as_the_one_they_meet():
    handoff = booked()
    reassign(handoff=handoff, agent=agent(handoff.team, user__name="Ben Other"), actor=handoff.setter, at=EARLIER)

    fire_due(at=DAY)

    (mail,) = reminders(handoff)
    assert "Ben Other" in mail.message["title"]


@pytest.mark.parametrize("end", ["cancel", "take_back", "outcome"])
def test_nothing_is_said_once_it_has_ended(end):
    handoff = booked()
    fire_due(at=THREE_HOURS)
    said = len(reminders(handoff))
    if end == "cancel":
        cancel(appointment=handoff.appointment, reason="", actor=handoff.setter, at=THREE_HOURS)
    elif end == "take_back":
        take_back(handoff=handoff, reason="", actor=handoff.setter, at=THREE_HOURS)
    else:
        record_outcome(handoff=handoff, showed="no", actor=handoff.agent, via=Via.PAGE, at=MEETS)

    fire_due(at=MEETS + timedelta(days=3))

    assert len(reminders(handoff)) == said
    assert steps(handoff) == {}
    assert not Task.objects.open().filter(kind=UNCONFIRMED).exists()


def test_a_reminder_that_still_waits_is_not_sent_once_it_is_off(smtp_server):  # noqa: F811
    handoff = booked()
    drain_all(at=EARLIER)
    fire_due(at=DAY)
    cancel(appointment=handoff.appointment, reason="", actor=handoff.setter, at=DAY)

    drain_all(at=DAY)

    assert [each.state for each in reminders(handoff)] == ["dropped"]


def test_after_an_outage_one_reminder_says_all(smtp_server):  # noqa: F811
    handoff = booked()
    drain_all(at=EARLIER)
    before = len(smtp_server.messages)

    late = MEETS - timedelta(minutes=40)
    fire_due(at=late)
    drain_all(at=late)

    (mail,) = smtp_server.messages[before:]
    assert str(mail["Subject"]).endswith("today at 2:00 PM CST")
    assert Task.objects.filter(lead=handoff.lead, kind=UNCONFIRMED).count() == 1


def test_after_the_start_nothing_is_said_to_the_client():
    handoff = booked()
    fire_due(at=MEETS)
    assert reminders(handoff) == []
    assert not Task.objects.filter(kind=UNCONFIRMED).exists()


def test_each_step_fires_once():
    handoff = booked()
    assert fire_due(at=DAY) == 1
    assert fire_due(at=DAY) == 0
    assert len(reminders(handoff)) == 1


def texting(handoff: Handoff) -> None:
    TextsConnection.objects.create(team=handoff.team, account="AC1", token="t" * 20, sender="+15125550100")
    TextChoice.objects.create(
        team=handoff.team, number=handoff.facts["lead"]["phone"], is_in=True, how="spoken", at=EARLIER
    )


def test_who_wants_texts_gets_a_text_and_no_mail():
    handoff = booked()
    texting(handoff)

    fire_due(at=DAY)

    (text,) = reminders(handoff)
    assert text.channel == "sms"
    assert text.message["title"] == f"Tomorrow at 2:00 PM CST: call with {handoff.agent.user.name}. Please confirm here"
    assert "/a/" in text.message["link"]


def test_who_never_agreed_to_texts_gets_a_mail():
    handoff = booked()
    TextsConnection.objects.create(team=handoff.team, account="AC1", token="t" * 20, sender="+15125550100")
    fire_due(at=DAY)
    assert [each.channel for each in reminders(handoff)] == ["email"]


def test_who_has_neither_mail_nor_texts_is_called_by_the_isa():
    lead = ready(email="")
    confirm_no_email(lead=lead, actor=lead.isa, at=EARLIER)
    handoff = booked(lead=Lead.objects.get(pk=lead.pk))

    for moment in (DAY, THREE_HOURS):
        fire_due(at=moment)

    assert reminders(handoff) == []
    assert Task.objects.filter(lead=lead, kind=UNCONFIRMED).exists()
    assert Appointment.objects.get(handoff=handoff).client_answer == ""


def test_a_reminder_tells_nothing_of_what_the_client_said():
    handoff = booked(lead=ready(answers={"motivation": "Divorce"}))
    fire_due(at=DAY)
    assert "Divorce" not in str(reminders(handoff)[0].message)


def test_times_are_in_utc_and_aware():
    assert steps(booked())[EARLY] == datetime(2026, 11, 23, 20, tzinfo=UTC)


def test_after_an_outage_a_new_time_that_nobody_has_heard_of_yet_says_it_all(smtp_server):  # noqa: F811
    handoff = booked()
    drain_all(at=EARLIER)
    moved_to = MEETS + timedelta(hours=2)
    move(appointment=handoff.appointment, starts_at=moved_to, actor=handoff.setter, at=DAY)
    afterwards = DAY + timedelta(hours=5)

    fire_due(at=afterwards)
    drain_all(at=afterwards)

    _, heard = smtp_server.to("dana@example.com")
    assert str(heard["Subject"]).startswith("New time")
