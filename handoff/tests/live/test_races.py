"""People who press at the same moment about one transfer: one wins, the others are told, and nobody deadlocks.

``RING_ROUNDS`` sets how often the crowds accept (the storm does it 200 times with 64 people).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from handoff.booking import hand_off_now
from handoff.live.answering import accept, brief_mark, pass_on
from handoff.live.connecting import cancel, connect, drop, forgotten_at
from handoff.models import Handoff, LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy
from handoff.states import RingStatus, TransferStatus
from handoff.tests.crowds import Crowd, tally
from handoff.tests.factories import NOW, policy, ready
from handoff.tests.live.crowds import crowd_on_call, rush_of_agents, rush_of_presses
from handoff.tests.live.ground import SECOND, accepted, on_call, ring_of, ringing, told
from leads.models import Lead
from leads.states import Via
from notifications.promises.timers import fire_due
from teams.leaving import deactivate
from teams.models import Membership
from teams.models.transfers import RingWay
from teams.presence import go_off_call, go_on_call
from teams.tests import factories as people

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = int(os.environ.get("RING_ROUNDS", "1"))
LATER = NOW + 10 * SECOND
Deed = Callable[[], Any]


def accepting(ring: Ring) -> Deed:
    mark = brief_mark(ring.transfer)
    return lambda: accept(ring=Ring.objects.get(pk=ring.pk), brief=mark, by=AnsweredBy.CONSOLE, at=LATER)


def at_once(*deeds: Deed) -> dict[str, int]:
    with Crowd(len(deeds)) as crowd:
        return dict(tally(crowd.act(list(deeds))))


def fresh(transfer: LiveTransfer) -> LiveTransfer:
    return LiveTransfer.objects.select_related("lead", "setter__user").get(pk=transfer.pk)


def statuses(transfer: LiveTransfer) -> set[str]:
    return {TransferStatus(fresh(transfer).status), *transfer.rings.values_list("status", flat=True)}


def test_of_24_agents_who_accept_at_once_one_wins_and_the_others_hear_who():
    rush = rush_of_agents(rounds=range(ROUNDS), people=24)

    assert rush.answers == {"LiveTransfer": ROUNDS, "RingOver": 23 * ROUNDS}
    assert rush.told_who == 23 * ROUNDS
    assert Ring.objects.filter(status=RingStatus.ACCEPTED).count() == ROUNDS
    assert Ring.objects.filter(status=RingStatus.TAKEN).count() == 23 * ROUNDS


def test_of_16_presses_of_one_agent_one_counts():
    rush = rush_of_presses(rounds=range(1), presses=16)

    assert rush.answers == {"LiveTransfer": 1, "RingOver": 15}
    assert rush.told_who == 15


@pytest.mark.parametrize("turn", range(2))
def test_accepted_or_called_off_and_never_both(turn):
    lead, (ana, ben) = crowd_on_call(2)
    transfer = ringing(lead)
    deeds = [
        accepting(ring_of(transfer, ana)),
        lambda: cancel(transfer=fresh(transfer), actor=lead.isa, at=LATER),
        accepting(ring_of(transfer, ben)),
    ]

    answers = at_once(*deeds[turn:], *deeds[:turn])

    assert answers == {"LiveTransfer": 1, "RingOver": 2}
    assert statuses(transfer) in (
        {TransferStatus.ACCEPTED, RingStatus.ACCEPTED, RingStatus.TAKEN},
        {TransferStatus.CANCELLED, RingStatus.CALLED_OFF},
    )


def test_accepted_or_rung_out_and_never_both_with_two_sweeps():
    """The agent presses in the last moment, while the rung's time is over by the sweep's clock."""
    leads = [ready() for _ in range(3)]
    transfers = [(on_call(lead), ringing(lead)) for lead in leads]
    late = NOW + 20 * SECOND

    answers = at_once(
        *[accepting(ring_of(transfer, member)) for member, transfer in transfers],
        lambda: fire_due(at=late),
        lambda: fire_due(at=late),
    )

    won = LiveTransfer.objects.filter(status=TransferStatus.ACCEPTED).count()
    assert answers == {"int": 2, **({"LiveTransfer": won} if won else {}), **({"RingOver": 3 - won} if won < 3 else {})}
    assert not Ring.objects.ringing().filter(transfer__status=TransferStatus.ACCEPTED).exists()
    assert Ring.objects.filter(status=RingStatus.ACCEPTED).count() == won
    for _, transfer in transfers:
        fire_due(at=late + 60 * SECOND)
        assert not transfer.rings.ringing().exists()


def test_accepting_and_passing_by_all_at_once_leaves_one_winner():
    lead, agents = crowd_on_call(8)
    transfer = ringing(lead)

    def passing(ring: Ring) -> Deed:
        return lambda: pass_on(ring=ring, reason="busy", by=AnsweredBy.CONSOLE, at=LATER)

    rings = [ring_of(transfer, member) for member in agents]
    answers = at_once(*[accepting(ring) if n % 2 else passing(ring) for n, ring in enumerate(rings)])

    assert set(answers) == {"LiveTransfer", "RingOver"}
    assert fresh(transfer).status == TransferStatus.ACCEPTED
    by_status = tally_of(transfer)
    assert by_status[RingStatus.ACCEPTED] == 1
    assert by_status[RingStatus.PASSED] + by_status[RingStatus.TAKEN] == 7


def tally_of(transfer: LiveTransfer) -> dict[str, int]:
    found = list(transfer.rings.values_list("status", flat=True))
    return {status: found.count(status) for status in RingStatus}


def test_ladders_that_miss_the_same_people_at_once_block_nobody():
    team = ready().team
    policy(team, ring_way=RingWay.ALL, missed_rings=20)
    leads = [ready(team) for _ in range(3)]
    agents = [on_call(leads[0]) for _ in range(3)]
    transfers = [ringing(lead) for lead in leads]

    answers = at_once(*[lambda: fire_due(at=NOW + 30 * SECOND)] * 4)

    assert answers == {"int": 4}
    assert {fresh(each).status for each in transfers} == {TransferStatus.EXPIRED}
    assert {member.presence.missed for member in Membership.objects.filter(pk__in=[a.pk for a in agents])} == {3}


def test_connected_by_both_at_once_makes_one_handoff():
    lead = ready()
    ana = on_call(lead)
    transfer = told(accepted(ringing(lead), ana))

    def connecting(who: Membership) -> Deed:
        return lambda: connect(transfer=fresh(transfer), actor=who, via=Via.PAGE, at=LATER)

    answers = at_once(*[connecting(lead.isa), connecting(ana)] * 3)

    assert answers == {"Handoff": 6}
    assert Handoff.objects.count() == 1


@pytest.mark.parametrize("turn", range(2))
def test_connected_or_dropped_and_never_both(turn):
    lead = ready()
    ana = on_call(lead)
    transfer = told(accepted(ringing(lead), ana))
    deeds = [
        lambda: connect(transfer=fresh(transfer), actor=ana, via=Via.PAGE, at=LATER),
        lambda: drop(transfer=fresh(transfer), actor=lead.isa, reason="client_gone", at=LATER),
    ]

    answers = at_once(*deeds[turn:], *deeds[:turn], lambda: fire_due(at=forgotten_at(NOW + 5 * SECOND)))

    ended = fresh(transfer)
    assert answers.pop("int") == 1
    assert sum(answers.values()) == 2
    assert Handoff.objects.count() == (ended.status == TransferStatus.CONNECTED)
    assert ended.status in (TransferStatus.CONNECTED, TransferStatus.DROPPED)


def test_a_request_that_is_pressed_six_times_rings_once():
    lead = ready()
    on_call(lead)

    answers = at_once(*[lambda: ringing(Lead.objects.get(pk=lead.pk))] * 6)

    assert answers == {"LiveTransfer": 1, "TransferUnderWay": 5}
    assert Ring.objects.count() == 1


def test_one_person_who_accepts_in_two_teams_at_once_has_one_client():
    here = ready()
    there = ready()
    ana = on_call(here)
    elsewhere = people.agent(there.team, user=ana.user)
    go_on_call(member=elsewhere, until=NOW + 3600 * SECOND, at=NOW)
    rings = [ring_of(ringing(lead), member) for lead, member in ((here, ana), (there, elsewhere))]

    answers = at_once(*[accepting(ring) for ring in rings])

    assert answers == {"LiveTransfer": 1, "RingOver": 1}
    assert sorted(LiveTransfer.objects.values_list("status", flat=True)) == ["accepted", "ringing"]


@pytest.mark.parametrize("turn", range(2))
def test_a_handoff_by_another_door_and_an_accept_at_once_leave_one_of_them(turn):
    lead, (ana, ben) = crowd_on_call(2)
    transfer = ringing(lead)
    deeds = [
        accepting(ring_of(transfer, ana)),
        lambda: hand_off_now(lead=lead, agent=ben, setter=lead.isa, via=Via.PAGE, at=LATER),
        lambda: fire_due(at=NOW + 30 * SECOND),
    ]

    answers = at_once(*deeds[turn:], *deeds[:turn])

    assert answers.pop("int") == 1
    took_it = fresh(transfer).status == TransferStatus.ACCEPTED
    assert answers == ({"LiveTransfer": 1, "TransferUnderWay": 1} if took_it else {"RingOver": 1, "Handoff": 1})
    assert Handoff.objects.count() == (not took_it)


@pytest.mark.parametrize("turn", range(2))
def test_who_goes_off_call_while_their_rings_end_blocks_nobody(turn):
    """Two agents who ring for two clients each go off call, while one accepts and the time of both rungs is over."""
    lead, (ana, ben, cleo) = crowd_on_call(3)
    transfers = [ringing(lead), ringing(ready(lead.team))]
    deeds = [
        lambda: go_off_call(member=ana, at=LATER),
        accepting(ring_of(transfers[0], cleo)),
        lambda: go_off_call(member=ben, at=LATER),
        lambda: fire_due(at=NOW + 30 * SECOND),
        accepting(ring_of(transfers[1], ana)),
    ]

    answers = at_once(*deeds[turn:], *deeds[:turn])

    assert set(answers) <= {"LiveTransfer", "RingOver", "bool", "int"}
    assert (answers["bool"], answers["int"]) == (2, 1)
    assert not Ring.objects.ringing().filter(agent__in=[ana, ben]).exists()
    for each in transfers:
        assert TransferStatus.RINGING not in statuses(each) or each.rings.ringing().exists()


@pytest.mark.parametrize("turn", range(2))
def test_who_leaves_the_team_while_their_rings_end_blocks_nobody(turn):
    lead, (ana, ben) = crowd_on_call(2)
    boss = people.lead(lead.team)
    transfer = ringing(lead)
    deeds = [
        accepting(ring_of(transfer, ana)),
        lambda: deactivate(member=ana, successor=boss, actor=boss, at=LATER),
        lambda: fire_due(at=NOW + 30 * SECOND),
        accepting(ring_of(transfer, ben)),
    ]

    answers = at_once(*deeds[turn:], *deeds[:turn])

    assert set(answers) <= {"LiveTransfer", "NoneType", "RingOver", "Gone", "int"}
    assert answers["NoneType"] == answers["int"] == 1
    ended = fresh(transfer)
    assert ended.status != TransferStatus.ACCEPTED or ended.agent == ben
    assert not ana.rings.filter(status=RingStatus.RINGING).exists()
