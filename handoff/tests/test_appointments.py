"""Moving and cancelling an appointment: what changes, and who hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import cancel, move
from handoff.booking import hold_slot
from handoff.errors import SlotTaken, TooLate, Unbookable
from handoff.models import Handoff, OwnerChange
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.tests.factories import MINUTES, NOW, SLOT, open_handoff, policy, ready
from leads.models import Activity, Lead, Task
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.verification import confirm_no_email
from notifications.models import Delivery, InboxItem, Timer
from notifications.promises.owed import State
from teams.tests.factories import agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

LATER = SLOT + timedelta(hours=3)
AFTERWARDS = NOW + timedelta(minutes=10)


def mails(handoff: Handoff, kind: str) -> dict[str, tuple[str, int]]:
    """Method and SEQUENCE of what is owed by mail to each audience."""
    found = Delivery.objects.filter(about=handoff.about, kind=kind, channel="email")
    return {each.audience: (each.invite["method"], each.invite["sequence"]) for each in found if each.invite}


def moved(handoff: Handoff, starts_at=LATER, **fields):
    asked = {"actor": handoff.setter, "at": AFTERWARDS} | fields
    return move(appointment=handoff.appointment, starts_at=starts_at, **asked)


def cancelled(handoff: Handoff, **fields) -> Handoff:
    asked = {"reason": "Client is ill", "actor": handoff.setter, "at": AFTERWARDS} | fields
    return cancel(appointment=handoff.appointment, **asked)


def test_moving_keeps_the_row_and_raises_the_sequence():
    handoff = open_handoff()

    appointment = moved(handoff)

    handoff.refresh_from_db()
    assert (appointment.pk, appointment.uid) == (handoff.appointment.pk, handoff.appointment.uid)
    assert (appointment.starts_at, appointment.ends_at) == (LATER, LATER + timedelta(minutes=45))
    assert (appointment.sequence, handoff.revision) == (1, 2)


def test_moving_updates_agent_and_client_with_the_new_sequence():
    handoff = open_handoff()

    moved(handoff)

    assert mails(handoff, "handoff_moved") == {"agent": ("REQUEST", 1), "client": ("REQUEST", 1)}
    update = Delivery.objects.get(about=handoff.about, kind="handoff_moved", audience="client")
    first = Delivery.objects.get(about=handoff.about, kind="handoff_opened", audience="client")
    assert update.lane == first.lane
    assert update.pk > first.pk


def test_moving_twice_tells_only_of_the_last_time_if_nobody_has_heard_of_the_first():
    handoff = open_handoff()

    moved(handoff)
    moved(handoff, starts_at=LATER + timedelta(hours=1))

    told = Delivery.objects.filter(about=handoff.about, kind="handoff_moved", audience="client").order_by("pk")
    assert [(each.state, (each.invite or {})["sequence"]) for each in told] == [(State.DROPPED, 1), (State.WAITING, 2)]


def test_the_same_move_pressed_twice_is_one_move():
    handoff = open_handoff()

    moved(handoff)
    again = moved(handoff)

    assert again.sequence == 1
    assert Delivery.objects.filter(about=handoff.about, kind="handoff_moved", channel="email").count() == 2


def test_the_channel_hears_of_the_new_time():
    handoff = open_handoff()

    moved(handoff)

    card = Delivery.objects.get(about=handoff.about, kind="handoff_moved", channel="slack")
    assert card.message["title"] == f"Moved: {handoff.lead.name}, now Tue, Nov 24, 1:00 PM CST"
    before = next(fact["value"] for fact in card.message["facts"] if fact["label"] == "Before")
    assert before == "Tue, Nov 24, 10:00 AM CST"


def test_moving_moves_the_outcome_by_the_policy_of_the_opening():
    handoff = open_handoff()
    policy(handoff.team, outcome_hours=72, outcome_reminders=[1])

    moved(handoff)

    handoff.refresh_from_db()
    ends_at = LATER + timedelta(minutes=45)
    assert handoff.outcome_due_at == ends_at + timedelta(hours=24)
    timers = Timer.objects.filter(about=handoff.about, called_off_at=None, kind__startswith="outcome")
    assert [due_at - ends_at for due_at in timers.order_by("due_at").values_list("due_at", flat=True)] == [
        timedelta(hours=hours) for hours in (0, 2, 12, 20, 24)
    ]


def test_moving_by_half_an_hour_does_not_collide_with_itself():
    handoff = open_handoff()

    assert moved(handoff, starts_at=SLOT + timedelta(minutes=30)).starts_at == SLOT + timedelta(minutes=30)


def test_moving_into_another_appointment_is_refused_and_changes_nothing():
    to = agent()
    open_handoff(ready(to.team), to=to, starts_at=LATER)
    handoff = open_handoff(ready(to.team), to=to)

    with pytest.raises(SlotTaken) as refusal:
        moved(handoff)

    handoff.refresh_from_db()
    assert (handoff.appointment.starts_at, handoff.revision) == (SLOT, 1)
    assert refusal.value.next_slots[0].starts_at == LATER + timedelta(hours=1)
    assert not Delivery.objects.filter(kind="handoff_moved").exists()


def test_moving_out_of_hours_is_refused():
    with pytest.raises(Unbookable, match="does not work"):
        moved(open_handoff(), starts_at=SLOT.replace(hour=4))


def test_a_freed_time_can_be_booked_by_somebody_else():
    to = agent()
    handoff = open_handoff(ready(to.team), to=to)

    moved(handoff)

    assert open_handoff(ready(to.team), to=to).appointment.starts_at == SLOT


def test_a_hold_that_ran_out_does_not_stand_in_the_way_of_a_move():
    to = agent()
    handoff = open_handoff(ready(to.team), to=to)
    waiting = ready(to.team)
    hold_slot(lead=waiting, agent=to, starts_at=LATER, minutes=MINUTES, setter=waiting.isa, at=NOW)

    with pytest.raises(SlotTaken):
        moved(handoff, at=NOW + timedelta(minutes=1))
    assert moved(handoff, at=NOW + timedelta(minutes=6)).starts_at == LATER


@pytest.mark.parametrize("change", [moved, cancelled])
def test_an_appointment_that_has_begun_cannot_be_changed(change):
    handoff = open_handoff()

    with pytest.raises(TooLate, match="begun"):
        change(handoff, at=SLOT)
    change(handoff, at=SLOT - timedelta(minutes=1))


def test_a_time_that_is_only_held_cannot_be_moved_or_cancelled():
    lead = ready()
    held = hold_slot(lead=lead, agent=agent(lead.team), starts_at=SLOT, minutes=MINUTES, setter=lead.isa, at=NOW)

    with pytest.raises(TooLate, match="held"):
        move(appointment=held, starts_at=LATER, actor=lead.isa, at=AFTERWARDS)
    with pytest.raises(TooLate, match="held"):
        cancel(appointment=held, reason="", actor=lead.isa, at=AFTERWARDS)


@pytest.mark.parametrize("change", [moved, cancelled])
def test_a_handoff_that_has_ended_cannot_be_changed(change):
    handoff = open_handoff()
    cancelled(handoff)

    with pytest.raises(TooLate, match="ended"):
        change(handoff)


def test_cancelling_takes_it_off_every_calendar():
    handoff = open_handoff()

    ended = cancelled(handoff)

    assert ended.status == HandoffStatus.CANCELLED
    assert (ended.closed_at, ended.close_reason) == (AFTERWARDS, "Client is ill")
    assert ended.appointment
    assert ended.appointment.status == AppointmentStatus.CANCELLED
    assert mails(handoff, "handoff_cancelled") == {"agent": ("CANCEL", 1), "client": ("CANCEL", 1)}
    assert Delivery.objects.filter(about=handoff.about, kind="handoff_cancelled", channel="slack").count() == 1


def test_the_reason_is_not_the_clients_to_read():
    handoff = open_handoff()

    cancelled(handoff, reason="Wastes our time")

    told = {each.audience: str(each.message) for each in Delivery.objects.filter(kind="handoff_cancelled")}
    assert "Wastes our time" in told["agent"]
    assert "Wastes our time" not in told["client"]


def test_cancelling_gives_the_lead_back_to_who_set_it():
    handoff = open_handoff()

    cancelled(handoff)

    lead = Lead.objects.get(pk=handoff.lead_id)
    assert lead.stage == Stage.QUALIFIED
    owed = OwnerChange.objects.order_by("pk")
    assert [(each.to, each.state) for each in owed] == [
        (handoff.agent, State.DROPPED),
        (handoff.setter, State.WAITING),
    ]


def test_cancelling_stops_asking_for_an_outcome():
    handoff = open_handoff()

    cancelled(handoff)

    assert not Timer.objects.filter(about=handoff.about, called_off_at=None).exists()


def test_what_never_went_out_is_not_sent_after_a_cancellation():
    handoff = open_handoff()

    cancelled(handoff)

    opening = Delivery.objects.filter(about=handoff.about, kind="handoff_opened")
    assert {each.state for each in opening} == {State.DROPPED}


def test_a_lead_that_has_moved_on_is_not_moved_back():
    handoff = open_handoff()
    change_stage(lead=handoff.lead, to=Stage.MET, actor=handoff.setter, via=Via.PAGE, at=NOW)
    Lead.objects.filter(pk=handoff.lead_id).update(stage=Stage.CLOSED)

    cancelled(handoff)

    assert Lead.objects.get(pk=handoff.lead_id).stage == Stage.CLOSED


def test_a_cancelled_lead_can_be_booked_again():
    handoff = open_handoff()
    cancelled(handoff)

    again = open_handoff(Lead.objects.get(pk=handoff.lead_id), to=handoff.agent, setter=handoff.setter, at=AFTERWARDS)

    assert again.appointment
    assert (again.appointment.starts_at, again.appointment.uid != handoff.appointment.uid) == (SLOT, True)


def test_the_setter_hears_in_the_app_when_somebody_else_changes_it():
    handoff = open_handoff()
    boss = team_lead(handoff.team)

    moved(handoff, actor=handoff.setter)
    assert not InboxItem.objects.filter(membership=handoff.setter).exists()
    cancelled(handoff, actor=boss)
    assert [item.kind for item in InboxItem.objects.filter(membership=handoff.setter)] == ["handoff_cancelled"]


def test_a_client_without_email_is_called_about_every_change():
    lead = ready(email="")
    confirm_no_email(lead=lead, actor=lead.isa, at=NOW)
    handoff = open_handoff(Lead.objects.get(pk=lead.pk), to=agent(lead.team), setter=lead.isa)

    moved(handoff)
    cancelled(handoff)

    tasks = Task.objects.filter(assignee=lead.isa, kind="call").order_by("pk")
    assert [("cancellation" in task.title, bool(task.done_at)) for task in tasks] == [
        (False, True),
        (False, True),
        (True, False),
    ]


def test_every_change_is_part_of_the_story():
    handoff = open_handoff()

    moved(handoff)
    cancelled(handoff)

    kinds = Activity.objects.filter(lead=handoff.lead).values_list("kind", flat=True)
    assert {"handoff", "moved", "cancelled"} <= set(kinds)
