"""Meetings that did not take place because both agreed on another time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from handoff.errors import SlotTaken, TooLate, Unbookable
from handoff.models import Handoff, Outcome, Postponement
from handoff.numbers.asking import Question
from handoff.numbers.days import last_weeks
from handoff.numbers.queries import totals_for
from handoff.outcomes import AlreadyReported, NotYet, NotYours
from handoff.postponing import report_outcome, times_to_move_to
from handoff.reports import InvalidOutcome
from handoff.states import AppointmentStatus, Credit, HandoffStatus
from handoff.tests.factories import MINUTES, NOW, SLOT, appointment, open_direct, open_handoff, ready
from handoff.tests.test_outcome_races import at_once
from leads.models import Activity, Lead, Task
from leads.states import Stage, Via
from notifications.models import Delivery, Timer
from notifications.promises.timers import fire_due
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

END = SLOT + timedelta(minutes=MINUTES)
AFTER = SLOT + timedelta(hours=1)
LATER = SLOT + timedelta(days=1, hours=2)


def moved(handoff: Handoff, *, to=LATER, at=AFTER, actor=None, note="") -> Outcome | None:
    return report_outcome(
        handoff=handoff, showed="moved", moved_to=to, note=note, actor=actor or handoff.agent, via=Via.PAGE, at=at
    )


def now_of(handoff: Handoff) -> Handoff:
    return Handoff.objects.select_related("appointment", "lead").get(pk=handoff.pk)


# --- With a new time --------------------------------------------------------------------------------------------------


def test_the_handoff_goes_on_at_the_new_time_on_the_same_row_of_the_calendar():
    handoff = open_handoff()

    assert moved(handoff) is None

    now = now_of(handoff)
    assert (now.status, now.revision) == (HandoffStatus.OPEN, 2)
    assert now.outcome_due_at == LATER + (END - SLOT) + timedelta(hours=24)
    assert (now.appointment.pk, now.appointment.uid) == (handoff.appointment.pk, handoff.appointment.uid)
    assert (now.appointment.starts_at, now.appointment.status) == (LATER, AppointmentStatus.BOOKED)
    assert now.appointment.sequence == 1
    assert now.lead.stage == Stage.APPOINTMENT_SET
    assert not Outcome.objects.exists()


def test_everyone_hears_of_it_and_what_asked_for_the_outcome_is_done():
    handoff = open_handoff()
    fire_due(at=END)
    asked = Task.objects.get(kind="outcome")

    moved(handoff, note="Her car broke down")

    asked.refresh_from_db()
    assert asked.done_at == AFTER
    told = Delivery.objects.filter(about=handoff.about, kind="handoff_moved")
    assert {each.audience for each in told} == {"agent", "client", "channel"}
    assert not Delivery.objects.filter(kind="outcome_ask", state="waiting").exists()
    kept = Postponement.objects.get()
    assert (kept.was_at, kept.starts_at, kept.note, kept.by) == (SLOT, LATER, "Her car broke down", handoff.agent)
    assert kept.is_on_time
    assert "they agreed on another time" in Activity.objects.get(kind="outcome").summary


def test_the_outcome_is_asked_for_after_the_new_meeting_even_when_the_old_one_was_overdue():
    handoff = open_handoff()
    late = handoff.outcome_due_at + timedelta(hours=5)
    fire_due(at=late)

    moved(handoff, to=SLOT + timedelta(days=3), at=late)
    asks = Delivery.objects.filter(kind="outcome_ask", channel="email")
    asks_before = asks.count()
    fire_due(at=SLOT + timedelta(days=3, minutes=MINUTES))

    assert now_of(handoff).outcome_overdue_at is None
    assert not Postponement.objects.get().is_on_time
    assert asks.count() == asks_before + 1
    assert Task.objects.open().filter(kind="outcome").count() == 1
    assert Timer.objects.get(about=handoff.about, kind="outcome_overdue").fired_at is None


def test_a_lead_handed_over_without_a_time_gets_its_first_one():
    handoff = open_direct()

    assert moved(handoff, at=NOW + timedelta(hours=2)) is None

    assert now_of(handoff).appointment.starts_at == LATER
    assert not Postponement.objects.exists()


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        (SLOT, Unbookable),
        (AFTER - timedelta(minutes=1), Unbookable),
        (LATER.replace(hour=9), Unbookable),
        (LATER + timedelta(minutes=7), Unbookable),
        (LATER, SlotTaken),
    ],
)
def test_only_a_time_that_is_free_will_do_and_nothing_changes_otherwise(to, refusal):
    handoff = open_handoff()
    if refusal is SlotTaken:
        appointment(handoff.agent, starts_at=LATER)

    with pytest.raises(refusal):
        moved(handoff, to=to)

    now = now_of(handoff)
    assert (now.revision, now.appointment.starts_at) == (1, SLOT)
    assert not Postponement.objects.exists()
    assert not Activity.objects.filter(kind="outcome").exists()


def test_what_is_offered_can_be_moved_to():
    handoff = open_handoff()
    appointment(handoff.agent, starts_at=LATER)

    offered = times_to_move_to(handoff, at=AFTER, limit=40)

    assert len(offered) == 40
    assert LATER not in offered
    moved(handoff, to=offered[7])
    assert now_of(handoff).appointment.starts_at == offered[7]


def test_before_it_begins_it_is_rescheduled_and_not_reported():
    handoff = open_handoff()
    with pytest.raises(NotYet):
        moved(handoff, at=SLOT - timedelta(minutes=1))


@pytest.mark.parametrize("who", ["setter", "another agent", "stranger"])
def test_only_the_agent_and_the_team_lead_may(who):
    handoff = open_handoff()
    actor = {
        "setter": handoff.setter,
        "another agent": people.agent(handoff.team),
        "stranger": people.lead(),
    }[who]
    with pytest.raises(NotYours):
        moved(handoff, actor=actor)
    assert now_of(handoff).appointment.starts_at == SLOT


def test_a_new_time_beside_another_answer_is_refused():
    handoff = open_handoff()
    with pytest.raises(InvalidOutcome) as refused:
        report_outcome(handoff=handoff, showed="no", moved_to=LATER, actor=handoff.agent, via=Via.API, at=AFTER)
    assert list(refused.value.errors) == ["moved_to"]


def test_what_is_kept_of_it_can_never_be_changed():
    handoff = open_handoff()
    moved(handoff)
    for change in (lambda rows: rows.update(note="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Postponement.objects.all())


# --- Without one ------------------------------------------------------------------------------------------------------


def test_without_a_new_time_the_lead_is_its_setters_to_rebook():
    handoff = open_handoff()

    outcome = moved(handoff, to=None, note="Wants next month")

    assert outcome is not None
    assert (outcome.showed, outcome.next_step, outcome.is_good) == ("moved", "rebook", None)
    now = now_of(handoff)
    assert (now.status, now.credit) == (HandoffStatus.REPORTED, Credit.CANCELLED)
    assert (now.appointment.status, now.appointment.cancel_reason) == ("cancelled", "They agreed on another time")
    assert (now.lead.stage, now.lead.owner) == (Stage.QUALIFIED, handoff.setter)
    task = Task.objects.open().get()
    assert (task.assignee, task.kind, task.is_urgent) == (handoff.setter, "rebook_call", True)
    assert "Wants next month" in task.detail


def test_it_can_be_handed_off_again_at_once():
    handoff = open_handoff()
    moved(handoff, to=None)

    again = open_handoff(Lead.objects.get(pk=handoff.lead_id), to=handoff.agent, starts_at=LATER, at=AFTER)

    assert again.status == HandoffStatus.OPEN


def test_a_lead_without_a_time_goes_back_as_well():
    handoff = open_direct()
    moved(handoff, to=None, at=NOW + timedelta(hours=1))
    assert now_of(handoff).lead.stage == Stage.QUALIFIED


def test_moved_is_neither_held_nor_missed_nor_called_off_in_the_numbers():
    first, second = open_handoff(), None
    team = first.team
    second = open_handoff(ready(team), to=people.agent(team))
    moved(first, to=None)
    moved(second)

    since, until = last_weeks(team, 4, at=AFTER)
    shown = totals_for(Question(team.pk, since, until), at=AFTER)

    assert (shown.set, shown.moved, shown.to_rebook, shown.to_come) == (2, 2, 1, 1)
    assert (shown.held, shown.no_show, shown.cancelled, shown.awaiting) == (0, 0, 0, 0)
    assert shown.show_rate.words == "-"


# --- Two at once ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_new_times_at_once_one_holds_and_the_other_is_told():
    handoff = open_handoff()
    one, other = LATER, LATER + timedelta(hours=1)

    ended = at_once(lambda: moved(now_with_agent(handoff), to=one), lambda: moved(now_with_agent(handoff), to=other))

    refused = [each for each in ended if each]
    assert len(refused) == 1, ended
    assert isinstance(refused[0], TooLate | NotYet), ended
    assert Postponement.objects.count() == 1
    assert now_of(handoff).appointment.sequence == 1


@pytest.mark.django_db(transaction=True)
def test_moved_and_reported_at_once_one_wins():
    handoff = open_handoff()

    def held():
        mine = now_with_agent(handoff)
        return report_outcome(handoff=mine, showed="yes", is_good=True, actor=mine.agent, via=Via.PAGE, at=AFTER)

    ended = at_once(held, lambda: moved(now_with_agent(handoff)))

    refused = [each for each in ended if isinstance(each, Exception)]
    assert len(refused) == 1, ended
    assert isinstance(refused[0], AlreadyReported | TooLate | NotYet)
    assert Outcome.objects.count() + Postponement.objects.count() == 1


def now_with_agent(handoff: Handoff) -> Handoff:
    return Handoff.objects.select_related("lead", "agent__user", "agent__team", "appointment").get(pk=handoff.pk)
