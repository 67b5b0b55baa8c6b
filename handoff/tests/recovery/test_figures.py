"""How the play does: what each step reached, who answered or booked after it, and who came back at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.amending import correct_outcome
from handoff.models import RecoveryRun
from handoff.numbers.asking import Question
from handoff.numbers.days import last_weeks
from handoff.numbers.queries import totals_for
from handoff.recovery.queries import StepFigures, figures_of
from handoff.tests.factories import NOW, open_handoff
from handoff.tests.recovery.missed import (
    DAY_1,
    END,
    MESSAGE_AT,
    REPORTED,
    a_lead,
    a_team,
    no_show,
    pass_through,
    run_of,
)
from leads.calls import log_call
from leads.models import Lead
from leads.models.calls import CallResult
from leads.states import Via
from notifications.promises.timers import fire_due

pytestmark = pytest.mark.django_db


def answer(handoff, at):
    lead = Lead.objects.select_related("team", "isa__user").get(pk=handoff.lead_id)
    log_call(lead=lead, result=CallResult.ANSWERED, actor=handoff.setter, via=Via.PAGE, at=at)


def book(handoff, at):
    lead = Lead.objects.select_related("team", "isa__user").get(pk=handoff.lead_id)
    open_handoff(lead, to=handoff.agent, starts_at=REPORTED + timedelta(days=2, hours=1), at=at)


@pytest.fixture
def team():
    return a_team()


def test_the_last_step_before_an_answer_or_a_booking_is_the_one_that_counts(team):
    by_message, by_call, nothing = (no_show(a_lead(team)) for _ in range(3))
    fire_due(at=MESSAGE_AT)
    book(by_message, MESSAGE_AT + timedelta(minutes=20))
    fire_due(at=DAY_1)
    answer(by_call, DAY_1 + timedelta(minutes=3))

    figures = figures_of(team)

    assert figures.steps["first_call"] == StepFigures(reached=3)
    assert figures.steps["first_message"] == StepFigures(reached=3, rebooked=1)
    assert figures.steps["second_call"] == StepFigures(reached=2, answered=1)
    assert (figures.recovered.words, figures.running) == ("1 of 2", 1)
    assert run_of(nothing).ended_at is None


def test_who_answers_and_then_books_counts_for_both(team):
    handoff = no_show(a_lead(team))
    fire_due(at=MESSAGE_AT)
    answer(handoff, MESSAGE_AT + timedelta(minutes=3))
    book(handoff, MESSAGE_AT + timedelta(minutes=9))
    assert figures_of(team).steps["first_message"] == StepFigures(reached=1, answered=1, rebooked=1)


def test_what_was_skipped_reached_nobody(team):
    no_show(a_lead(team))
    pass_through(END)
    steps = figures_of(team).steps
    assert "second_call" not in steps
    assert steps["end"].reached == 1


def test_a_no_show_that_was_none_counts_nowhere(team):
    handoff = no_show(a_lead(team))
    fire_due(at=MESSAGE_AT)
    correct_outcome(
        handoff=handoff,
        why="Wrong button",
        actor=handoff.agent,
        via=Via.PAGE,
        at=MESSAGE_AT,
        showed="yes",
        is_good=True,
    )
    figures = figures_of(team)
    assert (figures.steps, figures.recovered.whole, figures.running) == ({}, 0, 0)


def test_a_share_of_few_is_a_count_and_of_many_a_percentage(team):
    handoff = no_show(a_lead(team))
    fire_due(at=MESSAGE_AT)
    answer(handoff, DAY_1)
    assert figures_of(team).recovered.words == "0 of 1"
    assert StepFigures(reached=40, answered=10).answer_rate.words == "25%"


def test_the_numbers_count_no_shows_that_came_back(team):
    first, second = no_show(a_lead(team)), no_show(a_lead(team))
    book(first, MESSAGE_AT)
    total = totals_for(Question(team.pk, *last_weeks(team, 1, at=NOW)), at=DAY_1)
    assert (total.missed, total.recovered) == (2, 1)
    assert total.recovery_rate.words == "1 of 2"
    assert run_of(second).ended_at is None


def test_another_teams_no_shows_are_not_counted(team):
    no_show()
    assert RecoveryRun.objects.count() == 1
    assert figures_of(team).running == 0
