"""The desk, which Today draws, answers “what do I do next”."""

from datetime import timedelta

import pytest

from leads.answers import save_answers
from leads.calls import log_call
from leads.models.calls import CallResult
from leads.models.lpmama import OtherAgent
from leads.queries.desk import ROWS, counts_of, desk_of
from leads.queries.next_step import Need
from leads.recordings import promise_link
from leads.states import Stage, Via
from leads.tests.factories import COMPLETE, NOW, LeadFactory, ready_lead
from leads.todo import add_task, put_off
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def task(lead, due_at, key="t", **fields):
    return add_task(
        key=key, assignee=lead.isa, lead=lead, title="Send list", kind="todo", at=NOW, due_at=due_at, **fields
    )


def names(steps):
    return [step.lead.first_name for step in steps]


def test_the_most_urgent_comes_first(team, isa):
    def make(name, **fields):
        return LeadFactory.create(team=team, isa=isa, first_name=name, **fields)

    make("Contacting", stage=Stage.CONTACTING)
    make("CallLater", stage=Stage.NURTURE, next_call_at=NOW + 2 * HOUR)
    promise_link(lead=make("OwesRecording", stage=Stage.CONTACTING), actor=isa, at=NOW)
    make("Qualified", stage=Stage.QUALIFIED)
    make("New")
    make("NoShow", stage=Stage.NO_SHOW)
    make("CallDue", stage=Stage.NURTURE, next_call_at=NOW - HOUR)
    task(make("TaskLater", stage=Stage.NURTURE), NOW + HOUR, key="later")
    task(make("TaskDue", stage=Stage.NURTURE), NOW - HOUR, key="due")

    assert names(desk_of(isa, at=NOW).steps) == [
        "TaskDue",
        "CallDue",
        "NoShow",
        "New",
        "Qualified",
        "OwesRecording",
        "Contacting",
        "TaskLater",
        "CallLater",
    ]


def test_within_a_need_the_longest_overdue_comes_first(team, isa):
    for hours in (1, 5, 3):
        LeadFactory.create(
            team=team, isa=isa, first_name=f"H{hours}", stage=Stage.CONTACTING, next_call_at=NOW - hours * HOUR
        )

    assert names(desk_of(isa, at=NOW).steps) == ["H5", "H3", "H1"]


def test_of_qualified_leads_the_one_that_is_nearly_there_comes_first(team, isa):
    LeadFactory.create(team=team, isa=isa, first_name="Empty", stage=Stage.QUALIFIED)
    ready_lead(team, isa, first_name="Ready")

    assert names(desk_of(isa, at=NOW).steps) == ["Ready", "Empty"]


@pytest.mark.parametrize(
    ("answers", "step"),
    [
        ({}, "Ask: “Which part of town are you looking at?”"),
        (COMPLETE | {"price_max": None}, "Ask: “What price range are you comfortable with?”"),
        (COMPLETE, "Add the call recording"),
    ],
)
def test_the_next_step_of_a_lead_is_what_it_lacks(team, isa, answers, step):
    lead = LeadFactory.create(team=team, isa=isa, stage=Stage.QUALIFIED)
    save_answers(lead=lead, changes=answers, actor=isa, at=NOW)

    assert [each.step for each in desk_of(isa, at=NOW).steps] == [step]


def test_a_lead_that_lacks_nothing_is_to_be_handed_off(team, isa):
    ready_lead(team, isa)

    assert desk_of(isa, at=NOW).steps[0].step == "Hand off: choose a time"


@pytest.mark.parametrize(("name", "said"), [("Pat Sample", "Pat Sample"), ("", "another agent")])
def test_whoever_signed_with_another_agent_is_not_said_to_lack_nothing(team, isa, name, said):
    ready_lead(team, isa, answers={"other_agent": OtherAgent.EXCLUSIVE, "other_agent_name": name})

    step = desk_of(isa, at=NOW).steps[0]

    assert step.step == "Hand off, if your team lead allows it"
    assert step.why == f"Signed with {said}, exclusive: that blocks unless your team lead allows it"


def test_a_number_that_was_not_read_back_is_asked_for(team, isa):
    lead = ready_lead(team, isa)
    lead.verification.phone = ""
    lead.verification.save()

    assert desk_of(isa, at=NOW).steps[0].step == "Read the phone number back"


def test_leads_with_agents_wait_apart(team, isa, agent):
    LeadFactory.create(team=team, isa=isa, stage=Stage.APPOINTMENT_SET, owner=agent)

    desk = desk_of(isa, at=NOW)

    assert desk.steps == []
    assert [step.step for step in desk.waiting] == ["Appointment set with Jordan Sample"]
    assert counts_of(isa, at=NOW)["waiting"] == 1


@pytest.mark.parametrize("stage", [Stage.LOST, Stage.CLOSED, Stage.NURTURE])
def test_leads_that_want_nothing_are_not_on_the_desk(team, isa, stage):
    LeadFactory.create(team=team, isa=isa, stage=stage)

    desk = desk_of(isa, at=NOW)
    assert (desk.steps, desk.waiting) == ([], [])


