"""A run of the play: each step when it is due by the client's clock, and once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handoff.models import RecoveryRun
from handoff.models.outcomes import Showed
from handoff.tests.factories import SLOT, open_direct, open_handoff
from handoff.tests.recovery.missed import (
    DAY_1,
    DAY_3,
    DAY_7,
    END,
    MESSAGE_AT,
    REPORTED,
    a_lead,
    a_team,
    every,
    no_show,
    pass_through,
    report,
    run_of,
    taken,
    written,
)
from leads.models import Activity, Collaborator, Lead, Task
from leads.states import Stage
from notifications.promises.timers import fire_due
from teams.tests.factories import isa
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db


def calls(handoff):
    return list(Task.objects.filter(lead=handoff.lead, kind="no_show_call").order_by("pk"))


def test_a_no_show_begins_the_play_and_the_agent_stays_attached():
    handoff = no_show()

    run = run_of(handoff)
    assert (run.lead, run.started_at, run.ended_at, run.version) == (handoff.lead, REPORTED, None, 0)
    assert [step.due_at for step in run.steps.all()] == [REPORTED, MESSAGE_AT, DAY_1, DAY_3, DAY_7, END]
    assert Lead.objects.get().owner == handoff.setter
    assert Collaborator.objects.filter(lead=handoff.lead, membership=handoff.agent).exists()


def test_the_story_says_that_it_begins():
    handoff = no_show()

    entry = Activity.objects.get(lead=handoff.lead, kind="recovery")
    assert entry.summary == "No-show recovery begins: 4 calls planned, until Wed, Dec 2, 12:00 PM CST"


def test_whoever_came_is_left_alone():
    handoff = open_handoff(a_lead())
    report(handoff, Showed.YES)
    assert not RecoveryRun.objects.exists()


def test_the_call_is_asked_for_at_once_and_the_message_goes_within_minutes():
    handoff = no_show()

    fire_due(at=REPORTED)
    assert [(task.script, task.is_urgent) for task in calls(handoff)] == [("no_show_call", True)]
    assert written(handoff) == []
    fire_due(at=MESSAGE_AT)
    assert [mail.channel for mail in written(handoff)] == ["email"]


def test_the_whole_play_through_every_minute_takes_each_step_once():
    handoff = no_show()

    for at in every(timedelta(hours=3), start=REPORTED, end=END + timedelta(days=2)):
        pass_through(at)

    assert taken(handoff) == [
        ("first_call", "done"),
        ("first_message", "done"),
        ("second_call", "done"),
        ("third_call", "done"),
        ("last_call", "done"),
        ("end", "done"),
    ]
    assert len(written(handoff)) == 1
    assert [task.script for task in calls(handoff)] == [
        "no_show_call",
        "no_show_again",
        "no_show_again",
        "no_show_last",
    ]
    assert not Task.objects.open().filter(kind="no_show_call").exists()
    assert run_of(handoff).because == "finished"
    assert Lead.objects.get().stage == Stage.NURTURE


def test_a_later_call_takes_the_place_of_one_that_nobody_made():
    handoff = no_show()

    pass_through(REPORTED, MESSAGE_AT, DAY_1)

    open_ones = Task.objects.open().filter(kind="no_show_call")
    assert [task.script for task in open_ones] == ["no_show_again"]
    assert open_ones[0].due_at == DAY_1 + timedelta(hours=6)
    assert len(calls(handoff)) == 2


@pytest.mark.parametrize(
    ("zone", "reported", "call", "message", "next_day"),
    [
        # 22:30 in Chicago: everything waits for eight in the morning, and day 1 is the day after that
        ("America/Chicago", "2026-11-25T04:30", "2026-11-25T14:00", "2026-11-25T14:00", "2026-11-26T16:00"),
        # 5:00 in Honolulu
        ("Pacific/Honolulu", "2026-11-24T17:00", "2026-11-24T18:00", "2026-11-24T18:00", "2026-11-25T20:00"),
        # 20:57: there is time for a call, but not for the message five minutes later
        ("America/Chicago", "2026-11-25T02:57", "2026-11-25T02:57", "2026-11-25T14:00", "2026-11-25T16:00"),
    ],
)
def test_nobody_is_called_or_written_to_at_night(zone, reported, call, message, next_day):
    def moment(text):
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    handoff = no_show(a_lead(zone=zone), at=moment(reported))

    due = {step.name: step.due_at for step in run_of(handoff).steps.all()}
    assert (due["first_call"], due["first_message"]) == (moment(call), moment(message))
    assert due["second_call"] == moment(next_day)


def test_days_are_days_of_the_calendar_when_the_clocks_change():
    # Reported on Friday, October 30 at 14:00 CDT; on Sunday at 2:00 the clocks go back to CST
    starts_at = datetime(2026, 10, 30, 18, 0, tzinfo=UTC)
    handoff = open_handoff(a_lead(), starts_at=starts_at, at=datetime(2026, 10, 28, 16, 0, tzinfo=UTC))
    report(handoff, Showed.NO, at=starts_at + timedelta(hours=1))

    due = {step.name: step.due_at for step in run_of(handoff).steps.all()}
    assert due["second_call"] == datetime(2026, 10, 31, 15, 0, tzinfo=UTC)  # 10:00 CDT
    assert due["third_call"] == datetime(2026, 11, 2, 16, 0, tzinfo=UTC)  # 10:00 CST


def test_a_client_who_has_moved_west_is_not_called_before_their_morning():
    handoff = no_show()
    pass_through(REPORTED, MESSAGE_AT)
    Lead.objects.update(zone="Pacific/Honolulu")

    pass_through(DAY_1)  # 6:00 in Honolulu
    assert len(calls(handoff)) == 1
    pass_through(DAY_1 + timedelta(hours=2))
    assert len(calls(handoff)) == 2


def test_a_lead_that_was_handed_over_at_once_has_a_recovery_too():
    handoff = open_direct(a_lead())
    report(handoff, Showed.NO, at=SLOT)

    pass_through(SLOT, SLOT + timedelta(minutes=5))

    assert "We missed each other on Monday, November 23." in written(handoff)[0].message["lead_in"]


def test_the_call_is_whoevers_the_lead_is_by_then():
    handoff = no_show()
    other = isa(handoff.team)
    Lead.objects.update(owner=other)
    fire_due(at=REPORTED)
    assert calls(handoff)[0].assignee == other


def test_the_call_is_the_team_leads_when_who_set_it_has_left():
    handoff = no_show()
    boss = team_lead(handoff.team)
    Lead.objects.update(owner=None)
    type(handoff.setter).objects.filter(pk=handoff.setter_id).update(ended_at=REPORTED)

    fire_due(at=REPORTED)

    assert calls(handoff)[0].assignee == boss


def test_a_lead_that_has_moved_on_before_the_report_is_left_alone():
    handoff = open_handoff(a_lead())
    Lead.objects.update(stage=Stage.LOST)
    report(handoff, Showed.NO)
    assert not RecoveryRun.objects.exists()


def test_teams_have_runs_of_their_own():
    ours, theirs = no_show(a_lead(a_team())), no_show(a_lead(a_team()))
    assert run_of(ours).team == ours.team
    assert run_of(theirs).team == theirs.team
