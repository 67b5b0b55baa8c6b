"""Two at once: a client answers while a step fires, and nothing is sent or asked for twice, or afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from handoff.models import RecoveryRun
from handoff.recovery.stopping import NotRunning, stop_by_hand
from handoff.tests.factories import open_handoff
from handoff.tests.recovery.missed import END, MESSAGE_AT, REPORTED, a_lead, no_show, run_of, taken, written
from handoff.tests.test_outcome_races import at_once
from leads.calls import log_call
from leads.models import Lead, Task
from leads.models.calls import CallResult
from leads.states import Stage, Via
from notifications.promises.drains import drain_all
from notifications.promises.timers import fire_due

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def firing(at):
    return lambda: fire_due(at=at)


def answering(handoff, at):
    def answer():
        lead = Lead.objects.select_related("team", "isa__user").get(pk=handoff.lead_id)
        return log_call(lead=lead, result=CallResult.ANSWERED, actor=handoff.setter, via=Via.PAGE, at=at)

    return answer


def test_an_answer_while_a_step_fires_leaves_nothing_waiting():
    for _ in range(ROUNDS):
        handoff = no_show()

        ended = at_once(answering(handoff, MESSAGE_AT), firing(MESSAGE_AT), firing(MESSAGE_AT))

        assert not [problem for problem in ended if isinstance(problem, Exception)], ended
        fire_due(at=END)
        assert run_of(handoff).because == "answered"
        assert all(each.state == "dropped" for each in written(handoff))
        assert len(written(handoff)) <= 1
        assert not Task.objects.open().filter(lead=handoff.lead, kind="no_show_call").exists()


def test_two_sweeps_take_each_step_once():
    for _ in range(ROUNDS):
        handoff = no_show()

        at_once(firing(MESSAGE_AT), firing(MESSAGE_AT), firing(MESSAGE_AT))

        assert taken(handoff) == [("first_call", "done"), ("first_message", "done")]
        assert len(written(handoff)) == 1
        assert Task.objects.filter(lead=handoff.lead, kind="no_show_call").count() == 1


def test_an_answer_while_the_run_comes_to_its_end_is_one_or_the_other():
    for _ in range(ROUNDS):
        handoff = no_show()
        fire_due(at=END)

        ended = at_once(answering(handoff, END), lambda: drain_all(at=END))

        assert not [problem for problem in ended if isinstance(problem, Exception)], ended
        run, stage = run_of(handoff), Lead.objects.get(pk=handoff.lead_id).stage
        assert (run.because, stage) in {("answered", Stage.NO_SHOW), ("finished", Stage.NURTURE)}


def test_of_two_who_stop_it_one_is_told_that_it_is_stopped():
    handoff = no_show()

    def stop():
        stop_by_hand(handoff=handoff, reason="Ill", actor=handoff.setter, at=MESSAGE_AT)

    assert sorted(str(type(each).__name__) for each in at_once(stop, stop)) == ["NoneType", "NotRunning"]
    assert issubclass(NotRunning, Exception)


def test_a_booking_while_a_step_fires_wins():
    handoff = no_show()
    starts_at = REPORTED + timedelta(days=2, hours=1)

    def book():
        lead = Lead.objects.select_related("team", "isa__user").get(pk=handoff.lead_id)
        return open_handoff(lead, to=handoff.agent, starts_at=starts_at, at=MESSAGE_AT)

    ended = at_once(book, firing(MESSAGE_AT))

    assert not [problem for problem in ended if isinstance(problem, Exception)], ended
    run = run_of(handoff)
    assert (run.because, run.rebooked_as is not None) == ("rebooked", True)
    assert all(each.state == "dropped" for each in written(handoff))


def test_the_database_keeps_one_running_recovery_of_a_lead():
    lead = a_lead()
    first = no_show(lead)
    at = REPORTED + timedelta(days=2, hours=1)
    second = open_handoff(Lead.objects.get(pk=lead.pk), to=first.agent, starts_at=at, at=REPORTED)
    RecoveryRun.objects.update(ended_at=None, because="")
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryRun.objects.create(team=lead.team, lead=lead, handoff=second, version=0, started_at=at)