def test_a_task_of_no_lead_has_its_own_row(isa):
    add_task(key="t", assignee=isa, title="Invite was not delivered", kind="given_up", at=NOW, due_at=NOW, link="/h/1/")

    [step] = desk_of(isa, at=NOW).steps
    assert (step.need, step.lead, step.step, step.link) == (Need.TASK, None, "Invite was not delivered", "/h/1/")


def test_a_lead_is_one_row_however_many_tasks_it_has(lead):
    for number in range(3):
        task(lead, NOW - number * HOUR, key=f"t{number}")

    [step] = desk_of(lead.isa, at=NOW).steps
    assert step.due_at == NOW - 2 * HOUR


def test_a_task_on_somebody_elses_lead_is_on_my_desk(team, isa):
    theirs = LeadFactory.create(team=team, isa=people.isa(team), first_name="Theirs")
    add_task(key="t", assignee=isa, lead=theirs, title="Help", kind="todo", at=NOW, due_at=NOW)

    assert names(desk_of(isa, at=NOW).steps) == ["Theirs"]


def test_other_peoples_leads_are_not_mine(team, isa):
    LeadFactory.create(team=team, isa=people.isa(team))
    LeadFactory.create()

    assert desk_of(isa, at=NOW).steps == []


def test_a_full_desk_keeps_the_most_urgent(team, isa):
    for _ in range(ROWS + 3):
        LeadFactory.create(team=team, isa=isa, stage=Stage.CONTACTING)
    LeadFactory.create(team=team, isa=isa, stage=Stage.CONTACTING, next_call_at=NOW - HOUR, first_name="Urgent")

    desk = desk_of(isa, at=NOW)

    assert (len(desk.steps), desk.is_cut) == (ROWS, True)
    assert desk.steps[0].lead.first_name == "Urgent"


@pytest.mark.parametrize("rows", [1, 4])
def test_the_desk_costs_the_same_however_full(team, isa, rows, django_assert_num_queries):
    for number in range(rows):
        lead = ready_lead(team, isa)
        task(lead, NOW, key=f"t{number}")
        LeadFactory.create(team=team, isa=isa, stage=Stage.APPOINTMENT_SET, owner=people.agent(team))

    with django_assert_num_queries(5):
        desk = desk_of(isa, at=NOW)
        assert len([step.letters_words + step.phone + step.link for step in desk.steps]) == rows


@pytest.mark.parametrize("stage", [Stage.QUALIFIED, Stage.NO_SHOW, Stage.CONTACTING, Stage.APPOINTMENT_SET])
def test_an_urgent_task_does_not_wait_for_its_time_whatever_else_the_lead_wants(team, isa, stage):
    lead = LeadFactory.create(team=team, isa=isa, stage=stage)
    task(lead, NOW - HOUR, key="other")
    task(lead, NOW + HOUR / 4, key="urgent", is_urgent=True)

    [step] = desk_of(isa, at=NOW).steps
    assert (step.need, step.task.key) == (Need.TASK, "urgent")


def test_a_task_that_is_not_due_waits_behind_what_a_qualified_lead_wants(team, isa):
    task(ready_lead(team, isa), NOW + HOUR / 4)

    assert desk_of(isa, at=NOW).steps[0].task is None


def test_an_urgent_task_that_was_put_off_waits_for_its_new_time(team, isa):
    lead = ready_lead(team, isa)
    put_off(task=task(lead, NOW, is_urgent=True), until=NOW + HOUR)

    assert desk_of(isa, at=NOW).steps[0].task is None
    assert desk_of(isa, at=NOW + HOUR).steps[0].task is not None


def test_a_full_desk_keeps_what_is_urgent(team, isa):
    for number in range(ROWS + 3):
        task(LeadFactory.create(team=team, isa=isa, stage=Stage.NURTURE), NOW - HOUR, key=f"t{number}")
    task(LeadFactory.create(team=team, isa=isa, stage=Stage.NURTURE), NOW + HOUR / 4, key="urgent", is_urgent=True)

    assert "urgent" in {step.task.key for step in desk_of(isa, at=NOW).steps if step.task}


@pytest.mark.parametrize("ahead", [HOUR, 48 * HOUR])
def test_whom_nobody_reached_wants_nothing_before_the_next_call(team, isa, ahead):
    lead = ready_lead(team, isa)
    log_call(lead=lead, result=CallResult.NO_ANSWER, actor=isa, via=Via.PAGE, next_call_at=NOW + ahead, at=NOW)

    [step] = desk_of(isa, at=NOW).steps
    assert (step.need, step.step, step.due_at) == (Need.CALL_LATER, "Call back", NOW + ahead)
    assert desk_of(isa, at=NOW + ahead).steps[0].need == Need.CALL


def test_who_was_talked_to_still_wants_the_recording(team, isa):
    lead = LeadFactory.create(team=team, isa=isa, stage=Stage.QUALIFIED)
    save_answers(lead=lead, changes=COMPLETE, actor=isa, at=NOW)
    log_call(lead=lead, result=CallResult.ANSWERED, actor=isa, via=Via.PAGE, next_call_at=NOW + 48 * HOUR, at=NOW)
    assert desk_of(isa, at=NOW).steps[0].step == "Add the call recording"

    promise_link(lead=lead, actor=isa, at=NOW)
    assert desk_of(isa, at=NOW).steps[0].need == Need.RECORDING
