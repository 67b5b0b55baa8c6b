"""Who may say that the client knows the name and is through, what the others read, and what is asked of both."""

from __future__ import annotations

import pytest
from django.urls import reverse

from handoff.errors import BlindTransfer, NotYourTransfer
from handoff.live.connecting import ask_at, connect, note_name_told
from handoff.models import Handoff
from handoff.tests.factories import NOW
from handoff.tests.live.desk.pressing import mark_in, panel, press, words
from handoff.tests.live.ground import accepted, ring_of, ringing, told
from handoff.tests.pages import HTMX, signed_in
from leads.models import Activity
from leads.states import Via
from notifications.promises.timers import fire_due
from teams.tests import factories as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def transfer(lead, ana):
    return accepted(ringing(lead), ana, at=NOW)


def console(member) -> str:
    return words(signed_in(member).get(reverse("handoff:ring"), {"seen": "", "asks": "1"}, **HTMX))


def test_another_isa_reads_whose_client_it_is_and_can_say_nothing_for_them(lead, transfer):
    other = people.isa(lead.team)
    browser = signed_in(other)

    page = panel(browser, lead)
    assert f"{lead.isa.user.name} has {lead.first_name} on the phone" in page
    assert "told-name" not in page
    for name in ("told", "connect"):
        assert f"{lead.isa.user.name} has the client on the phone" in words(press(browser, name, transfer))

    transfer.refresh_from_db()
    assert transfer.told_name_at is None
    with pytest.raises(NotYourTransfer):
        connect(transfer=told(transfer), actor=other, via=Via.API, at=NOW)


def test_a_team_lead_may_and_the_timeline_names_who_said_it(lead, transfer):
    boss = people.lead(lead.team)

    page = words(press(signed_in(boss), "told", transfer))
    assert "transfer-connect" in page
    note_name_told(transfer=transfer, actor=lead.isa, at=NOW)

    said = Activity.objects.get(lead=lead, summary="The client was told the name: Ana Sample")
    assert said.actor == boss


def test_an_agent_who_talks_before_the_tick_has_the_isa_asked(browser, lead, ana, transfer):
    mark = mark_in(panel(browser, lead))
    ring = ring_of(transfer, ana)

    answer = signed_in(ana).post(reverse("handoff:ring-connect", args=[ring.pk]), {}, **HTMX)
    assert "They are asked right now." in words(answer)

    page = panel(browser, lead, mark=mark)
    assert "Ana Sample says that they are talking." in page
    assert f"Did you tell {lead.first_name} their name?" in page
    assert not Handoff.objects.exists()
    assert "says that they are talking" not in words(press(browser, "told", transfer))


def test_only_the_agents_own_word_has_the_isa_asked(browser, lead, transfer):
    with pytest.raises(BlindTransfer):
        connect(transfer=transfer, actor=lead.isa, via=Via.PAGE, at=NOW)

    transfer.refresh_from_db()
    assert transfer.talks_at is None


def test_after_three_minutes_both_are_asked_on_the_page_at_hand(browser, lead, ana, transfer, clock):
    mark = mark_in(panel(browser, lead))
    assert "Are you talking" not in console(ana)
    clock.move_to(ask_at(NOW))
    fire_due(at=ask_at(NOW))

    assert f"Is {lead.first_name} talking with Ana Sample?" in panel(browser, lead, mark=mark)
    assert f"Are you talking with {lead.first_name}? Say it below" in console(ana)
