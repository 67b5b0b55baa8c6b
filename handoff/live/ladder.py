"""The ladder: who rings when. Each rung is a row per agent and a timer that ends it.

One by one: the ranked agents, each for so many seconds; then everybody who has not passed, all at once. Or all at
once from the start. Who has gone off call, is engaged by now, or has passed is skipped. When nobody is left who rings
on a rung, the next one begins at once. When the last rung is over, nobody took it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from handoff.live.moves import end_rings, hold_rings, locked, move, tell_pages
from handoff.live.standby import who_stands_by
from handoff.models import LiveTransfer, Ring
from handoff.routing.scoring import Candidate
from handoff.signals import ring_missed, rung_started
from handoff.states import RingStatus, TransferStatus
from notifications.models import Timer
from notifications.promises.timers import on_timer, set_timer
from notifications.pushing import push
from teams.models import Membership
from teams.models.transfers import RingWay
from teams.policy import policy_of
from teams.presence import note_missed

RUNG_OVER = "rung_over"
#: How a ring ended after which its agent is not rung again for the same client: they passed, or went off call.
NOT_AGAIN = (RingStatus.PASSED, RingStatus.CALLED_OFF)


@on_timer(RUNG_OVER)
def end_rung(timer: Timer, *, at: datetime) -> None:
    """Count who did not answer, and ring the next."""
    pk, rung = int(timer.about.partition("/")[2]), int(timer.key.rpartition("rung")[2])
    transfer = locked(pk)
    if transfer.rung != rung or transfer.status != TransferStatus.RINGING:
        return
    _miss(transfer, at=at)
    climb(transfer, at=at)


def go_on(transfer: LiveTransfer, *, at: datetime) -> None:
    """Ring the next rung if nobody rings on this one any more. Call it with the transfer locked, after a ring ended."""
    if transfer.rings.ringing().filter(rung=transfer.rung).exists():
        tell_pages(transfer, at=at)
    else:
        climb(transfer, at=at)  # its timer finds that somebody has climbed, and does nothing


@transaction.atomic
def climb(transfer: LiveTransfer, *, at: datetime, ranked: Sequence[Candidate] | None = None) -> Sequence[Ring]:
    """Ring the next rung; with none left the transfer expires. Does nothing if somebody has climbed meanwhile.

    ``ranked``: who stands by for the lead at this moment, where that is known already.
    """
    mine = LiveTransfer.objects.filter(pk=transfer.pk, status=TransferStatus.RINGING, rung=transfer.rung)
    next_ones, is_last = ([], True) if transfer.is_last_rung else _next(transfer, at=at, ranked=ranked)
    if not next_ones:
        if mine.exists():
            move(transfer, to=TransferStatus.EXPIRED, actor=None, at=at, ended_at=at)
        return []
    rung = transfer.rung + 1
    ends_at = at + timedelta(seconds=transfer.ring_all_seconds if is_last else transfer.ring_seconds)
    if not mine.update(rung=rung, rung_ends_at=ends_at, is_last_rung=is_last):
        return []
    transfer.rung, transfer.rung_ends_at, transfer.is_last_rung = rung, ends_at, is_last
    rings = Ring.objects.bulk_create(
        Ring(transfer=transfer, agent=agent, rung=rung, rung_at=at, ends_at=ends_at) for agent in next_ones
    )
    set_timer(key=f"{transfer.about}|rung{rung}", kind=RUNG_OVER, about=transfer.about, due_at=ends_at)
    push(to=[agent.pk for agent in next_ones], topic="ring", ref=str(transfer.pk), at=at)
    tell_pages(transfer, at=at)
    rung_started.send(sender=LiveTransfer, transfer=transfer, rings=rings, at=at)
    return rings


def _next(transfer: LiveTransfer, *, at: datetime, ranked: Sequence[Candidate] | None) -> tuple[list[Membership], bool]:
    """Return who rings next, and whether that is the last rung: the first one who was not rung yet, else all.

    Whoever passed, or went off call while they rang, is not rung again; whoever went on call meanwhile is.
    """
    if ranked is None:
        ranked = who_stands_by(lead=transfer.lead, at=at)
    standing = [each.agent for each in ranked if not each.removed_by]
    rung_before = dict(transfer.rings.values_list("agent", "status"))
    fresh = [agent for agent in standing if agent.pk not in rung_before]
    if fresh and transfer.way == RingWay.ONE_BY_ONE:
        return fresh[:1], False
    return [agent for agent in standing if rung_before.get(agent.pk) not in NOT_AGAIN], True


def _miss(transfer: LiveTransfer, *, at: datetime) -> None:
    """Mark who did not answer; with too many in a row they are off call, and told so.

    It counts once for a transfer, however many of its rungs ring them, and against nobody who has accepted another
    client meanwhile.
    """
    limit = policy_of(transfer.lead.team).missed_rings
    hold_rings(transfer)
    talking = LiveTransfer.objects.filter(status=TransferStatus.ACCEPTED).values("person")
    missed = transfer.rings.ringing().exclude(agent__user__in=talking)
    counted = transfer.rings.filter(status=RingStatus.MISSED).values("agent")
    missed = missed.exclude(agent__in=counted).order_by("agent")  # two ladders count the same people in one order
    are_off = {ring.pk: note_missed(member_id=ring.agent_id, limit=limit, at=at) for ring in missed}
    for ring in end_rings(transfer, to=RingStatus.MISSED, at=at):
        ring_missed.send(sender=Ring, ring=ring, is_off_call=are_off.get(ring.pk, False), at=at)
