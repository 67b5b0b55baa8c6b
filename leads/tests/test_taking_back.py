"""A call noted by mistake: taken back at once, with all that it changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leads.calls import log_call
from leads.contacts import primary_phone
from leads.models import Activity, BeforeCall, Enrolment, Lead, Task
from leads.models.calls import CallResult
from leads.models.drips import DripState
from leads.queries.calls import calls_of, calls_today
from leads.states import Stage, Via
from leads.taking_back import WITHIN, TooLateToTakeBack, keep_task, take_back
from leads.tests.drips.writing import a_sequence, enrolled
from leads.tests.factories import NOW, LeadFactory
from leads.tests.pages import post
from leads.todo import add_task, finish_task, put_off
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=2)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(LATER, tick=False)


def noted(lead, result=CallResult.NO_ANSWER, **fields):
    return log_call(lead=lead, result=result, **{"actor": lead.isa, "via": Via.PAGE, "at": NOW} | fields)


def fresh(lead):
    return Lead.objects.prefetch_related("phones").get(pk=lead.pk)


@pytest.mark.parametrize("result", [CallResult.NO_ANSWER, CallResult.VOICEMAIL, CallResult.ANSWERED])
def test_the_count_and_the_next_call_are_as_before(team, isa, result):
    lead = LeadFactory.create(team=team, isa=isa, stage=Stage.QUALIFIED, next_call_at=NOW - HOUR)
    lead.unanswered_calls = 2

    take_back(call=noted(lead, result, next_call_at=NOW + HOUR), actor=isa, at=LATER)

    assert (fresh(lead).unanswered_calls, fresh(lead).next_call_at) == (2, NOW - HOUR)


def test_it_is_not_counted_nor_listed_any_more_and_the_story_says_so(lead):
    made = noted(lead)
    assert calls_today(lead.isa, isa=lead.isa, at=LATER).made == 1

    take_back(call=made, actor=lead.isa, at=LATER)

    assert not calls_of(lead).exists()
    assert calls_today(lead.isa, isa=lead.isa, at=LATER).made == 0
    entry = Activity.objects.filter(lead=lead, kind="call").latest("pk")
    assert entry.summary == "Taken back, noted by mistake: no answer"
    assert (BeforeCall.objects.get().taken_back_at, BeforeCall.objects.get().taken_back_by) == (LATER, lead.isa)


def test_a_call_planned_since_stays(lead):
    made = noted(lead, next_call_at=NOW + HOUR)
    Lead.objects.update(next_call_at=NOW + 2 * HOUR)

    take_back(call=made, actor=lead.isa, at=LATER)

    assert fresh(lead).next_call_at == NOW + 2 * HOUR


def test_a_number_that_was_not_wrong_is_the_one_to_call_again(lead):
    number = primary_phone(lead)
    made = noted(lead, CallResult.WRONG_NUMBER)
    assert (primary_phone(fresh(lead)), Task.objects.open().count()) == ("", 1)

    take_back(call=made, actor=lead.isa, at=LATER)

    assert (primary_phone(fresh(lead)), Task.objects.open().count()) == (number, 0)


@pytest.mark.parametrize("is_finished", [True, False])
def test_the_task_that_asked_for_it_is_open_and_as_urgent_as_before(lead, is_finished):
    task = add_task(
        key="t", assignee=lead.isa, lead=lead, title="Call", kind="call", at=NOW, due_at=NOW + HOUR, is_urgent=True
    )
    made = noted(lead)
    keep_task(call=made, task=task)
    finish_task(task=task, at=NOW) if is_finished else put_off(task=task, until=NOW + 2 * HOUR)

    take_back(call=made, actor=lead.isa, at=LATER)

    task.refresh_from_db()
    assert (task.done_at, task.due_at, task.is_urgent) == (None, NOW + HOUR, True)


def test_a_drip_that_the_answer_stopped_goes_on_when_it_would_have(lead, team):
    before = enrolled(lead, a_sequence(team))
    made = noted(lead, CallResult.ANSWERED)
    assert Enrolment.objects.get().state == DripState.STOPPED

    take_back(call=made, actor=lead.isa, at=LATER)

    now = Enrolment.objects.get()
    assert (now.state, now.why, now.next_step, now.next_at) == ("running", "", before.next_step, before.next_at)


def test_only_the_last_call_once_and_soon(lead):
    first = noted(lead)
    second = noted(lead, at=NOW + timedelta(seconds=30))

    with pytest.raises(TooLateToTakeBack, match="Another call"):
        take_back(call=first, actor=lead.isa, at=LATER)
    with pytest.raises(TooLateToTakeBack, match="10 minutes"):
        take_back(call=second, actor=lead.isa, at=NOW + WITHIN + HOUR)
    take_back(call=second, actor=lead.isa, at=LATER)
    with pytest.raises(TooLateToTakeBack, match="once"):
        take_back(call=second, actor=lead.isa, at=LATER)
    take_back(call=first, actor=lead.isa, at=LATER)
    assert fresh(lead).unanswered_calls == 0


def test_the_pages_toast_takes_it_back(browser, lead):
    page = post(browser(lead.isa), "call", lead, {"took": "no_answer"}).content.decode()
    made = calls_of(lead).get()
    address = f"/leads/calls/{made.pk}/undo/"
    assert f'hx-post="{address}"' in page

    answer = browser(lead.isa).post(address, headers={"HX-Request": "true"})

    assert "All is as it was before that call." in answer.content.decode()
    assert not calls_of(lead).exists()
    assert browser(lead.isa).post(address, headers={"HX-Request": "true"}).status_code == 409


def test_who_did_not_note_it_takes_nothing_back_but_the_team_lead(browser, lead):
    made = noted(lead)
    address = f"/leads/calls/{made.pk}/undo/"

    assert browser(people.isa(lead.team)).post(address).status_code == 404
    assert browser(people.lead()).post(address).status_code == 404
    assert calls_of(lead).exists()
    assert browser(people.lead(lead.team)).post(address).status_code == 302
    assert not calls_of(lead).exists()
