"""The ISA's side of a live transfer, through the panel: request, watch, introduce, connect, and every way out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.context import ASKED_AS
from handoff.forms import slot_value
from handoff.live.answering import pass_on
from handoff.live.connecting import cancel, connect, drop
from handoff.models import Handoff, LiveTransfer
from handoff.models.transfers import AnsweredBy, DropReason, PassReason
from handoff.states import Method, TransferStatus
from handoff.tests.factories import NOW, SLOT, policy, ready
from handoff.tests.live.ground import SECOND, accepted, on_call, ring_of, ringing, told
from handoff.tests.pages import HTMX, signed_in
from leads.models import Lead
from leads.models.lpmama import Timeframe
from leads.states import Stage, Via
from leads.tests.factories import LeadFactory
from notifications.promises.timers import fire_due
from teams.leaving import deactivate
from teams.models.transfers import RingWay
from teams.tests import factories as people
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def team():
    return TeamFactory.create()


@pytest.fixture
def lead(team):
    return ready(team, answers={"timeframe": Timeframe.NOW})


@pytest.fixture
def ana(lead):
    return on_call(lead, user__name="Ana Sample", user__phone="+15125550188")


@pytest.fixture
def browser(lead):
    return signed_in(lead.isa)


def panel(browser, lead, **chosen):
    return words(browser.get(reverse("handoff:panel", args=[lead.pk]), chosen, **HTMX))


def ask(browser, lead, **fields):
    return browser.post(reverse("handoff:request-transfer", args=[lead.pk]), {"advised": "live"} | fields, **HTMX)


def press(browser, name, transfer, **fields):
    return browser.post(reverse(f"handoff:transfer-{name}", args=[transfer.pk]), fields, **HTMX)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_ready_lead_with_an_agent_on_call_is_advised_a_transfer_and_names_who_rings(browser, lead, ana):
    people.agent(lead.team, user__name="Ben Sample")

    page = panel(browser, lead)

    assert "Ana Sample is on call." in page
    assert "Transfer live: ring Ana" in page
    assert 'data-key="ctrl+enter"' in page
    assert "<strong>Ben Sample</strong>: Not on call" in page
    assert "Stay on the line with me" in page


def test_a_team_that_rings_all_at_once_says_how_many(browser, lead, ana):
    on_call(lead, user__name="Ben Sample")
    policy(lead.team, ring_way=RingWay.ALL)

    assert "Transfer live: ring all 2" in panel(browser, lead)


def test_with_nobody_on_call_the_advice_is_a_slot_and_a_transfer_shows_the_next_times(browser, lead):
    ben = people.agent(lead.team, user__name="Ben Sample")

    assert "nobody is on call and free: take the soonest slot" in panel(browser, lead)
    page = panel(browser, lead, method="live")

    assert "Nobody is on call and free right now." in page
    assert slot_value(ben, NOW + timedelta(minutes=30)) in page
    assert "set a time aside that is yours" in page
    assert 'data-key="ctrl+enter"' not in page


def test_a_time_taken_from_there_is_held_as_an_appointment(browser, lead):
    ben = people.agent(lead.team)

    held = {"slot": slot_value(ben, SLOT), "method": "live"}
    page = words(browser.post(reverse("handoff:hold", args=[lead.pk]), held, **HTMX))

    assert "Held for you" in page


def test_requesting_rings_and_the_panel_becomes_the_live_view(browser, lead, ana):
    response = ask(browser, lead)

    page = words(response)
    assert response.status_code == 200
    assert "Ana Sample is being rung" in page
    assert f'data-ends-at="{(NOW + 20 * SECOND).isoformat()}"' in page
    assert f'data-now="{NOW.isoformat()}"' in page
    assert LiveTransfer.objects.get().setter == lead.isa


def test_pressing_twice_rings_once_and_shows_the_same_view(browser, lead, ana):
    ask(browser, lead)

    again = ask(browser, lead)

    assert again.status_code == 200
    assert "Ana Sample is being rung" in words(again)
    assert LiveTransfer.objects.count() == 1


def test_a_colleague_who_requests_meanwhile_is_told_that_it_is_under_way(lead, ana):
    ringing(lead)

    response = ask(signed_in(people.lead(lead.team)), lead)

    assert response.status_code == 409
    assert "This lead is being transferred right now." in words(response)
    assert f"Requested by {lead.isa.user.name}" in words(response)


def test_going_against_the_advice_takes_a_reason_that_is_kept(team):
    lead = ready(team)
    on_call(lead)
    browser = signed_in(lead.isa)

    refused = ask(browser, lead, advised="scheduled", method="live")
    assert refused.status_code == 422
    assert "Say in a few words why not as advised." in words(refused)

    ask(browser, lead, advised="scheduled", override_reason="They have only today")
    assert LiveTransfer.objects.get().override_reason == "They have only today"


def test_a_closed_gate_says_what_to_ask_and_rings_nobody(team, settings):
    settings.ZEAL_ALLOWLIST = [{"model": "leads.Lead"}]  # the gate, and then the page, look afresh
    ivy = people.isa(team)
    lead = LeadFactory.create(team=team, isa=ivy)
    on_call(lead)

    response = ask(signed_in(ivy), lead)

    assert response.status_code == 422
    assert "Not ready yet" in words(response)
    assert "Ask:" in words(response)
    assert not LiveTransfer.objects.exists()


def test_nobody_on_call_is_said_at_once_with_the_next_times_on_the_same_screen(browser, lead, settings):
    settings.ZEAL_ALLOWLIST = [{"model": "leads.Lead"}]  # as above
    ben = people.agent(lead.team)

    response = ask(browser, lead)

    assert response.status_code == 409
    assert words(response).count("Nobody is on call and free right now.") == 1
    assert slot_value(ben, NOW + timedelta(minutes=30)) in words(response)


def test_the_ladder_says_who_passed_and_why_who_missed_who_rings_and_who_is_next(browser, lead, ana, clock):
    for name in ("Ben Sample", "Cleo Sample", "Dan Sample"):
        on_call(lead, user__name=name)
    transfer = ringing(lead)
    pass_on(ring=ring_of(transfer, ana), reason=PassReason.BUSY, note="until three", by=AnsweredBy.CONSOLE, at=NOW)
    later = NOW + 20 * SECOND
    fire_due(at=later)
    clock.move_to(later)

    page = panel(browser, lead)

    assert "Passed: With a client · until three" in page
    assert "Did not answer" in page
    assert "Cleo Sample is being rung" in page
    assert page.count(">Next<") == 1


def test_a_page_that_shows_it_as_it_is_is_not_drawn_again(browser, lead, ana):
    transfer = ringing(lead)
    mark = _mark(panel(browser, lead))
    address = reverse("handoff:panel", args=[lead.pk])

    assert browser.get(address, {"mark": mark}, **HTMX).status_code == 204

    accepted(transfer, ana)
    assert browser.get(address, {"mark": mark}, **HTMX).status_code == 200


def test_looking_for_news_costs_little_and_drawing_the_same_however_many_are_rung(browser, lead, ana):
    ringing(lead)
    mark = _mark(panel(browser, lead))
    address = reverse("handoff:panel", args=[lead.pk])
    with CaptureQueriesContext(connection) as nothing_new:
        browser.get(address, {"mark": mark}, **HTMX)
    costs: list[int] = []
    for agents in (1, 4):
        _start_anew(lead, agents=agents)
        panel(browser, lead)
        with CaptureQueriesContext(connection) as queries:
            panel(browser, lead)
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 16
    assert len(nothing_new) <= 7


def test_once_accepted_the_script_introduces_the_agent_and_connected_waits_for_the_tick(browser, lead, ana):
    transfer = accepted(ringing(lead), ana)

    page = panel(browser, lead)

    assert "Ana Sample is ready" in page
    assert "(512) 555-0188" in page
    assert "you will talk to <mark>Ana Sample</mark> now" in page
    assert reverse("handoff:transfer-connect", args=[transfer.pk]) not in page


def test_connecting_without_the_tick_is_refused_in_the_verbs_words(browser, lead, ana):
    transfer = accepted(ringing(lead), ana)

    response = press(browser, "connect", transfer)

    assert response.status_code == 409
    assert "Tell the client first that they will talk to Ana Sample, and tick it." in words(response)
    assert not Handoff.objects.exists()


def test_the_tick_and_connected_hand_the_lead_off(browser, lead, ana):
    transfer = accepted(ringing(lead), ana)

    ticked = press(browser, "told", transfer)
    assert 'data-key-label="Connected"' in ticked.content.decode()
    response = press(browser, "connect", transfer)
    again = press(browser, "connect", transfer)

    handoff = Handoff.objects.get()
    lead.refresh_from_db()
    assert (handoff.method, handoff.agent, lead.stage) == (Method.LIVE, ana, Stage.HANDED_OFF)
    assert "Handed off" in words(response)
    assert "The client was put through." in words(response)
    assert "Has not read the brief" not in words(response)  # it is what they accepted
    assert response["HX-Trigger"] == "handoff-changed"
    assert again.status_code == 200


def test_stopping_shows_what_happened_and_offers_to_ring_again(browser, lead, ana):
    transfer = ringing(lead)

    page = words(press(browser, "cancel", transfer))

    assert "The live transfer was called off" in page
    assert "Transfer live: ring Ana" in page
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


def test_once_it_is_over_no_page_looks_for_it_any_more(browser, lead, ana):
    ask(browser, lead)
    cancel(transfer=LiveTransfer.objects.get(), actor=lead.isa, at=NOW)
    browser.get(reverse("handoff:day"))

    assert ASKED_AS not in browser.session
    assert "live-way-back" not in words(browser.get(reverse("handoff:day")))


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
        _start_anew(lead, agents=len(costs) * 3 + 1)
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse(f"handoff:{name}"), **HTMX)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_a_transfer_that_was_connected_is_not_told_as_one_that_came_to_nothing(browser, lead, ana):
    connect(transfer=told(accepted(ringing(lead), ana)), actor=lead.isa, via=Via.PAGE, at=NOW + 30 * SECOND)

    assert "Last live transfer" not in panel(browser, Lead.objects.get(pk=lead.pk))


def test_a_transfer_that_ended_hours_ago_is_no_news(browser, lead, ana):
    transfer = accepted(ringing(lead), ana)
    drop(transfer=transfer, actor=lead.isa, reason=DropReason.LINE, at=NOW - timedelta(hours=3))

    assert "Last live transfer" not in panel(browser, lead)


def ring_exists(transfer, member) -> bool:
    return bool(transfer.rings.filter(agent=member).exists())


def _mark(page: str) -> str:
    return page.split('{"mark": "')[1].split('"', maxsplit=1)[0]


def _start_anew(lead, *, agents: int) -> None:
    for transfer in LiveTransfer.objects.under_way().filter(lead=lead):
        cancel(transfer=transfer, actor=lead.isa, at=NOW)
    for _ in range(agents):
        on_call(lead)
    ringing(lead)
