"""The ladder: who rings when, and that every ring ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.errors import NobodyOnCall, NotReady, TransferUnderWay
from handoff.live.answering import pass_on
from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy
from handoff.states import RingStatus, TransferStatus
from handoff.tests.factories import NOW, appointment, ready
from handoff.tests.live.ground import SECOND, accepted, on_call, ring_of, ringing
from leads.tests.factories import LeadFactory
from notifications.promises.timers import fire_due
from teams.models import Policy
from teams.models.transfers import RingWay
from teams.presence import go_off_call, go_on_call, presence_of
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return ready()


def rungs(transfer: LiveTransfer) -> list[tuple[int, str, str]]:
    rings = transfer.rings.select_related("agent__user").order_by("rung", "agent")
    return [(ring.rung, ring.agent.user.name, ring.status) for ring in rings]


def test_one_by_one_and_then_all_and_then_it_is_over(lead):
    ana, ben = on_call(lead, user__name="Ana"), on_call(lead, user__name="Ben")
    transfer = ringing(lead)
    assert rungs(transfer) == [(1, "Ana", RingStatus.RINGING)]

    fire_due(at=NOW + 20 * SECOND)
    assert rungs(transfer)[-1] == (2, "Ben", RingStatus.RINGING)

    fire_due(at=NOW + 40 * SECOND)
    assert rungs(transfer)[2:] == [(3, "Ana", RingStatus.RINGING), (3, "Ben", RingStatus.RINGING)]

    fire_due(at=NOW + 70 * SECOND)
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.EXPIRED
    assert {status for _, _, status in rungs(transfer)} == {RingStatus.MISSED}
    assert presence_of(ana, at=NOW + 70 * SECOND)
    assert presence_of(ben, at=NOW + 70 * SECOND)


def test_all_at_once_where_the_team_wants_it(lead):
    on_call(lead, user__name="Ana")
    on_call(lead, user__name="Ben")
    Policy.objects.filter(team=lead.team).update(ring_way=RingWay.ALL)
    lead.team.policy.refresh_from_db()

    transfer = ringing(lead)

    assert [who for _, who, _ in rungs(transfer)] == ["Ana", "Ben"]
    fire_due(at=NOW + 30 * SECOND)
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.EXPIRED


def test_who_passes_lets_the_next_ring_at_once_and_is_not_rung_again(lead):
    ana = on_call(lead, user__name="Ana")
    on_call(lead, user__name="Ben")
    transfer = ringing(lead)

    pass_on(ring=ring_of(transfer, ana), reason="busy", by=AnsweredBy.CONSOLE, at=NOW + 3 * SECOND)
    assert rungs(transfer)[-1] == (2, "Ben", RingStatus.RINGING)

    fire_due(at=NOW + 20 * SECOND)  # the first rung's own timer finds it climbed
    assert len(rungs(transfer)) == 2
    fire_due(at=NOW + 23 * SECOND)
    assert rungs(transfer)[2:] == [(3, "Ben", RingStatus.RINGING)]


def test_when_all_pass_it_is_over_at_once(lead):
    ana = on_call(lead, user__name="Ana")
    transfer = ringing(lead)

    pass_on(ring=ring_of(transfer, ana), reason="driving", by=AnsweredBy.CONSOLE, at=NOW + SECOND)

    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.EXPIRED


def test_who_goes_off_call_while_they_ring_lets_the_next_ring_at_once_and_is_not_rung_again(lead):
    ana = on_call(lead, user__name="Ana")
    on_call(lead, user__name="Ben")
    transfer = ringing(lead)

    go_off_call(member=ana, at=NOW + 3 * SECOND)
    assert rungs(transfer) == [(1, "Ana", RingStatus.CALLED_OFF), (2, "Ben", RingStatus.RINGING)]

    go_on_call(member=ana, until=NOW + timedelta(hours=1), at=NOW + 4 * SECOND)
    fire_due(at=NOW + 20 * SECOND)  # the first rung's own timer finds it climbed
    assert len(rungs(transfer)) == 2
    fire_due(at=NOW + 23 * SECOND)
    assert rungs(transfer)[2:] == [(3, "Ben", RingStatus.RINGING)]


def test_where_others_ring_too_they_go_on_when_one_goes_off_call_and_with_the_last_it_is_over(lead):
    ana, ben = on_call(lead, user__name="Ana"), on_call(lead, user__name="Ben")
    Policy.objects.filter(team=lead.team).update(ring_way=RingWay.ALL)
    lead.team.policy.refresh_from_db()
    transfer = ringing(lead)

    go_off_call(member=ana, at=NOW + 3 * SECOND)
    assert rungs(transfer) == [(1, "Ana", RingStatus.CALLED_OFF), (1, "Ben", RingStatus.RINGING)]

    go_off_call(member=ben, at=NOW + 4 * SECOND)
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.EXPIRED


def test_who_went_off_call_or_has_an_appointment_is_skipped_and_it_is_said_why(lead):
    away, busy, free = (on_call(lead, user__name=name) for name in ("Ana", "Ben", "Cleo"))
    agent(lead.team, user__name="Dora")
    go_off_call(member=away, at=NOW)
    appointment(busy, starts_at=NOW + timedelta(minutes=10))

    transfer = ringing(lead)

    assert rungs(transfer) == [(1, "Cleo", RingStatus.RINGING)]
    assert {each["name"]: each["removed_by"] for each in transfer.ladder} == {
        "Cleo": "",
        "Ana": "Not on call",
        "Ben": "Has an appointment now",
        "Dora": "Not on call",
    }
    assert free.pk == transfer.ladder[0]["agent"]


def test_who_is_in_a_transfer_is_not_rung_for_another(lead):
    ana = on_call(lead, user__name="Ana")
    accepted(ringing(ready(lead.team)), ana)

    with pytest.raises(NobodyOnCall) as refused:
        ringing(lead, at=NOW + 30 * SECOND)

    assert refused.value.why == [("Ana", "In a transfer")]


def test_with_nobody_on_call_the_next_slots_are_offered_at_once(lead):
    agent(lead.team, user__name="Ana")

    with pytest.raises(NobodyOnCall) as refused:
        ringing(lead)

    assert refused.value.next_slots
    assert not LiveTransfer.objects.exists()


def test_the_gate_holds_for_a_transfer_too(lead):
    bare = LeadFactory.create(team=lead.team)
    on_call(lead)

    with pytest.raises(NotReady):
        ringing(bare)
    assert not Ring.objects.exists()


def test_a_second_request_is_told_of_the_first(lead):
    on_call(lead)
    transfer = ringing(lead)

    with pytest.raises(TransferUnderWay) as refused:
        ringing(lead)

    assert refused.value.transfer == transfer


def test_as_many_clients_missed_in_a_row_end_being_on_call_however_often_each_rang(lead):
    ana = on_call(lead, user__name="Ana")
    Policy.objects.filter(team=lead.team).update(missed_rings=2)

    first = ringing(lead)
    fire_due(at=NOW + 20 * SECOND)
    fire_due(at=NOW + 50 * SECOND)
    assert [ring.status for ring in first.rings.all()] == [RingStatus.MISSED, RingStatus.MISSED]
    assert presence_of(ana, at=NOW + 50 * SECOND).missed == 1

    ringing(lead, at=NOW + 60 * SECOND)
    fire_due(at=NOW + 80 * SECOND)
    assert presence_of(ana, at=NOW + 80 * SECOND) is None


def test_a_ring_counts_against_nobody_who_has_accepted_another_client_meanwhile(lead):
    ana = on_call(lead, user__name="Ana")
    Policy.objects.filter(team=lead.team).update(missed_rings=1)
    first, second = ringing(ready(lead.team)), ringing(lead)
    accepted(first, ana)

    fire_due(at=NOW + 20 * SECOND)

    assert ring_of(second, ana).status == RingStatus.MISSED
    assert presence_of(ana, at=NOW + 21 * SECOND)
