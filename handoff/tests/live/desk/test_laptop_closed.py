"""The ISA's laptop is closed while agents ring: nothing waits for a page, and whoever comes back finds how it went."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from handoff.live.answering import brief_mark
from handoff.live.connecting import ask_at, forgotten_at
from handoff.live.links import token_for
from handoff.live.requesting import request_transfer
from handoff.models import LiveTransfer
from handoff.models.transfers import DropReason
from handoff.states import TransferStatus
from handoff.tests.factories import NOW, ready
from handoff.tests.live.desk.pressing import ask, panel
from handoff.tests.live.ground import SECOND, on_call, ring_of
from leads.models import Task
from notifications.promises.timers import fire_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "ana")]


@pytest.fixture
def ben(lead):
    return on_call(lead, user__name="Ben Sample")


@pytest.fixture
def transfer(browser, lead, ben, clock) -> LiveTransfer:
    """Requested on a page of which nothing is heard any more; Ana does not answer, and Ben accepts by his link."""
    ask(browser, lead)
    transfer = LiveTransfer.objects.get()
    clock.move_to(NOW + 20 * SECOND)
    fire_due(at=NOW + 20 * SECOND)
    clock.move_to(NOW + 25 * SECOND)
    link = reverse("handoff:ring-link", args=[token_for(ring_of(transfer, ben))])
    assert Client().post(link, {"answer": "accept", "brief": brief_mark(transfer)}).status_code == 302
    transfer.refresh_from_db()
    return transfer


def test_the_ladder_goes_on_and_the_page_that_is_opened_again_shows_who_is_ready(browser, lead, transfer, ben):
    assert (transfer.status, transfer.agent) == (TransferStatus.ACCEPTED, ben)
    assert "Ben Sample is ready" in panel(browser, lead)


def test_who_never_comes_back_is_asked_lets_the_agent_go_and_has_a_call_to_make(browser, lead, transfer, ben, clock):
    gone_at = forgotten_at(transfer.accepted_at)
    for at in (ask_at(transfer.accepted_at), gone_at):
        clock.move_to(at)
        fire_due(at=at)

    transfer.refresh_from_db()
    assert (transfer.status, transfer.drop_reason) == (TransferStatus.DROPPED, DropReason.NOBODY_SAID)
    assert Task.objects.open().get(lead=lead, kind="call").assignee == lead.isa
    assert "was dropped" in panel(browser, lead)
    other = request_transfer(lead=ready(lead.team), setter=lead.isa, at=gone_at)
    assert ben.pk in [each["agent"] for each in other.ladder if not each["removed_by"]]
