"""A lead's timeline tells the story of its live transfers, each part by who did it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from handoff.live.answering import pass_on
from handoff.live.connecting import connect, drop
from handoff.models.transfers import AnsweredBy, DropReason, PassReason
from handoff.tests.factories import NOW
from handoff.tests.live.ground import SECOND, accepted, ring_of, ringing, told
from handoff.tests.pages import HTMX, signed_in
from leads.models import Activity
from leads.states import Via
from notifications.models import InboxItem
from notifications.promises.timers import fire_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def story(lead) -> list[tuple[str, str]]:
    found = Activity.objects.filter(lead=lead, kind__in=["transfer", "handoff"]).order_by("pk")
    return [(each.summary, each.actor.user.name if each.actor else "") for each in found]


def test_nobody_took_it_and_how_each_of_them_let_it_go(lead, ana, ben):
    transfer = ringing(lead)
    pass_on(ring=ring_of(transfer, ana), reason=PassReason.DRIVING, by=AnsweredBy.CONSOLE, at=NOW + SECOND)
    fire_due(at=NOW + 30 * SECOND)

    assert story(lead) == [
        ("Live transfer requested", lead.isa.user.name),
        ("Passed the live transfer on: Cannot talk now", "Ana Sample"),
        ("Nobody took the live transfer: Ana Sample passed, Ben Sample did not answer", ""),
    ]


def test_an_agent_who_connects_does_not_hand_the_lead_off_to_themselves(lead, ana):
    connect(transfer=told(accepted(ringing(lead), ana)), actor=ana, via=Via.PAGE, at=NOW + 30 * SECOND)

    isa = lead.isa.user.name
    assert story(lead) == [
        ("Live transfer requested", isa),
        ("Ana Sample accepted the live transfer", "Ana Sample"),
        ("The client was told the name: Ana Sample", isa),
        ("Handed off to Ana Sample, now", isa),
        ("The client was put through to Ana Sample", "Ana Sample"),
    ]


def test_an_agent_is_not_asked_whether_they_were_there(lead, ana):
    ring = ring_of(accepted(ringing(lead), ana), ana)
    pressed = reverse("handoff:ring-drop", args=[ring.pk])

    page = signed_in(ana).get(reverse("handoff:transfer", args=[ring.transfer_id])).content.decode()
    assert DropReason.LINE.label in page
    assert DropReason.AGENT_GONE.label not in page
    assert signed_in(ana).post(pressed, {"reason": DropReason.AGENT_GONE}, **HTMX).status_code == 422


def test_who_dropped_it_stands_in_what_the_isa_is_told(lead, ana):
    drop(transfer=accepted(ringing(lead), ana), actor=ana, reason=DropReason.OTHER, at=NOW + 30 * SECOND)

    assert "Ana Sample says: Other." in str(InboxItem.objects.filter(membership=lead.isa).latest("pk").body)
