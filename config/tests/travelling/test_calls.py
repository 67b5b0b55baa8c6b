"""Twenty live transfers through their timers; ``run.py bench transfers --transfers 1000`` does the same with more."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from config.tests.travelling.calls import Calls, broken_rules
from handoff.models import LiveTransfer, Ring
from handoff.states import TransferStatus
from leads.tests.factories import NOW
from notifications.models import Timer

TRANSFERS = 20


@pytest.mark.django_db
def test_every_step_of_a_transfer_is_taken_once_and_none_after_its_end():
    calls = Calls(random.Random(3), NOW)
    calls.plan(TRANSFERS, desks=4)
    calls.go()

    assert broken_rules(calls) == {rule: [] for rule in broken_rules(calls)}
    assert calls.done["request"] == TRANSFERS == LiveTransfer.objects.count()
    assert set(LiveTransfer.objects.values_list("status", flat=True)) >= {
        TransferStatus.CONNECTED,
        TransferStatus.DROPPED,
        TransferStatus.EXPIRED,
    }
    assert {each.kind for each in calls.fired} >= {"rung_over", "transfer_ask", "transfer_forgotten"}

    break_each_rule(calls)  # a proof that cannot fail proves nothing
    assert [rule for rule, broken in broken_rules(calls).items() if not broken] == []


def break_each_rule(calls: Calls) -> None:
    ring = Ring.objects.filter(rung=2).order_by("pk")[0]
    asked = next(each for each in calls.fired if each.kind == "transfer_ask")
    calls.fired.append(asked)
    Timer.objects.filter(key=asked.key).update(fired_at=None)
    Ring.objects.filter(pk=ring.pk).update(answered_at=None, rung_at=ring.rung_at - timedelta(seconds=10))
    LiveTransfer.objects.filter(pk=ring.transfer_id).update(ended_at=ring.rung_at - timedelta(seconds=30))
