"""Receipts of every step, and trying one again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from handoff.appointments import cancel, move, reassign
from handoff.models import Handoff, OwnerChange
from handoff.receipts import receipts_for, receipts_of, retry
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff
from leads.models import Activity
from notifications.models import Delivery
from notifications.promises.drains import drain
from notifications.promises.owed import State
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db


def failed(handoff: Handoff) -> Delivery:
    delivery = Delivery.objects.get(about=handoff.about, audience="client")
    Delivery.objects.filter(pk=delivery.pk).update(state=State.FAILED, answer="550 no such mailbox", attempts=1)
    return delivery


def test_every_step_has_a_receipt_from_the_start():
    handoff = open_handoff()

    receipts = receipts_of(handoff)

    assert [(each.kind, each.to) for each in receipts] == [
        ("New owner", str(handoff.agent.user)),
        ("Slack alert", "Team channel"),
        ("Invite", str(handoff.agent.user)),
        ("Invite", handoff.lead.name),
    ]
    assert {each.state for each in receipts} == {"waiting"}
    assert not any(each.has_ended for each in receipts)


def test_after_changes_each_receipt_says_what_it_is_in_the_order_of_the_changes():
    handoff = open_handoff()
    was, to, client, channel = str(handoff.agent.user), agent(handoff.team), handoff.lead.name, "Team channel"

    move(appointment=handoff.appointment, starts_at=SLOT + timedelta(hours=3), actor=handoff.setter, at=NOW)
    reassign(handoff=handoff, agent=to, actor=handoff.setter, at=NOW)
    cancel(appointment=handoff.appointment, reason="", actor=handoff.setter, at=NOW)

    now = str(to.user)
    assert [(each.kind, each.to) for each in receipts_of(handoff)[4:]] == [
        ("Updated invite", was),
        ("Updated invite", client),
        ("Slack: new time", channel),
        ("New owner", now),
        ("Cancellation", was),
        ("Invite", now),
        ("Updated invite", client),
        ("Slack: new agent", channel),
        ("New owner", str(handoff.setter.user)),
        ("Cancellation", now),
        ("Cancellation", client),
        ("Slack: cancelled", channel),
    ]


def test_a_step_that_is_done_tells_when_and_what_was_answered():
    handoff = open_handoff()

    drain(OwnerChange, at=timezone.now() + timedelta(days=400))

    owner = receipts_of(handoff)[0]
    assert (owner.state, owner.attempts) == ("done", 1)
    assert owner.done_at
    assert owner.took_ms
    assert "owns this lead" in owner.answer


@pytest.mark.parametrize("number", [1, 5])
def test_receipts_cost_three_queries_however_many_handoffs(number, django_assert_num_queries):
    handoffs = [open_handoff() for _ in range(number)]

    with django_assert_num_queries(3):
        found = receipts_for(handoffs)

    assert {pk: len(receipts) for pk, receipts in found.items()} == {handoff.pk: 4 for handoff in handoffs}


def test_a_failed_step_can_be_tried_again():
    handoff = open_handoff()
    delivery = failed(handoff)

    assert retry(handoff=handoff, ref=f"delivery-{delivery.pk}", actor=handoff.setter, at=NOW)

    again = Delivery.objects.get(pk=delivery.pk)
    assert (again.state, again.key, again.message, again.invite) == (
        State.WAITING,
        delivery.key,
        delivery.message,
        delivery.invite,
    )
    assert Activity.objects.filter(lead=handoff.lead, kind="retry", actor=handoff.setter).count() == 1


def test_a_step_of_another_handoff_cannot_be_tried_again():
    mine, other = open_handoff(), open_direct()
    delivery = failed(other)

    assert not retry(handoff=mine, ref=f"delivery-{delivery.pk}", actor=mine.setter, at=NOW)
    assert retry(handoff=other, ref=f"delivery-{delivery.pk}", actor=other.setter, at=NOW)


@pytest.mark.parametrize("ref", ["", "delivery-", "delivery-x", "membership-1", "delivery-1-2", "owner-999999"])
def test_nonsense_is_nothing_to_try_again(ref):
    handoff = open_handoff()

    assert not retry(handoff=handoff, ref=ref, actor=handoff.setter, at=NOW)


def test_what_is_done_is_not_done_again():
    handoff = open_handoff()
    drain(OwnerChange, at=NOW + timedelta(minutes=1))

    assert not retry(handoff=handoff, ref=receipts_of(handoff)[0].ref, actor=handoff.setter, at=NOW)
