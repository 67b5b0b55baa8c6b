"""The queue says whom to call now."""

from datetime import timedelta

import pytest

from leads.calls import log_call
from leads.models.calls import CallResult
from leads.queries.queue import ROWS, Why, queue_of
from leads.states import Stage, Via
from leads.tests.factories import NOW
from leads.tests.queue.looking import HONOLULU, HOUR, names
from leads.todo import add_task
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def in_queue(isa):
    return names(queue_of(isa, isa=isa, at=NOW).now)


def test_the_most_urgent_comes_first(make, isa):
    make("Again", stage=Stage.CONTACTING)
    make("Verify", stage=Stage.QUALIFIED)
    add_task(key="t", assignee=isa, lead=make("Task", stage=Stage.NURTURE), title="Add the recording", kind="recording",
             at=NOW, due_at=NOW)  # fmt: skip
    make("NoShow", stage=Stage.NO_SHOW)
    make("First")
    make("DueNow", stage=Stage.CONTACTING, next_call_at=NOW)
    make("DueLong", stage=Stage.NURTURE, next_call_at=NOW - HOUR)

    assert in_queue(isa) == ["DueLong", "DueNow", "First", "NoShow", "Task", "Verify", "Again"]


def test_of_new_leads_the_newest_is_called_first(make, isa):
    make("Older")
    make("Newer")

    assert in_queue(isa) == ["Newer", "Older"]


def test_nobody_is_called_whose_clock_says_that_it_is_too_early(make, isa):
    make("Asleep", zone=HONOLULU)
    make("Due", zone=HONOLULU, stage=Stage.CONTACTING, next_call_at=NOW - HOUR)

    queue = queue_of(isa, isa=isa, at=NOW)

    assert queue.now == []
    assert {row.lead.first_name for row in queue.not_yet} == {"Asleep", "Due"}
    assert {row.opens_at for row in queue.not_yet} == {NOW + 2 * HOUR}
    assert in_queue(isa) == []
    assert set(names(queue_of(isa, isa=isa, at=NOW + 2 * HOUR).now)) == {"Asleep", "Due"}


def test_nobody_is_called_late_in_the_evening(make, isa):
    make("Chicago")
    late = NOW.replace(hour=3, minute=0) + timedelta(days=1)  # 21:00 in Chicago

    assert queue_of(isa, isa=isa, at=late).now == []
    assert names(queue_of(isa, isa=isa, at=late - timedelta(minutes=1)).now) == ["Chicago"]


def test_sleepers_never_hide_who_may_be_called(make, isa):
    for number in range(ROWS + 5):
        make(f"Asleep{number}", zone=HONOLULU)
    make("Awake", stage=Stage.CONTACTING)

    assert in_queue(isa) == ["Awake"]


def test_planned_calls_of_the_next_hours_are_shown_apart(make, isa):
    make("Soon", stage=Stage.CONTACTING, next_call_at=NOW + HOUR)
    make("NextWeek", stage=Stage.CONTACTING, next_call_at=NOW + timedelta(days=7))

    queue = queue_of(isa, isa=isa, at=NOW)

    assert queue.now == []
    assert [(row.lead.first_name, row.call, row.is_planned) for row in queue.not_yet] == [("Soon", Why.LATER, True)]


@pytest.mark.parametrize(
    "stage", [Stage.NURTURE, Stage.APPOINTMENT_SET, Stage.HANDED_OFF, Stage.MET, Stage.CLOSED, Stage.LOST]
)
def test_leads_that_want_nothing_are_not_called(make, isa, stage):
    make("Content", stage=stage)

    assert in_queue(isa) == []


@pytest.mark.parametrize("stage", [Stage.HANDED_OFF, Stage.LOST])
def test_a_plan_of_old_is_void_once_somebody_else_has_the_next_word(make, isa, stage):
    make("Passed", stage=stage, next_call_at=NOW - HOUR)

    assert in_queue(isa) == []


def test_a_lead_without_a_right_number_cannot_be_called(make, isa):
    lead = make("Unreachable", stage=Stage.CONTACTING)
    log_call(lead=lead, result=CallResult.WRONG_NUMBER, actor=isa, via=Via.PAGE, at=NOW)

    assert in_queue(isa) == []


def test_each_isa_sees_their_own_and_the_team_lead_everybodys(make, team, isa, boss, stranger):
    make("Mine")
    other = people.isa(team)
    make("Theirs", isa=other)
    make("Nobodys", isa=None)

    assert in_queue(isa) == ["Mine"]
    assert names(queue_of(boss, isa=None, at=NOW).now) == ["Nobodys", "Theirs", "Mine"]
    assert names(queue_of(boss, isa=other, at=NOW).now) == ["Theirs"]
    assert queue_of(stranger, isa=None, at=NOW).now == []


def test_what_agents_have_to_do_is_no_call_of_the_isas(make, agent, boss):
    lead = make("Met", stage=Stage.HANDED_OFF)
    add_task(key="t", assignee=agent, lead=lead, title="Report how it went", kind="outcome", at=NOW, due_at=NOW)

    assert queue_of(boss, isa=None, at=NOW).now == []


def test_a_long_queue_keeps_the_most_urgent_and_says_that_there_are_more(make, isa):
    for number in range(ROWS + 3):
        make(f"New{number}")
    make("Urgent", stage=Stage.CONTACTING, next_call_at=NOW - HOUR)

    queue = queue_of(isa, isa=isa, at=NOW)

    assert (names(queue.now)[0], len(queue.now), queue.is_cut) == ("Urgent", ROWS, True)
