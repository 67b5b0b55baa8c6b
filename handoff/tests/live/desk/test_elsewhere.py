"""A transfer on other pages of the ISA: the bar that leads back, and who is on call."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.live.connecting import cancel
from handoff.models import LiveTransfer
from handoff.tests.factories import NOW, ready
from handoff.tests.live.desk.pressing import ask, start_anew, words
from handoff.tests.live.ground import accepted, on_call, ringing
from handoff.tests.pages import HTMX, signed_in
from teams.tests import factories as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_elsewhere_a_bar_leads_back_to_the_transfer_and_on_the_leads_page_there_is_none(browser, lead, ana):
    day = reverse("handoff:day")
    assert "live-way-back" not in words(browser.get(day))

    ask(browser, lead)

    transfer = LiveTransfer.objects.get()
    assert f"Ringing for <strong>{lead.name}</strong>" in words(browser.get(day))
    assert f'href="{lead.get_absolute_url()}"' in words(browser.get(day))
    assert "live-way-back" not in words(browser.get(lead.get_absolute_url()))
    accepted(transfer, ana)
    assert "Ana Sample</strong> is ready for" in words(browser.get(reverse("handoff:transfer-bar"), **HTMX))


def test_the_bar_says_once_how_it_ended_and_is_then_gone(browser, lead, ana):
    transfer = ringing(lead)
    cancel(transfer=transfer, actor=lead.isa, at=NOW)

    bar = words(browser.get(reverse("handoff:transfer-bar"), {"of": transfer.pk}, **HTMX))

    assert "Cancelled" in bar
    assert "hx-get" not in bar
    assert "live-way-back" not in words(browser.get(reverse("handoff:day")))


def test_it_stands_in_whatever_browser_they_go_on_at(browser, lead, ana):
    ask(browser, lead)

    phone = signed_in(lead.isa)
    assert f"Ringing for <strong>{lead.name}</strong>" in words(phone.get(reverse("handoff:day")))
    cancel(transfer=LiveTransfer.objects.get(), actor=lead.isa, at=NOW)
    assert "live-way-back" not in words(phone.get(reverse("handoff:day")))


def test_a_page_opened_before_hears_of_it_but_the_leads_own_shows_none(browser, lead, ana):
    page, bar = words(browser.get(reverse("handoff:day"))), reverse("handoff:transfer-bar")
    assert f'<div hidden hx-get="{bar}" hx-trigger="pushed:transfer from:body"' in page
    ringing(lead)

    def asked_from(path):
        return words(browser.get(bar, **HTMX, HTTP_HX_CURRENT_URL=f"http://testserver{path}"))

    assert "Ringing for" in asked_from("/day/")
    assert "Ringing for" not in asked_from(lead.get_absolute_url())


def test_the_bar_costs_who_may_ask_one_query_and_agents_none(browser, lead, ana):
    for client, expected in ((browser, 1), (signed_in(people.agent(lead.team)), 0)):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("teams:account"))
        assert len([each for each in queries if '"handoff_livetransfer"."setter_id" =' in each["sql"]]) == expected


def test_colleagues_and_agents_have_no_bar(browser, lead, ana):
    ask(browser, lead)
    for member in (ana, people.isa(lead.team)):
        assert "live-way-back" not in words(signed_in(member).get(reverse("handoff:day")))


def test_who_is_on_call_stands_with_until_when_and_what_keeps_the_others(browser, lead, ana):
    ben = on_call(lead, user__name="Ben Sample")
    people.agent(lead.team, user__name="Cleo Sample")
    other = ready(lead.team, isa=lead.isa)
    transfer = ringing(other)
    busy = ana if ring_exists(transfer, ana) else ben
    accepted(transfer, busy)

    page = words(browser.get(reverse("handoff:who-is-on-call")))

    assert "In a transfer" in page
    assert page.count("On call until") == 2
    assert "Not on call" in page


@pytest.mark.parametrize("name", ["who-is-on-call", "transfer-bar"])
def test_the_small_pages_cost_the_same_however_many(browser, lead, name):
    costs: list[int] = []
    for _ in (1, 4):
        start_anew(lead, agents=len(costs) * 3 + 1)
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse(f"handoff:{name}"), **HTMX)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def ring_exists(transfer, member) -> bool:
    return bool(transfer.rings.filter(agent=member).exists())
