"""What an agent reads after a ring that they did not answer, and how they are rung again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from handoff.models import Ring
from handoff.tests.factories import NOW, policy
from handoff.tests.live.ground import ring_of, ringing
from handoff.tests.pages import HTMX, signed_in
from notifications.models import Pushed
from notifications.promises.timers import fire_due
from teams.presence import go_off_call

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def missed(lead, ana) -> Ring:
    """One ring of the two that end being on call."""
    policy(lead.team, missed_rings=2)
    ring = ring_of(ringing(lead), ana)
    fire_due(at=NOW + timedelta(seconds=31))
    return ring


def look(member, seen: str) -> str:
    with time_machine.travel(NOW + timedelta(seconds=90), tick=False):
        asked = {"seen": seen, "asks": "1"}
        return signed_in(member).get(reverse("handoff:ring"), asked, **HTMX).content.decode()


def after(member, ring: Ring) -> str:
    return look(member, f"{ring.pk}-ringing-ringing-ringing-")


def test_it_says_how_many_more_end_it(ana, missed):
    page = after(ana, missed)

    assert "Missed 1 of 2: after that you are off call." in page
    assert "You are rung for the next client, until 12:00 PM" in page


def test_who_is_off_call_by_that_is_told_so_and_may_go_on_call_again(lead, ana, missed):
    ringing(lead, at=NOW + timedelta(seconds=40))
    fire_due(at=NOW + timedelta(seconds=71))

    page = after(ana, missed)

    assert "You are off call after 2 missed rings." in page
    assert "rung for the next client" not in page
    assert f'hx-post="{reverse("teams:on-call-start")}"' in page
    assert Pushed.objects.filter(membership=lead.isa, topic="presence").exists()


def test_who_goes_off_call_elsewhere_reads_it_there_too(ana, missed):
    match = re.search(r"seen=([^&\"]+)", after(ana, missed))
    assert match
    assert look(ana, match[1]) == ""

    go_off_call(member=ana, at=NOW + timedelta(seconds=40))

    assert "You are off call. Nobody rings you" in look(ana, match[1])
