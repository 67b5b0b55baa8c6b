"""Every way out of a live transfer in the panel, and who may take it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from handoff.forms import slot_value
from handoff.live.answering import pass_on
from handoff.live.connecting import connect, drop
from handoff.models import Handoff, LiveTransfer
from handoff.models.transfers import AnsweredBy, DropReason, PassReason
from handoff.states import Method, TransferStatus
from handoff.tests.factories import NOW, SLOT
from handoff.tests.live.desk.pressing import ask, panel, press, words
from handoff.tests.live.ground import SECOND, accepted, ring_of, ringing, told
from handoff.tests.pages import HTMX, signed_in
from leads.models import Lead
from leads.states import Via
from notifications.promises.timers import fire_due
from teams.leaving import deactivate
from teams.tests import factories as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_stopping_shows_what_happened_and_offers_to_ring_again(browser, lead, ana):
    transfer = ringing(lead)

    page = words(press(browser, "cancel", transfer))

    assert "The live transfer was called off" in page
    assert "Ring again" in page
    assert "Transfer live: ring Ana" not in page
    assert "set a time aside that is yours" in page
    assert "on the line with me" not in page
    assert press(browser, "cancel", transfer).status_code == 200
    assert LiveTransfer.objects.get().status == TransferStatus.CANCELLED


def test_stopping_when_somebody_has_just_accepted_says_who(browser, lead, ana):
    transfer = accepted(ringing(lead), ana)

    response = press(browser, "cancel", transfer)

    assert response.status_code == 409
    assert "Ana Sample has just taken it." in words(response)
    assert "Ana Sample is ready" in words(response)


def test_dropped_with_a_reason_in_one_tap_and_the_lead_stays(browser, lead, ana):
    transfer = accepted(ringing(lead), ana)

    page = words(press(browser, "drop", transfer, reason=DropReason.CLIENT_GONE))

    assert "The live transfer to Ana Sample was dropped" in page
    assert "The client hung up" in page
    assert "I am sorry that you did not get through" in page
    assert "on the line with me" not in page
    assert re.search(rf'btn-primary[^>]*href="tel:[^"]+">.*Call {lead.first_name}', page)
    assert "Transfer live: ring Ana" not in page
    assert press(browser, "drop", transfer, reason=DropReason.LINE).status_code == 200
    transfer.refresh_from_db()
    assert transfer.drop_reason == DropReason.CLIENT_GONE


@pytest.mark.parametrize("reason", ["", "nobody_said", "made_up"])
def test_a_reason_that_is_none_drops_nothing(browser, lead, ana, reason):
    transfer = accepted(ringing(lead), ana)

    assert press(browser, "drop", transfer, reason=reason).status_code == 422
    assert LiveTransfer.objects.get().status == TransferStatus.ACCEPTED


@pytest.mark.parametrize("is_accepted", [False, True], ids=["while it rings", "after accepting"])
def test_one_key_ends_it_and_opens_the_times_with_everything_filled_in(browser, lead, ana, is_accepted):
    transfer = ringing(lead)
    if is_accepted:
        accepted(transfer, ana)

    page = words(press(browser, "fall-back", transfer))

    assert '<h2 id="slots-title" tabindex="-1" autofocus data-look-here>' in page
    assert "Hold for 5 minutes" in page
    assert 'value="Set an appointment instead"' in page
    assert not LiveTransfer.objects.under_way().exists()


def test_when_nobody_took_it_the_next_times_stand_there_with_the_words_for_it(browser, lead, ana, clock):
    ringing(lead)
    for seconds in (20, 50):
        fire_due(at=NOW + seconds * SECOND)
    clock.move_to(NOW + 55 * SECOND)

    page = panel(browser, lead)

    assert "Nobody took the call" in page
    assert 'Ana Sample: <span class="free-text">Did not answer' in page
    assert "nobody took the call a moment ago: take the soonest slot" in page
    assert "Hold for 5 minutes" in page
    assert "set a time aside that is yours" in page
    assert "Ring again" in page


def test_ringing_again_takes_one_press_and_keeps_the_reason(browser, lead, ana, clock):
    ask(browser, lead, advised="scheduled", override_reason='She is "ready" & waits')
    for seconds in (20, 50):
        fire_due(at=NOW + seconds * SECOND)
    clock.move_to(NOW + 55 * SECOND)
    page = panel(browser, lead)
    again = page.split("Ring again")[0].rpartition("<button")[2]
    vals = re.search(r"hx-vals='([^']+)'", again)
    assert vals
    assert f'hx-post="{reverse("handoff:request-transfer", args=[lead.pk])}"' in again
    assert 'data-key="alt+r"' in again

    assert ask(browser, lead, advised="scheduled", **json.loads(vals[1])).status_code == 200

    transfer = LiveTransfer.objects.under_way().get()
    assert transfer.override_reason == 'She is "ready" & waits'


def test_an_agent_who_leaves_after_accepting_lets_the_client_go_back(browser, lead, ana):
    transfer = accepted(ringing(lead), ana)
    told(transfer)
    boss = people.lead(lead.team)
    deactivate(member=ana, successor=people.agent(lead.team), actor=boss, at=NOW + 30 * SECOND)

    response = press(browser, "connect", transfer)

    assert response.status_code == 409
    assert "The live transfer to Ana Sample was dropped" in words(response)
    assert not Handoff.objects.exists()


def test_an_isa_whose_membership_has_ended_connects_nothing(browser, lead, ana):
    transfer = told(accepted(ringing(lead), ana))
    boss = people.lead(lead.team)
    deactivate(member=lead.isa, successor=boss, actor=boss, at=NOW + 30 * SECOND)

    assert press(browser, "connect", transfer).status_code in (302, 403, 404)
    assert not Handoff.objects.exists()


def test_another_team_gets_404_and_an_agent_403(lead, ana):
    transfer = ringing(lead)
    for member, status in ((people.isa(), 404), (people.lead(), 404), (ana, 403)):
        browser = signed_in(member)
        for name in ("cancel", "told", "connect", "drop", "fall-back"):
            assert press(browser, name, transfer, reason="line").status_code == status
        assert ask(browser, lead).status_code == status
    assert LiveTransfer.objects.get().status == TransferStatus.RINGING


def test_a_slot_booked_while_it_rings_calls_the_rings_off(browser, lead, ana):
    transfer = ringing(lead)
    booked = {"slot": slot_value(ana, SLOT), "how": "call", "advised": "scheduled"}

    browser.post(reverse("handoff:book", args=[lead.pk]), booked, **HTMX)

    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.CANCELLED
    assert Handoff.objects.get().method == Method.SCHEDULED


def test_a_transfer_that_was_connected_is_not_told_as_one_that_came_to_nothing(browser, lead, ana):
    connect(transfer=told(accepted(ringing(lead), ana)), actor=lead.isa, via=Via.PAGE, at=NOW + 30 * SECOND)

    assert "Last live transfer" not in panel(browser, Lead.objects.get(pk=lead.pk))


def test_a_transfer_that_ended_hours_ago_is_no_news(browser, lead, ana):
    transfer = accepted(ringing(lead), ana)
    drop(transfer=transfer, actor=lead.isa, reason=DropReason.LINE, at=NOW - timedelta(hours=3))

    assert "Last live transfer" not in panel(browser, lead)


def test_a_page_that_still_asks_for_the_transfer_that_is_over_gets_the_times(browser, lead, ana):
    """As one does that was drawing itself anew while an agent passed, and so was answered after the end."""
    transfer = ringing(lead)
    pass_on(ring=ring_of(transfer, ana), reason=PassReason.BUSY, by=AnsweredBy.CONSOLE, at=NOW)

    late = panel(browser, lead, method="live", over=0)
    assert "Nobody took the call" in late
    assert 'name="slot"' in late
    assert 'name="slot"' not in panel(browser, lead, method="live", over=transfer.pk)
