"""The page of Today: what everybody lands on, and what is done on it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.brief import read_brief
from handoff.cover.asking import ask_for_cover
from handoff.models import Appointment, Outcome
from handoff.models.appointments import How
from handoff.outcomes import record_outcome
from handoff.states import ClientAnswer
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from leads.contacts import mark_wrong
from leads.models import Call, Lead, Task
from leads.states import Stage, Via
from leads.tests.factories import LeadFactory
from leads.todo import add_task
from teams.models import Membership
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

PAGE = "/today/"
HOUR = timedelta(hours=1)
TODAY = NOW + 2 * HOUR


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ana() -> Membership:
    return people.agent(user__name="Ana Sample")


@pytest.fixture
def ivy(ana) -> Membership:
    return people.isa(ana.team)


def task(whom, key="t", **fields):
    given = {"title": "Send the list", "kind": "todo", "at": NOW, "due_at": NOW, "lead": None} | fields
    return add_task(key=key, assignee=whom, **given)


def shown(member, query=""):
    return signed_in(member).get(PAGE + query).content.decode()


def do(member, route, pk, **said):
    return signed_in(member).post(reverse(f"handoff:today-{route}", args=[pk]), said, **HTMX)


@pytest.mark.parametrize("who", [people.isa, people.agent, people.lead])
def test_everybody_lands_here(who):
    member = who()
    answer = signed_in(member).get("/", follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert "All clear" in answer.content.decode()


def test_an_empty_list_says_what_comes_next(ivy):
    assert "New leads come here by themselves" in shown(ivy)
    task(ivy, due_at=NOW + HOUR, title="Send the list")
    assert re.search(r"Next: Send the list, at\s+11:00 AM CST", shown(ivy))


def test_the_first_row_is_open_with_its_words_number_and_keys(ivy):
    lead = ready(ivy.team, isa=ivy, first_name="Dana", phone="+15125550123")
    asked = task(ivy, lead=lead, title="Call Dana", kind="call", script="no_show_call")

    page = shown(ivy)

    assert "Calling after a no-show" in page
    assert 'href="tel:+15125550123"' in page
    assert f'action="{reverse("handoff:today-call", args=[lead.pk])}"' in page
    for key in ("a", "n", "v", "w", "d", "p", "o", "e"):
        assert f'data-key="{key}"' in page, key
    keys = re.findall(r'data-key="([^"]+)"', page)
    assert sorted(keys) == sorted(set(keys))  # no key means two things
    assert f'name="task" value="{asked.pk}"' in page


def test_the_other_rows_are_closed_and_open_in_place(ivy):
    task(ivy, "a", title="First", due_at=NOW - HOUR)
    second = task(ivy, "b", title="Second", detail="All about it")
    page = shown(ivy)
    assert page.count('aria-expanded="true"') == 1
    assert "All about it" in page  # why it is there stands in the row
    assert reverse("handoff:today-done", args=[second.pk]) not in page

    opened = signed_in(ivy).get(reverse("handoff:today-task", args=[second.pk]), **HTMX).content.decode()
    assert reverse("handoff:today-done", args=[second.pk]) in opened
    assert "<html" not in opened


def test_without_scripts_a_row_is_the_way_to_its_page(ivy):
    lead = LeadFactory.create(team=ivy.team, isa=ivy)

    answer = signed_in(ivy).get(reverse("handoff:today-lead", args=[lead.pk]))
    assert answer["Location"] == lead.get_absolute_url()


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


def test_who_lacks_nothing_is_handed_off_from_here(ivy):
    lead = ready(ivy.team, isa=ivy, first_name="Dana")

    page = shown(ivy)
    assert re.search(rf'btn-primary" href="{lead.get_absolute_url()}#handoff" data-key="h"', page)
    assert re.search(r'btn-plain" href="tel:', page)


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


def test_a_team_lead_may_look_at_everybodys_tasks(ana, ivy):
    task(ana, "a", title="Of the agent")
    task(ivy, "b", title="Of the ISA")
    boss = people.lead(ana.team)

    assert "Of the agent" not in shown(boss)
    everybody = shown(boss, "?whose=everybody")
    assert "Of the agent" in everybody
    assert f"For {ivy.user}" in everybody
    assert "Of the agent" not in shown(ivy, "?whose=everybody")


def test_more_rows_are_shown_where_one_asks(ivy):
    for number in range(45):
        task(ivy, f"t{number}", title=f"Task {number}.")
    assert shown(ivy).count("data-today-row") == 40
    assert "Show more" in shown(ivy)
    assert shown(ivy, "?rows=more").count("data-today-row") == 45


def test_the_first_tap_of_a_report_is_made_here(ana):
    handoff = open_handoff(ready(ana.team), to=ana, starts_at=TODAY)

    with time_machine.travel(TODAY + HOUR, tick=False):
        page = shown(ana)
    address, in_row = (reverse(f"handoff:{name}", args=[handoff.pk]) for name in ("outcome", "today-report"))
    for answer in ("yes", "no", "moved"):
        assert f'href="{address}?showed={answer}" hx-get="{in_row}?showed={answer}"' in page


def test_a_report_is_made_in_its_row_by_keys(ana):
    handoff = open_handoff(ready(ana.team, first_name="Dana"), to=ana, starts_at=TODAY)
    address = reverse("handoff:today-report", args=[handoff.pk])

    with time_machine.travel(TODAY + HOUR, tick=False):
        form = signed_in(ana).get(address + "?showed=yes", **HTMX).content.decode()
        assert "<html" not in form
        assert f'hx-post="{address}"' in form
        assert re.search(r'value="yes" required checked', form)
        for key in ("y", "x", "m", "+", "-", "1"):
            assert f'data-key="{key}"' in form, key

        refused = signed_in(ana).post(address, {"showed": "yes", "is_good": "no"}, **HTMX)
        assert (refused.status_code, "HX-Retarget" in refused) == (200, False)
        assert 'role="alert"' in refused.content.decode()

        said = {"showed": "yes", "is_good": "yes", "next_step": "showings"}
        answer = signed_in(ana).post(address, said, **HTMX)
        assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#today", "outerHTML")
        assert "recorded, and everyone knows" in answer.content.decode()
        assert Outcome.objects.get().is_good

        again = signed_in(ana).post(address, said, **HTMX).content.decode()
        assert "What was reported" in again


def test_without_scripts_the_outcomes_own_page_asks(ana):
    handoff = open_handoff(ready(ana.team), to=ana, starts_at=TODAY)

    answer = signed_in(ana).get(reverse("handoff:today-report", args=[handoff.pk]))
    assert answer["Location"] == reverse("handoff:outcome", args=[handoff.pk])


def test_an_agent_sees_how_many_outcomes_were_reported_on_time(ana):
    assert "Outcomes on time" not in shown(ana)
    handoff = open_handoff(ready(ana.team), to=ana, starts_at=TODAY)

    with time_machine.travel(TODAY + HOUR, tick=False):
        record_outcome(handoff=handoff, showed="yes", is_good=True, actor=ana, via=Via.PAGE, at=TODAY + HOUR)
        page = shown(ana)
    assert re.search(r"Outcomes on time</a>:.*1 of 1", page, re.DOTALL)


def test_call_text_and_map_are_a_tap_away_on_the_next_appointment(ana):
    handoff = open_handoff(ready(ana.team, first_name="Dana"), to=ana, starts_at=TODAY)
    read_brief(handoff=handoff, membership=ana, at=NOW)
    number, place = handoff.lead.phones.get().number, "12 Sample Street, Austin"

    page = shown(ana)
    assert f'href="tel:{number}"' in page
    assert f'href="sms:{number}"' in page
    assert "google.com/maps" not in page

    Appointment.objects.update(how=How.IN_PERSON, place=place)
    assert "https://www.google.com/maps/search/?api=1&amp;query=12%20Sample%20Street" in shown(ana)

    mark_wrong(lead=handoff.lead, phone=str(number), actor=ana, at=NOW)
    assert "tel:" not in shown(ana)


def test_hostile_words_are_shown_as_words(ivy):
    task(ivy, title="<script>alert(1)</script>")

    assert "<script>alert" not in shown(ivy)


@pytest.mark.parametrize("whose", ["ana", "ivy", "boss"])
def test_the_page_costs_the_same_however_full_it_is(ana, ivy, whose):
    boss = people.lead(ana.team)
    member, costs = {"ana": ana, "ivy": ivy, "boss": boss}[whose], []
    client = signed_in(member)
    for number in range(4):
        lead = ready(ana.team, isa=ivy, first_name="Dana")
        open_handoff(lead, to=ana, starts_at=SLOT + number * HOUR)
        task(member, f"t{number}", lead=lead, kind="call", script="no_show_call")
        LeadFactory.create(team=ana.team, isa=ivy, stage=Stage.CONTACTING)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        costs.append(len(queries))

    assert costs[0] == costs[3]
    assert costs[0] <= 30


def test_the_list_shows_leads_as_they_are_now(ivy):
    LeadFactory.create(team=ivy.team, isa=ivy, stage=Stage.NO_SHOW)
    client = signed_in(ivy)
    Lead.objects.update(first_name="Changed")

    assert "Changed" in client.get(PAGE).content.decode()


def test_a_task_that_comes_while_the_list_is_drawn_keeps_no_row_from_opening(ivy):
    lead = LeadFactory.create(team=ivy.team, isa=ivy, stage=Stage.NO_SHOW)
    task(ivy, lead=lead, title="Just now")

    opened = signed_in(ivy).get(reverse("handoff:today-lead", args=[lead.pk]), **HTMX).content.decode()
    assert "today-done" not in opened
    assert reverse("handoff:today-call", args=[lead.pk]) in opened
