"""The page of Today: what everybody lands on."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from handoff.tests.today.page.looking import HOUR, PAGE, shown, task
from leads.models import Lead
from leads.states import Stage
from leads.tests.factories import LeadFactory
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


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


def test_who_lacks_nothing_is_handed_off_from_here(ivy):
    lead = ready(ivy.team, isa=ivy, first_name="Dana")

    page = shown(ivy)
    assert re.search(rf'btn-primary" href="{lead.get_absolute_url()}#handoff" data-key="h"', page)
    assert re.search(r'btn-plain" href="tel:', page)


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
