"""A recovery after something was said by mistake: a report that is corrected, an answer that was none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.models.outcomes import Showed
from handoff.tests.factories import open_handoff
from handoff.tests.recovery.happening import LATER, answer_by_phone, correct, fresh, last_words
from handoff.tests.recovery.missed import (
    DAY_1,
    MESSAGE_AT,
    REPORTED,
    a_lead,
    no_show,
    pass_through,
    report,
    run_of,
    taken,
    written,
)
from leads.calls import log_call
from leads.models import Task
from leads.models.calls import CallResult
from leads.queries.calls import calls_of
from leads.stages import Refused
from leads.states import Via
from leads.taking_back import take_back
from notifications.promises.timers import fire_due

pytestmark = pytest.mark.django_db


def test_it_goes_on_when_a_correction_was_wrong():
    handoff = no_show()
    pass_through(REPORTED, MESSAGE_AT)
    correct(handoff)

    correct(handoff, showed="no", is_good=None, at=LATER + timedelta(hours=1))
    pass_through(DAY_1)

    run = run_of(handoff)
    assert (run.ended_at, run.because) == (None, "")
    assert [name for name, _ in taken(handoff)] == ["first_call", "first_message", "second_call"]
    assert len(written(handoff)) == 1


def test_a_correction_of_something_else_begins_nothing_anew():
    handoff = no_show()
    answer_by_phone(handoff)
    correct(handoff, showed="no", is_good=None, note="Was ill", at=LATER + timedelta(hours=1))
    assert run_of(handoff).because == "answered"


def test_a_meeting_that_was_missed_after_all_begins_the_play():
    handoff = open_handoff(a_lead())
    report(handoff, Showed.YES)
    correct(handoff, showed="no", is_good=None)
    assert (run_of(handoff).started_at, run_of(handoff).ended_at) == (LATER, None)


class TestAnAnswerThatWasNone:
    def test_the_play_goes_on_with_the_steps_that_are_left_and_the_call_it_asked_for(self):
        handoff = no_show()
        pass_through(MESSAGE_AT)
        asked = Task.objects.open().get(kind="no_show_call")
        made = log_call(lead=fresh(handoff), result=CallResult.ANSWERED, actor=handoff.setter, via=Via.PAGE, at=LATER)
        assert run_of(handoff).because == "answered"

        take_back(call=made, actor=handoff.setter, at=LATER)

        assert (run_of(handoff).ended_at, run_of(handoff).because) == (None, "")
        assert Task.objects.get(pk=asked.pk).done_at is None
        assert last_words(handoff) == "No-show recovery goes on"
        fire_due(at=DAY_1)
        assert Task.objects.open().filter(kind="no_show_call").exclude(pk=asked.pk).exists()

    def test_a_play_at_its_end_cannot_be_taken_up_again_and_so_the_call_stands(self):
        handoff = no_show()
        made = log_call(lead=fresh(handoff), result=CallResult.ANSWERED, actor=handoff.setter, via=Via.PAGE, at=LATER)
        run_of(handoff).steps.update(taken_at=LATER)

        with pytest.raises(Refused, match="at its last step"):
            take_back(call=made, actor=handoff.setter, at=LATER)
        assert calls_of(handoff.lead).exists()
