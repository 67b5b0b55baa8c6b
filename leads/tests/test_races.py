"""Two people at once: each in a transaction of their own, on a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from leads.answers import save_answers
from leads.models import Activity, Lead, Lpmama, Recording, StageChange, Task
from leads.recordings import promise_link
from leads.stages import IllegalMove, change_stage
from leads.states import Stage, Via
from leads.tests.factories import NOW
from leads.todo import add_task

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 6


def at_once(act):
    """Run ``act(number)`` by a crowd at the same moment; what each returned or was refused with."""
    start = Barrier(CROWD)

    def one(number):
        try:
            start.wait(timeout=10)
            return act(number)
        except IllegalMove as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as crowd:
        return list(crowd.map(one, range(CROWD)))


def test_of_a_crowd_that_moves_a_lead_one_succeeds_and_the_others_are_told(lead):
    def lose(_):
        mine = Lead.objects.select_related("team").get(pk=lead.pk)
        return change_stage(lead=mine, to=Stage.LOST, actor=None, via=Via.PAGE, at=NOW)

    answers = at_once(lose)

    assert sum(isinstance(each, StageChange) for each in answers) == 1
    assert sum(isinstance(each, IllegalMove) for each in answers) == CROWD - 1
    assert Activity.objects.filter(lead=lead, kind="stage").count() == 1


def test_a_crowd_that_answers_different_questions_keeps_every_answer(lead):
    said = [
        ("location_text", "Mueller"),
        ("price_max", 450_000),
        ("motivation", "New job"),
        ("other_agent_name", "Nobody"),
        ("mortgage_lender", "First Example Bank"),
        ("needs", "Garage"),
    ]

    def answer(number):
        mine = Lead.objects.select_related("lpmama").get(pk=lead.pk)
        save_answers(lead=mine, changes=dict([said[number]]), actor=None, at=NOW)

    at_once(answer)

    kept = Lpmama.objects.get(lead=lead)
    assert [(name, getattr(kept, name)) for name, _ in said] == said


def test_a_crowd_that_promises_one_recording_promises_it_once(lead):
    at_once(lambda _: promise_link(lead=Lead.objects.get(pk=lead.pk), actor=None, at=NOW).pk)

    assert Recording.objects.count() == 1


def test_a_crowd_that_asks_for_the_same_thing_asks_once(isa):
    at_once(lambda _: add_task(key="same", assignee=isa, title="Call", kind="todo", at=NOW, due_at=NOW).pk)

    assert Task.objects.count() == 1
