"""Corrections of an outcome: who may, what follows, what stands."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from handoff.amending import CannotCorrect, correct_outcome, history_of
from handoff.models import FormerOutcome, Handoff, Outcome
from handoff.outcomes import NotOpen, NotYours, record_outcome
from handoff.reports import InvalidOutcome
from handoff.signals import outcome_recorded
from handoff.states import AppointmentStatus, Credit
from handoff.tests.factories import SLOT, open_direct, open_handoff, policy
from handoff.tests.test_outcome_races import at_once
from leads.models import Activity, Lead, Task
from leads.stages import change_stage
from leads.states import Stage, Via
from notifications.models import InboxItem
from notifications.promises.timers import fire_due
from teams.models import Membership
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

AFTER = SLOT + timedelta(hours=1)
SOON = AFTER + timedelta(hours=3)
GOOD = {"showed": "yes", "is_good": True}
MISSED = {"showed": "no"}
BAD = {"showed": "yes", "is_good": False, "reason": "price"}


def reported(answers=GOOD, *, direct=False, **more) -> Handoff:
    handoff = open_direct() if direct else open_handoff()
    record_outcome(handoff=handoff, actor=handoff.agent, via=Via.PAGE, at=AFTER, **(answers | more))
    return fresh(handoff)


def fresh(handoff: Handoff) -> Handoff:
    return Handoff.objects.select_related("lead", "appointment", "agent__user", "setter__user", "outcome", "team").get(
        pk=handoff.pk
    )


def corrected(handoff: Handoff, answers, *, why="Pressed the wrong one", actor=None, at=SOON) -> Outcome:
    return correct_outcome(handoff=handoff, why=why, actor=actor or handoff.agent, via=Via.PAGE, at=at, **answers)


# --- What follows -----------------------------------------------------------------------------------------------------


def test_a_no_show_that_was_none_is_held_again_with_its_agent():
    handoff = reported(MISSED)
    assert handoff.lead.owner == handoff.setter

    outcome = corrected(handoff, GOOD)

    now = fresh(handoff)
    assert (outcome.showed, outcome.is_good, outcome.recorded_at) == ("yes", True, SOON)
    assert (now.appointment.status, now.credit) == (AppointmentStatus.HELD, "")
    assert (now.lead.stage, now.lead.owner) == (Stage.MET, handoff.agent)
    assert not Task.objects.open().filter(kind="no_show_call").exists()


def test_a_meeting_that_was_missed_after_all_goes_back_to_its_setter():
    handoff = reported(GOOD)

    corrected(handoff, MISSED)

    now = fresh(handoff)
    assert (now.appointment.status, now.credit) == (AppointmentStatus.NO_SHOW, Credit.NO_SHOW)
    assert (now.lead.stage, now.lead.owner) == (Stage.NO_SHOW, handoff.setter)
    fire_due(at=SOON)
    assert Task.objects.open().get(kind="no_show_call").assignee == handoff.setter


def test_there_and_back_again_leaves_an_open_call_and_every_version():
    handoff = reported(MISSED)
    corrected(handoff, GOOD, at=SOON)
    corrected(handoff, MISSED, why="It was right before", at=SOON + timedelta(hours=1))

    fire_due(at=SOON + timedelta(hours=1))
    assert Task.objects.open().filter(kind="no_show_call").count() == 1
    assert [each.showed for each in history_of(Outcome.objects.get())] == ["yes", "no"]
    assert fresh(handoff).lead.owner == handoff.setter


@pytest.mark.parametrize("direct", [False, True], ids=["scheduled", "direct"])
def test_what_was_said_before_is_kept_with_who_when_and_why(direct):
    handoff = reported(BAD, direct=direct, note="Wants a castle", price=300_000, commission_percent=Decimal("2.5"))
    boss = people.lead(handoff.team)

    corrected(handoff, GOOD | {"price": 500_000}, why=" It was the wrong Dana ", actor=boss)

    was = FormerOutcome.objects.get()
    assert (was.is_good, was.reason, was.note, was.price) == (False, "price", "Wants a castle", 300_000)
    assert (was.commission_percent, was.currency) == (Decimal("2.5"), "USD")
    assert (was.recorded_by, was.recorded_at) == (handoff.agent, AFTER)
    assert (was.replaced_by, was.replaced_at, was.why) == (boss, SOON, "It was the wrong Dana")
    now = Outcome.objects.get()
    assert (now.is_good, now.reason, now.note, now.price, now.recorded_by) == (True, "", "", 500_000, boss)


def test_signed_is_reached_from_met_by_a_correction():
    handoff = reported(GOOD)
    corrected(handoff, GOOD | {"next_step": "signed"})
    assert fresh(handoff).lead.stage == Stage.SIGNED


def test_whether_it_was_on_time_stays_as_it_was():
    handoff = reported(GOOD)
    corrected(handoff, BAD, at=handoff.outcome_due_at + timedelta(days=2))
    assert Outcome.objects.get().is_on_time


def test_setter_and_agent_hear_of_a_team_leads_correction():
    handoff = reported(GOOD)

    corrected(handoff, BAD, actor=people.lead(handoff.team))

    told = InboxItem.objects.filter(kind="outcome_corrected")
    assert {item.membership for item in told} == {handoff.setter, handoff.agent}
    assert all("Corrected" in item.title for item in told)
    story = Activity.objects.get(kind="outcome_corrected").summary
    assert "showed, not a good lead (was: showed, good lead). Pressed the wrong one" in story


def test_whoever_listens_is_given_what_it_said_before():
    heard = []

    def listen(*, handoff, outcome, was, actor, at, **_):
        heard.append((outcome.showed, was.showed if was else None))

    outcome_recorded.connect(listen)
    try:
        corrected(reported(MISSED), GOOD)
    finally:
        outcome_recorded.disconnect(listen)
    assert heard == [("no", None), ("yes", "no")]


def test_the_same_again_changes_nothing():
    handoff = reported(BAD)

    corrected(handoff, BAD)

    assert not FormerOutcome.objects.exists()
    assert fresh(handoff).revision == handoff.revision


def test_an_agent_who_has_left_gets_no_lead_back():
    handoff = reported(MISSED)
    Membership.objects.filter(pk=handoff.agent_id).update(ended_at=AFTER)

    corrected(handoff, GOOD, actor=people.lead(handoff.team))

    assert fresh(handoff).lead.owner == handoff.setter


# --- Who, and how long ------------------------------------------------------------------------------------------------


def test_the_agent_may_for_as_long_as_the_team_says_and_a_team_lead_at_any_time():
    handoff = reported(GOOD)
    last = AFTER + timedelta(days=7)

    corrected(handoff, BAD, at=last)
    with pytest.raises(CannotCorrect, match="for 7 days after the report"):
        corrected(handoff, GOOD, at=last + timedelta(seconds=1))
    assert corrected(handoff, GOOD, actor=people.lead(handoff.team), at=last + timedelta(days=300)).is_good


def test_where_agents_may_not_at_all_it_says_who_may():
    handoff = reported(GOOD)
    policy(handoff.team, correction_days=0)
    with pytest.raises(CannotCorrect, match="by a team lead alone"):
        corrected(fresh(handoff), BAD)


@pytest.mark.parametrize("who", ["setter", "another agent", "stranger"])
def test_nobody_else_may(who):
    handoff = reported(GOOD)
    actor = {"setter": handoff.setter, "another agent": people.agent(handoff.team), "stranger": people.lead()}[who]
    with pytest.raises(NotYours):
        corrected(handoff, BAD, actor=actor)
    assert not FormerOutcome.objects.exists()


def test_what_was_not_reported_is_not_corrected():
    with pytest.raises(NotOpen):
        corrected(open_handoff(), GOOD)


@pytest.mark.parametrize(("answers", "field"), [({"showed": "yes"}, "is_good"), (GOOD | {"price": -1}, "price")])
def test_a_correction_makes_sense_too(answers, field):
    with pytest.raises(InvalidOutcome) as refused:
        corrected(reported(GOOD), answers)
    assert list(refused.value.errors) == [field]


def test_a_correction_says_why():
    with pytest.raises(InvalidOutcome) as refused:
        corrected(reported(GOOD), BAD, why="  ")
    assert list(refused.value.errors) == ["why"]


# --- What stands ------------------------------------------------------------------------------------------------------


def test_after_the_lead_was_rebooked_nobody_says_that_they_came_after_all():
    handoff = reported(MISSED)
    lead = Lead.objects.get(pk=handoff.lead_id)
    again = open_handoff(lead, to=handoff.agent, starts_at=SLOT + timedelta(days=2), at=SOON)

    with pytest.raises(CannotCorrect, match="has been handed off again since"):
        corrected(handoff, GOOD, at=SOON + timedelta(hours=1))

    assert fresh(again).lead.stage == Stage.APPOINTMENT_SET


def test_but_the_other_answers_can_be_and_the_new_handoff_stays_as_it_is():
    handoff = reported(GOOD)
    lead = Lead.objects.get(pk=handoff.lead_id)
    again = open_handoff(lead, to=handoff.agent, starts_at=SLOT + timedelta(days=2), at=SOON)

    corrected(handoff, BAD | {"next_step": "nurture"}, at=SOON + timedelta(hours=1))

    assert Outcome.objects.get().reason == "price"
    assert (fresh(again).status, fresh(again).lead.stage) == ("open", Stage.APPOINTMENT_SET)


@pytest.mark.parametrize("stage", [Stage.SIGNED, Stage.UNDER_CONTRACT])
def test_who_has_signed_was_there(stage):
    handoff = reported(GOOD)
    change_stage(lead=handoff.lead, to=stage, actor=handoff.agent, via=Via.PAGE, at=SOON)

    with pytest.raises(CannotCorrect, match="so this was no no-show"):
        corrected(handoff, MISSED)


@pytest.mark.parametrize(("was", "now"), [({"showed": "moved"}, GOOD), (GOOD, {"showed": "moved"})])
def test_moved_and_met_do_not_become_each_other(was, now):
    with pytest.raises(CannotCorrect, match="Book the new time instead"):
        corrected(reported(was), now)


def test_a_refused_correction_leaves_no_trace():
    handoff = reported(GOOD)
    with pytest.raises(CannotCorrect):
        corrected(handoff, {"showed": "moved"})
    assert not FormerOutcome.objects.exists()
    assert not Activity.objects.filter(kind="outcome_corrected").exists()
    assert fresh(handoff).appointment.status == AppointmentStatus.HELD


def test_what_was_said_before_can_never_be_changed():
    corrected(reported(GOOD), BAD)
    for change in (lambda rows: rows.update(why="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(FormerOutcome.objects.all())


@pytest.mark.django_db(transaction=True)
def test_two_corrections_at_once_are_two_versions_one_after_the_other():
    handoff = reported(GOOD)
    boss = people.lead(handoff.team)

    ended = at_once(
        lambda: corrected(fresh(handoff), BAD),
        lambda: corrected(fresh(handoff), MISSED, actor=boss, at=SOON + timedelta(seconds=1)),
    )

    assert all(isinstance(each, Outcome) for each in ended), ended
    was = list(FormerOutcome.objects.all())
    assert (was[0].showed, was[0].is_good) == ("yes", True)
    assert len(was) == 2
