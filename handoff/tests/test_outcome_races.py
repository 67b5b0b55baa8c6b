"""Two at once: of two reports one wins, and a timer that fires meanwhile neither blocks nor is blocked."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from handoff.models import Handoff, Outcome
from handoff.outcomes import AlreadyReported, record_outcome
from handoff.tests.passing import TOMORROW, a_handoff
from handoff.timing import set_timers_of
from leads.models import StageChange, Task
from leads.states import Via
from notifications.promises.timers import fire_due

pytestmark = pytest.mark.django_db(transaction=True)

AFTERWARDS = TOMORROW + timedelta(hours=1)
ROUNDS = 8


def at_once(*calls):
    """Run the calls at the same moment, each on a connection of its own; their results or exceptions."""
    gate = threading.Barrier(len(calls))
    ended: list[Any] = [None] * len(calls)

    def run(index, call):
        gate.wait()
        try:
            ended[index] = call()
        except Exception as problem:  # noqa: BLE001  # whatever it was, the test looks at it
            ended[index] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return ended


def reporting(handoff, showed):
    def report():
        mine = Handoff.objects.select_related("agent__user").get(pk=handoff.pk)
        is_good = True if showed == "yes" else None
        return record_outcome(
            handoff=mine, showed=showed, is_good=is_good, actor=mine.agent, via=Via.PAGE, at=AFTERWARDS
        )

    return report


def test_of_two_reports_at_once_one_wins_and_the_other_is_told():
    for _ in range(ROUNDS):
        handoff = a_handoff()

        ended = at_once(reporting(handoff, "yes"), reporting(handoff, "no"), reporting(handoff, "no"))

        won = [one for one in ended if isinstance(one, Outcome)]
        lost = [one for one in ended if isinstance(one, AlreadyReported)]
        assert (len(won), len(lost)) == (1, 2), ended
        handoff.refresh_from_db()
        assert handoff.outcome == won[0]
        moves = StageChange.objects.filter(lead=handoff.lead, to__in=["met", "no_show"])
        assert [move.to for move in moves] == ["met" if won[0].showed == "yes" else "no_show"]
        fire_due(at=AFTERWARDS)
        calls = Task.objects.filter(lead=handoff.lead, kind="no_show_call").count()
        assert calls == (won[0].showed == "no")


def test_a_deadline_that_passes_during_the_report_waits_for_it_and_never_in_a_circle():
    for _ in range(ROUNDS):
        handoff = a_handoff()
        set_timers_of(handoff, at=handoff.opened_at)
        late = handoff.outcome_due_at + timedelta(minutes=1)

        reported, _fired = at_once(reporting(handoff, "yes"), lambda at=late: fire_due(at=at))

        assert isinstance(reported, Outcome), reported
        assert not Task.objects.open().filter(lead=handoff.lead).exists()
