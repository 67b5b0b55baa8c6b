"""The agent's report: what it may say, when, by whom, and what follows from it."""

from datetime import timedelta

import pytest

from handoff.models import Handoff, Outcome
from handoff.models.outcomes import NextStep, Reason, Showed
from handoff.outcomes import AlreadyReported, NotOpen, NotYet, NotYours, record_outcome
from handoff.ownership import change_owner, owe_owner
from handoff.reports import InvalidOutcome
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.tests.passing import TOMORROW, a_handoff, a_team, ana, mia
from handoff.timing import set_timers_of
from leads.models import Activity, Lead, Task
from leads.states import Stage, Via
from leads.tests.factories import NOW
from leads.todo import add_task
from notifications.models import InboxItem
from notifications.promises.owed import State, Timer
from notifications.promises.timers import fire_due
from teams.models import Membership, User
from teams.tests.factories import lead

pytestmark = pytest.mark.django_db

AFTERWARDS = TOMORROW + timedelta(hours=1)


@pytest.fixture
def handoff():
    return a_handoff()


def report(handoff, *, at=AFTERWARDS, actor=None, via=Via.PAGE, **answers):
    said = {"showed": Showed.YES, "is_good": True} | answers
    return record_outcome(handoff=handoff, actor=actor or handoff.agent, via=via, at=at, **said)


def no_show(handoff, **answers):
    return report(handoff, showed=Showed.NO, is_good=None, **answers)


def stage_of(handoff):
    return Lead.objects.get(pk=handoff.lead_id).stage


def status_of(handoff):
    return Handoff.objects.get(pk=handoff.pk).status


# --- What it says -----------------------------------------------------------------------------------------------------


def test_a_good_lead_that_showed(handoff):
    outcome = report(handoff, next_step=NextStep.SHOWINGS, note=" Loved the lake ", via=Via.LINK)

    assert (outcome.showed, outcome.is_good, outcome.reason) == ("yes", True, "")
    assert (outcome.next_step, outcome.note, outcome.via) == ("showings", "Loved the lake", "link")
    assert outcome.recorded_by == handoff.agent
    assert handoff.status == status_of(handoff) == HandoffStatus.REPORTED
    assert Handoff.objects.get().closed_at == AFTERWARDS
    assert handoff.appointment.__class__.objects.get().status == AppointmentStatus.HELD


def test_a_lead_that_was_not_good_needs_a_reason(handoff):
    with pytest.raises(InvalidOutcome) as refused:
        report(handoff, is_good=False)

    assert list(refused.value.errors) == ["reason"]
    assert status_of(handoff) == HandoffStatus.OPEN


@pytest.mark.parametrize("reason", Reason.values)
def test_every_coded_reason_is_kept(handoff, reason):
    assert report(handoff, is_good=False, reason=reason).reason == reason


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"showed": ""}, "showed"),
        ({"showed": "maybe"}, "showed"),
        ({"is_good": None}, "is_good"),
        ({"is_good": False, "reason": "ugly"}, "reason"),
        ({"next_step": "dance"}, "next_step"),
        ({"showed": "no", "is_good": None, "next_step": "signed"}, "next_step"),
        ({"showed": "no", "is_good": None, "next_step": "showings"}, "next_step"),
        ({"note": "x" * 1001}, "note"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused_by_its_field(handoff, answers, field):
    with pytest.raises(InvalidOutcome) as refused:
        report(handoff, **answers)

    assert list(refused.value.errors) == [field]
    assert not Outcome.objects.exists()


def test_answers_to_questions_that_were_not_asked_are_left_out(handoff):
    outcome = report(handoff, showed=Showed.NO, is_good=False, reason=Reason.PRICE)

    assert (outcome.is_good, outcome.reason, outcome.next_step) == (None, "", NextStep.REBOOK)


def test_a_good_lead_keeps_no_reason_why_it_was_bad(handoff):
    assert report(handoff, is_good=True, reason=Reason.PRICE).reason == ""


# --- When, and by whom ------------------------------------------------------------------------------------------------


def test_not_before_the_appointment_begins(handoff):
    with pytest.raises(NotYet, match="Tue, Nov 24, 4:30 PM EST"):
        report(handoff, at=TOMORROW - timedelta(seconds=1))

    assert report(handoff, at=TOMORROW)


def test_a_lead_handed_over_now_can_be_reported_at_once():
    handoff = a_handoff(is_direct=True)

    assert report(handoff, at=NOW)


@pytest.mark.parametrize("status", [HandoffStatus.CANCELLED, HandoffStatus.RETURNED])
def test_not_on_a_handoff_that_was_called_off(handoff, status):
    Handoff.objects.update(status=status)

    with pytest.raises(NotOpen):
        report(handoff)

    assert not Outcome.objects.exists()


def test_not_when_only_the_appointment_was_called_off(handoff):
    handoff.appointment.status = AppointmentStatus.CANCELLED
    handoff.appointment.save()

    with pytest.raises(NotOpen):
        report(handoff)

    assert status_of(handoff) == HandoffStatus.OPEN


def test_once_reported_it_stands(handoff):
    report(handoff)

    with pytest.raises(AlreadyReported):
        no_show(Handoff.objects.get())

    assert Outcome.objects.get().showed == Showed.YES
    assert stage_of(handoff) == Stage.MET


def test_the_team_lead_may_report_for_the_agent(handoff):
    boss = lead(handoff.team)

    assert report(handoff, actor=boss).recorded_by == boss


@pytest.mark.parametrize(
    "make", [mia, ana, lambda _: lead(a_team())], ids=["the ISA", "another agent", "a foreign lead"]
)
def test_nobody_else_may(handoff, make):
    with pytest.raises(NotYours):
        report(handoff, actor=make(handoff.team))


def test_up_to_the_deadline_is_on_time_and_after_it_is_not():
    prompt, late = a_handoff(), a_handoff()

    assert report(prompt, at=prompt.outcome_due_at).is_on_time
    assert not report(late, at=late.outcome_due_at + timedelta(seconds=1)).is_on_time


# --- What follows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("next_step", "stage"),
    [
        ("", Stage.MET),
        (NextStep.FOLLOW_UP, Stage.MET),
        (NextStep.SHOWINGS, Stage.MET),
        (NextStep.SIGNED, Stage.SIGNED),
        (NextStep.NURTURE, Stage.NURTURE),
    ],
)
@pytest.mark.parametrize("is_direct", [False, True], ids=["scheduled", "direct"])
def test_the_stage_follows_the_next_step(is_direct, next_step, stage):
    handoff = a_handoff(is_direct=is_direct)

    report(handoff, next_step=next_step)

    assert stage_of(handoff) == stage


