"""A call is noted once and for all, and the next one is planned."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from leads.calls import log_call
from leads.contacts import NoSuchContact, add_phone, make_primary, primary_phone, set_phone
from leads.models import Activity, Call, Lead, LeadPhone, StageChange, Task
from leads.models.calls import CallResult
from leads.states import Stage, Via
from leads.tests.factories import NOW, LeadFactory
from leads.verification import confirm_phone, is_phone_verified

pytestmark = pytest.mark.django_db

FIRST, SECOND = "+15125550123", "+15125550124"


def noted(lead, result, **fields):
    fields = {"actor": lead.isa, "via": Via.PAGE, "at": NOW} | fields
    return log_call(lead=lead, result=result, **fields)


def fresh(lead):
    return Lead.objects.select_related("team", "verification").prefetch_related("phones", "emails").get(pk=lead.pk)


def test_a_call_says_who_when_what_and_which_number(lead):
    later = NOW + timedelta(hours=3)

    noted(lead, CallResult.NO_ANSWER, next_call_at=later, note="Rang for long")

    made = Call.objects.get()
    assert (made.lead, made.by, made.at, made.result) == (lead, lead.isa, NOW, "no_answer")
    assert (made.phone, made.note, made.next_call_at) == (FIRST, "Rang for long", later)


def test_it_stands_in_the_timeline_with_its_note(lead):
    noted(lead, CallResult.NO_ANSWER, note="Rang for long")

    told = Activity.objects.get(lead=lead, kind="call")
    assert told.summary == f"Called {FIRST}: no answer. Rang for long"
    assert told.data == {"call": Call.objects.get().pk, "result": "no_answer"}


def test_the_first_call_of_a_new_lead_moves_it_through_the_one_door(lead):
    noted(lead, CallResult.VOICEMAIL, next_call_at=NOW)

    assert fresh(lead).stage == Stage.CONTACTING
    assert StageChange.objects.get(lead=lead).to == Stage.CONTACTING


def test_a_later_call_leaves_the_stage_alone_and_ends_the_plan(team, isa):
    lead = LeadFactory.create(team=team, isa=isa, stage=Stage.QUALIFIED, next_call_at=NOW)

    noted(lead, CallResult.ANSWERED)

    assert (fresh(lead).stage, fresh(lead).next_call_at) == (Stage.QUALIFIED, None)


def test_unanswered_calls_are_counted_until_somebody_answers(lead):
    for result in (CallResult.NO_ANSWER, CallResult.VOICEMAIL, CallResult.NO_ANSWER):
        noted(lead, result)
    assert fresh(lead).unanswered_calls == 3

    noted(lead, CallResult.ANSWERED)
    assert fresh(lead).unanswered_calls == 0


def test_a_call_is_never_changed_nor_removed(lead):
    noted(lead, CallResult.ANSWERED)

    for change in (lambda: Call.objects.update(note="Rewritten"), lambda: Call.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            change()


def test_another_number_of_the_lead_may_have_been_called(lead):
    add_phone(lead=lead, phone=SECOND, actor=lead.isa, at=NOW)

    assert noted(lead, CallResult.NO_ANSWER, phone=SECOND).phone == SECOND


def test_a_number_of_somebody_else_was_not_called(lead):
    with pytest.raises(NoSuchContact):
        noted(lead, CallResult.NO_ANSWER, phone="+15125550199")

    assert not Call.objects.exists()
    assert fresh(lead).stage == Stage.NEW


def test_a_wrong_number_gives_way_to_the_next_which_is_called_now(lead):
    add_phone(lead=lead, phone=SECOND, actor=lead.isa, at=NOW)

    made = noted(lead, CallResult.WRONG_NUMBER, next_call_at=NOW + timedelta(days=9))

    assert (made.phone, made.next_call_at) == (FIRST, NOW)
    assert primary_phone(fresh(lead)) == SECOND
    assert LeadPhone.objects.get(lead=lead, number=FIRST).wrong_at == NOW
    assert LeadPhone.objects.get(lead=lead, is_primary=True).number == SECOND
    assert not Task.objects.exists()


def test_the_last_number_that_is_wrong_becomes_a_task(lead):
    noted(lead, CallResult.WRONG_NUMBER)

    task = Task.objects.get()
    assert (task.title, task.assignee, task.lead) == ("Find a number for Dana Example", lead.isa, lead)
    assert primary_phone(fresh(lead)) == ""
    assert fresh(lead).next_call_at is None


def test_a_lead_of_nobody_asks_the_team_lead_for_a_number(lead, boss):
    Lead.objects.update(isa=None)

    log_call(lead=fresh(lead), result=CallResult.WRONG_NUMBER, actor=None, via=Via.API, at=NOW)

    assert Task.objects.get().assignee == boss


@pytest.mark.parametrize("mended", ["added", "typed anew", "right after all"])
def test_the_task_ends_when_there_is_a_number(lead, mended):
    noted(lead, CallResult.WRONG_NUMBER)
    lead = fresh(lead)

    if mended == "added":
        add_phone(lead=lead, phone=SECOND, actor=lead.isa, at=NOW)
    elif mended == "typed anew":
        set_phone(lead=lead, phone=SECOND, actor=lead.isa, at=NOW)
    else:
        make_primary(lead=lead, phone=FIRST, actor=lead.isa, at=NOW)

    assert Task.objects.get().done_at == NOW
    assert primary_phone(fresh(lead)) == (FIRST if mended == "right after all" else SECOND)


def test_a_number_added_beside_a_wrong_one_is_the_one_to_call(lead):
    noted(lead, CallResult.WRONG_NUMBER)

    add_phone(lead=fresh(lead), phone=SECOND, actor=lead.isa, at=NOW)

    assert primary_phone(fresh(lead)) == SECOND


def test_a_wrong_number_is_not_confirmed_any_more(lead):
    confirm_phone(lead=lead, actor=lead.isa, at=NOW, value=FIRST)

    noted(lead, CallResult.WRONG_NUMBER)

    assert not is_phone_verified(fresh(lead))


def test_a_lead_without_a_number_has_no_wrong_one(lead):
    noted(lead, CallResult.WRONG_NUMBER)

    with pytest.raises(NoSuchContact):
        noted(fresh(lead), CallResult.WRONG_NUMBER)
    assert Call.objects.count() == 1
