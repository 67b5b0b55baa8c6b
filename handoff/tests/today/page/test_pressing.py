"""What is done on the page of Today: tasks, calls and confirmations."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from handoff.cover.asking import ask_for_cover
from handoff.models import Appointment
from handoff.states import ClientAnswer
from handoff.tests.factories import NOW, open_handoff, ready
from handoff.tests.pages import signed_in
from handoff.tests.today.page.looking import HOUR, PAGE, do, shown, task
from leads.models import Call, Task
from leads.states import Via
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def test_done_is_done_with_the_next_row_open_and_can_be_undone(ivy):
    first = task(ivy, "a", title="First", due_at=NOW - HOUR)
    second = task(ivy, "b", title="Second")

    answer = do(ivy, "done", first.pk, place="0").content.decode()
    assert Task.objects.get(pk=first.pk).done_at == NOW
    assert f'id="row-task-{second.pk}"' in answer
    assert reverse("handoff:today-done", args=[second.pk]) in answer
    assert "Done: First" in answer
    assert re.search(r'hx-swap-oob="true">1 to do now', answer)
    assert 'data-key="u"' in answer

    do(ivy, "done", first.pk, again="1")
    assert Task.objects.get(pk=first.pk).done_at is None


def test_the_row_in_its_place_is_opened_and_the_last_where_there_is_none(ivy):
    tasks = [
        task(ivy, f"t{number}", title=f"T{number}", due_at=NOW - HOUR + timedelta(minutes=number))
        for number in range(3)
    ]

    def opened(answer):
        [pk] = re.findall(r'today-row is-open" id="row-task-(\d+)"', answer.content.decode())
        return pk

    assert opened(do(ivy, "done", tasks[1].pk, place="1")) == str(tasks[2].pk)
    assert opened(do(ivy, "done", tasks[2].pk, place="1")) == str(tasks[0].pk)
    assert opened(do(ivy, "done", tasks[2].pk, again="1", place="no")) == str(tasks[0].pk)


def test_a_call_is_noted_and_its_task_with_it(ivy):
    lead = ready(ivy.team, isa=ivy)
    asked = task(ivy, lead=lead, kind="call", title="Call")

    answer = do(ivy, "call", lead.pk, took="answered", task=asked.pk)

    assert (Call.objects.get().result, Task.objects.get(pk=asked.pk).done_at) == ("answered", NOW)
    assert "Answered" in answer.content.decode()


def test_a_call_noted_by_mistake_is_taken_back_with_its_task(ivy):
    lead = ready(ivy.team, isa=ivy)
    asked = task(ivy, lead=lead, kind="call", title="Call back", is_urgent=True, due_at=NOW + HOUR / 4)
    said = do(ivy, "call", lead.pk, took=f"no_answer {(NOW + HOUR).isoformat()}", task=asked.pk).content.decode()
    made = Call.objects.get()
    assert f'hx-post="{reverse("handoff:today-call-undo", args=[made.pk])}"' in said
    assert "Later today" in said

    answer = do(ivy, "call-undo", made.pk).content.decode()

    assert "Taken back" in answer
    assert f'id="row-task-{asked.pk}"' in answer
    assert "Later today" not in answer
    assert "10 minutes" in do(ivy, "call-undo", made.pk).content.decode()


def test_cover_is_found_and_not_ticked_off(ana, ivy):
    handoff = open_handoff(ready(ana.team, isa=ivy), to=ana)
    ask_for_cover(handoff=handoff, agent=ana, reason="My car broke down", via=Via.PAGE, at=NOW)
    asked = Task.objects.get(kind="cover")

    page = shown(ivy)
    assert "Find cover" in page
    assert reverse("handoff:today-done", args=[asked.pk]) not in page
    assert "stays until that is settled" in do(ivy, "done", asked.pk).content.decode()
    signed_in(ivy).post(reverse("leads:task-done", args=[asked.pk]))
    assert Task.objects.get(pk=asked.pk).done_at is None


def test_a_call_that_cannot_be_understood_is_said_and_changes_nothing(ivy):
    lead = ready(ivy.team, isa=ivy)
    asked = task(ivy, lead=lead, kind="call", title="Call")

    answer = do(ivy, "call", lead.pk, took="danced", task=asked.pk)

    assert 'data-toast="error"' in answer.content.decode()
    assert not Call.objects.exists()
    assert Task.objects.get(pk=asked.pk).done_at is None


@pytest.mark.parametrize("named", ["0", "no", "-1", "9" * 30])
def test_a_call_names_a_task_that_there_is(ivy, named):
    lead = ready(ivy.team, isa=ivy)

    assert do(ivy, "call", lead.pk, took="answered", task=named).status_code == 404
    assert not Call.objects.exists()


def test_nobody_ticks_off_a_strangers_task_with_a_call(ivy):
    lead, theirs = ready(ivy.team, isa=ivy), task(people.isa())

    assert do(ivy, "call", lead.pk, took="answered", task=theirs.pk).status_code == 404
    assert Task.objects.get(pk=theirs.pk).done_at is None


def test_confirmed_on_the_phone(ana, ivy):
    handoff = open_handoff(ready(ana.team, isa=ivy), to=ana)
    asked = task(ivy, lead=handoff.lead, script="no_show_call", kind="confirm")

    answer = do(ivy, "confirm", handoff.lead_id, task=asked.pk).content.decode()

    assert "confirmed on the phone" in answer
    assert Appointment.objects.get().client_answer == ClientAnswer.CONFIRMED
    assert Task.objects.get(pk=asked.pk).done_at == NOW


def test_what_was_called_off_meanwhile_cannot_be_confirmed(ivy):
    lead = ready(ivy.team, isa=ivy)

    assert "called off" in do(ivy, "confirm", lead.pk).content.decode()


def test_a_plain_form_comes_back_to_the_page(ivy):
    asked = task(ivy)

    answer = signed_in(ivy).post(reverse("handoff:today-done", args=[asked.pk]), follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Done: Send the list" in answer.content.decode()