@pytest.mark.parametrize("stage", [Stage.UNDER_CONTRACT, Stage.CLOSED, Stage.LOST])
def test_a_lead_that_has_moved_on_stays_where_it_is(handoff, stage):
    Lead.objects.update(stage=stage)

    report(handoff)

    assert stage_of(handoff) == stage
    assert status_of(handoff) == HandoffStatus.REPORTED


def test_a_lead_that_showed_stays_with_the_agent(handoff):
    report(handoff)

    assert Lead.objects.get().owner == handoff.agent


def test_a_no_show_is_the_setters_again_with_a_call_for_today(handoff):
    outcome = no_show(handoff)

    assert outcome.next_step == NextStep.REBOOK
    assert stage_of(handoff) == Stage.NO_SHOW
    assert handoff.appointment.__class__.objects.get().status == AppointmentStatus.NO_SHOW
    assert Lead.objects.get().owner == handoff.setter
    fire_due(at=AFTERWARDS)
    task = Task.objects.get()
    assert (task.assignee, task.kind, task.is_urgent) == (handoff.setter, "no_show_call", True)
    assert AFTERWARDS < task.due_at <= AFTERWARDS + timedelta(hours=1)
    assert "Ana Flores" in task.detail


def test_credit_stays_with_the_setter_after_a_no_show(handoff):
    no_show(handoff)

    assert Handoff.objects.get().setter == handoff.setter
    assert Handoff.objects.get().agent == handoff.agent


def test_a_promise_to_the_agent_that_comes_late_does_not_take_the_lead_back(handoff):
    owe_owner(handoff, to=handoff.agent, at=NOW)
    promised = handoff.owner_changes.get()
    no_show(handoff)

    change_owner(promised)

    assert Lead.objects.get().owner == handoff.setter


def test_when_the_setter_has_left_the_no_show_is_the_team_leads(handoff):
    boss = lead(handoff.team)
    Membership.objects.filter(pk=handoff.setter_id).update(ended_at=NOW)

    no_show(handoff)

    fire_due(at=AFTERWARDS)
    assert Task.objects.get().assignee == boss
    assert Lead.objects.get().owner == boss


def test_who_may_no_longer_sign_in_has_left_too(handoff):
    boss = lead(handoff.team)
    User.objects.filter(pk=handoff.setter.user_id).update(is_active=False)

    no_show(handoff)

    fire_due(at=AFTERWARDS)
    assert Task.objects.get().assignee == boss


def test_nobody_is_asked_any_more(handoff):
    set_timers_of(handoff, at=NOW)
    add_task(key=f"{handoff.about}|outcome|m1|r1", assignee=handoff.agent, title="Report", kind="outcome", at=NOW,
             due_at=NOW)  # fmt: skip
    add_task(key=f"{handoff.about}0|outcome", assignee=handoff.agent, title="Other", kind="outcome", at=NOW, due_at=NOW)

    report(handoff)

    assert not Timer.objects.filter(fired_at=None, called_off_at=None).exists()
    assert [task.title for task in Task.objects.open()] == ["Other"]


def test_the_story_and_the_setter_hear_of_it(handoff):
    report(handoff, is_good=False, reason=Reason.PRICE, note="Wants a castle")

    told = Activity.objects.get(kind="outcome")
    assert told.summary == "Ana Flores reported: showed, not a good lead. Cannot afford the median price"
    item = InboxItem.objects.get(membership=handoff.setter)
    assert item.title == "Dana Example: showed, not a good lead"


def test_a_refused_report_leaves_no_trace(handoff):
    set_timers_of(handoff, at=NOW)
    running = Timer.objects.filter(called_off_at=None).count()
    handoff.appointment.status = AppointmentStatus.CANCELLED
    handoff.appointment.save()

    with pytest.raises(NotOpen):
        report(handoff)

    assert Timer.objects.filter(called_off_at=None).count() == running
    assert not Activity.objects.filter(kind="outcome").exists()
    assert handoff.owner_changes.filter(state=State.WAITING).count() == 0
