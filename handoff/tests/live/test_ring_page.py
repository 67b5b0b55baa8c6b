"""The agent's console: what it shows when, and each of its buttons, for whom it is and for everybody else."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from handoff.live.answering import brief_mark, pass_on
from handoff.live.connecting import cancel, connect, drop
from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy, DropReason, PassReason
from handoff.states import RingStatus, TransferStatus
from handoff.tests.factories import NOW, ready
from handoff.tests.live.ground import accepted, on_call, ring_of, ringing, told
from handoff.tests.pages import HTMX, signed_in
from leads.states import Via
from teams.models import Policy
from teams.models.transfers import RingWay
from teams.presence import go_off_call
from teams.tests import factories as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def lead():
    lead = ready(first_name="Dana", last_name="Fiction")
    Policy.objects.filter(team=lead.team).update(ring_way=RingWay.ALL)
    lead.team.policy.refresh_from_db()
    return lead


@pytest.fixture
def ana(lead):
    return on_call(lead, user__name="Ana Example")


@pytest.fixture
def ben(lead):
    return on_call(lead, user__name="Ben Placeholder")


def look(member, **asked) -> str:
    return signed_in(member).get(reverse("handoff:ring"), {"seen": "", "asks": "1", **asked}, **HTMX).content.decode()


def press(member, ring, name, **typed):
    return signed_in(member).post(reverse(f"handoff:ring-{name}", args=[ring.pk]), typed, **HTMX)


def test_a_ring_shows_who_asks_and_the_brief_with_the_buttons_below_it(lead, ana):
    transfer = ringing(lead)

    page = look(ana)

    assert "Dana Fiction" in page
    assert f"{lead.isa.user.name} has a client on the phone" in page
    assert "Buy in Mueller" in page
    assert f'data-ends-at="{ring_of(transfer, ana).ends_at.isoformat()}"' in page
    assert f'name="brief" value="{brief_mark(transfer)}"' in page
    assert str(lead.phones.get().number) not in page


def test_a_page_that_shows_it_already_is_left_alone(lead, ana):
    answer = signed_in(ana).get(reverse("handoff:ring"), {"seen": "", "asks": "1"}, **HTMX)
    assert answer.status_code == 204

    ring = ring_of(ringing(lead), ana)
    seen = {"seen": f"{ring.pk}-ringing-ringing-ringing-", "asks": "1"}
    assert signed_in(ana).get(reverse("handoff:ring"), seen, **HTMX).status_code == 204


def test_the_page_asks_no_longer_once_its_agent_is_off_call(ana):
    go_off_call(member=ana, at=NOW)

    assert "data-asks" not in look(ana)
    assert signed_in(ana).get(reverse("handoff:ring"), {"seen": ""}, **HTMX).status_code == 204


def test_shown_is_noted_once(lead, ana):
    transfer = ringing(lead)
    ring = ring_of(transfer, ana)

    assert press(ana, ring, "shown").status_code == 204
    with time_machine.travel(NOW + timedelta(seconds=3), tick=False):
        press(ana, ring, "shown")

    ring.refresh_from_db()
    transfer.refresh_from_db()
    assert (ring.shown_at, ring.brief_at, transfer.first_shown_at) == (NOW, NOW, NOW)


def test_accepting_with_the_brief_takes_the_client(lead, ana):
    transfer = ringing(lead)

    page = press(ana, ring_of(transfer, ana), "accept", brief=brief_mark(transfer)).content.decode()

    transfer.refresh_from_db()
    assert transfer.agent == ana
    assert f"{lead.isa.user.first_name} is telling Dana your name; pick up" in page
    assert f'href="tel:{lead.phones.get().number}"' in page
    assert "We are talking" in page


@pytest.mark.parametrize("mark", ["", "made up"])
def test_nobody_accepts_without_the_brief(lead, ana, mark):
    transfer = ringing(lead)

    answer = press(ana, ring_of(transfer, ana), "accept", brief=mark)

    assert answer.status_code == 422
    assert "Read the brief first" in answer.content.decode()
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.RINGING


def test_who_comes_second_is_told_who_took_it(lead, ana, ben):
    transfer = ringing(lead)
    press(ana, ring_of(transfer, ana), "accept", brief=brief_mark(transfer))

    answer = press(ben, ring_of(transfer, ben), "accept", brief=brief_mark(transfer))

    assert answer.status_code == 409
    assert "Ana Example has just taken it." in answer.content.decode()
    assert "Buy in Mueller" not in answer.content.decode()
    assert "Ana Example has just taken it." in look(ben, seen=f"{ring_of(transfer, ben).pk}-ringing-ringing-ringing-")


def test_a_ring_whose_time_is_over_is_over(lead, ana):
    transfer = ringing(lead)
    ring = ring_of(transfer, ana)

    with time_machine.travel(ring.ends_at, tick=False):
        answer = press(ana, ring, "accept", brief=brief_mark(transfer))
        page = look(ana, seen=f"{ring.pk}-ringing-ringing-ringing-")

    assert answer.status_code == 409
    assert "Your ring has ended" in page
    assert "Accept" not in page


def test_a_ring_that_was_called_off_says_so_and_can_be_put_away(lead, ana):
    transfer = ringing(lead)
    ring = ring_of(transfer, ana)
    cancel(transfer=transfer, actor=lead.isa, at=NOW)

    assert "It was called off." in look(ana, seen=f"{ring.pk}-ringing-ringing-ringing-")
    assert "sheet" not in look(ana, seen="closed")


def test_passing_takes_one_reason(lead, ana):
    transfer = ringing(lead)
    ring = ring_of(transfer, ana)

    assert press(ana, ring, "pass").status_code == 422
    assert press(ana, ring, "pass", reason="nonsense").status_code == 422
    passed = press(ana, ring, "pass", reason=PassReason.DRIVING)
    assert "sheet" not in passed.content.decode()
    said = json.loads(passed["HX-Trigger-After-Swap"])["passed-on"]
    assert said == f"You passed Dana Fiction on. Nobody else could be rung: {lead.isa.user.name} sets a time with them."

    ring.refresh_from_db()
    assert (ring.status, ring.pass_reason) == (RingStatus.PASSED, PassReason.DRIVING)
    assert "sheet" not in look(ana, seen=f"{ring.pk}-ringing-ringing-ringing-")  # asked before, answered after it
    assert "You passed it on." in look(ana, seen=f"{ring.pk}-ringing-ringing-ringing-", page="1")
    assert press(ana, ring, "pass", reason=PassReason.BUSY).status_code == 409


def test_nobody_connects_before_the_client_knows_the_name(lead, ana):
    transfer = accepted(ringing(lead), ana, at=NOW)
    ring = ring_of(transfer, ana)

    answer = press(ana, ring, "connect")
    assert answer.status_code == 409
    assert "has not said yet that the client knows your name" in answer.content.decode()

    told(transfer, at=NOW)
    page = press(ana, ring, "connect").content.decode()
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.CONNECTED
    assert "Dana Fiction is yours now" in page
    assert reverse("handoff:brief", args=[transfer.handoff_id]) in page


def test_the_isas_tick_and_connecting_reach_an_open_console(lead, ana):
    transfer = accepted(ringing(lead), ana, at=NOW)
    ring = ring_of(transfer, ana)
    seen = f"{ring.pk}-accepted-accepted-accepted-"

    told(transfer, at=NOW)
    assert "Dana knows your name: pick up" in look(ana, seen=seen)
    connect(transfer=transfer, actor=lead.isa, via=Via.PAGE, at=NOW)
    assert "Dana Fiction is yours now" in look(ana, seen=seen)


def test_it_did_not_happen_takes_a_reason_and_leaves_the_lead(lead, ana):
    transfer = accepted(ringing(lead), ana, at=NOW)
    ring = ring_of(transfer, ana)

    assert press(ana, ring, "drop").status_code == 422
    assert press(ana, ring, "drop", reason=DropReason.NOBODY_SAID).status_code == 422
    page = press(ana, ring, "drop", reason=DropReason.LINE).content.decode()

    transfer.refresh_from_db()
    assert (transfer.status, transfer.drop_reason) == (TransferStatus.DROPPED, DropReason.LINE)
    assert f"Dana stays with {lead.isa.user.first_name}." in page
    assert press(ana, ring, "drop", reason=DropReason.LINE).status_code == 409


@pytest.mark.parametrize("name", ["shown", "accept", "pass", "connect", "drop"])
def test_a_ring_is_its_agents_alone(lead, ana, name):
    ring = ring_of(ringing(lead), ana)

    for other in (people.agent(lead.team), people.agent()):
        assert press(other, ring, name, reason="busy").status_code == 404
    assert press(lead.isa, ring, name).status_code == 403


def test_losing_ones_accepted_transfer_to_nobody_an_agent_sees_it_before_a_ring(lead, ana):
    other = ready(lead.team, isa=lead.isa, first_name="Eli")
    one, two = ringing(lead), ringing(other)
    accepted(one, ana, at=NOW)

    assert "Live transfer of Dana" in look(ana)
    assert ring_of(two, ana).status == RingStatus.RINGING


class TestItsOwnPage:
    """A transfer's address, for links in messages."""

    def page(self, member, transfer):
        return signed_in(member).get(reverse("handoff:transfer", args=[transfer.pk]))

    def test_it_rings_there_too(self, lead, ana):
        page = self.page(ana, ringing(lead)).content.decode()

        assert "Accept" in page
        assert page.count('id="console"') == 1

    def test_it_says_who_took_it(self, lead, ana, ben):
        transfer = accepted(ringing(lead), ana, at=NOW)

        assert "Ana Example has just taken it." in self.page(ben, transfer).content.decode()
        told(transfer, at=NOW)
        drop(transfer=transfer, actor=lead.isa, reason=DropReason.CLIENT_GONE, at=NOW)
        assert "it is over" in self.page(ben, transfer).content.decode()
        assert "It did not happen" in self.page(ana, transfer).content.decode()

    def test_without_scripts_a_press_leads_back_to_it(self, lead, ana):
        transfer = ringing(lead)
        client = signed_in(ana)

        ring = ring_of(transfer, ana)
        answer = client.post(reverse("handoff:ring-accept", args=[ring.pk]), {"brief": brief_mark(transfer)})
        assert answer.headers["Location"] == reverse("handoff:transfer", args=[transfer.pk])
        late = client.post(reverse("handoff:ring-accept", args=[ring.pk]), {"brief": brief_mark(transfer)})
        assert late.status_code == 409
        assert "You have accepted it already." in late.content.decode()

    @pytest.mark.usefixtures("ana")
    def test_who_works_the_phones_is_led_to_the_lead(self, lead):
        answer = self.page(lead.isa, ringing(lead))

        assert answer.headers["Location"] == lead.get_absolute_url()

    @pytest.mark.usefixtures("ana")
    def test_a_stranger_and_who_was_not_rung_find_nothing(self, lead):
        transfer = ringing(lead)

        for other in (people.agent(lead.team), people.agent(), people.isa()):
            assert self.page(other, transfer).status_code == 404


@pytest.mark.parametrize("rows", [1, 4])
def test_asking_costs_the_same_however_many_rings_there_were(lead, ana, ben, rows, django_assert_num_queries):
    for _ in range(rows):
        transfer = ringing(ready(lead.team, isa=lead.isa))
        for agent in (ana, ben):
            pass_on(ring=ring_of(transfer, agent), reason=PassReason.BUSY, by=AnsweredBy.CONSOLE, at=NOW)
    ringing(lead)
    assert Ring.objects.filter(agent=ana).count() == rows + 1
    assert LiveTransfer.objects.filter(status=TransferStatus.EXPIRED).count() == rows

    client = signed_in(ana)
    client.get(reverse("handoff:ring"))
    with django_assert_num_queries(3):  # session, person with places, ring
        client.get(reverse("handoff:ring"), **HTMX)
