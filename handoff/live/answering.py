"""An agent answers a ring: accepts it with the brief before them, or passes it on. The first to accept wins."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from handoff.errors import BriefUnseen, RingOver
from handoff.live.connecting import ASK_WHETHER_CONNECTED, FORGOTTEN, ask_at, forgotten_at
from handoff.live.ladder import go_on
from handoff.live.moves import end_rings, hold_rings, locked, move, over_words
from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy
from handoff.states import RingStatus, TransferStatus
from leads.timeline import record
from notifications.presence import tell_own_pages
from notifications.promises.timers import Step, call_off, set_timers
from teams.people import check_still_here
from teams.presence import note_answered

ANOTHER = "You have accepted another transfer. Say how that one went first."


def brief_mark(transfer: LiveTransfer) -> str:
    """Return the mark of the brief as it is: whoever was shown it can say it back, and nobody else."""
    facts = json.dumps(transfer.facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{transfer.pk}|{facts}".encode()).hexdigest()[:24]


def note_shown(*, ring: Ring, at: datetime) -> None:
    """Note that a console showed this ring, and the brief with it; the first time counts."""
    LiveTransfer.objects.filter(pk=ring.transfer_id, first_shown_at=None).update(first_shown_at=at)
    Ring.objects.filter(pk=ring.pk).update(shown_at=Coalesce("shown_at", at), brief_at=Coalesce("brief_at", at))


def accept(*, ring: Ring, brief: str, by: AnsweredBy, at: datetime) -> LiveTransfer:
    """Take the client, if nobody has before. ``brief``: the mark of the brief that was before the agent.

    Raises BriefUnseen, RingOver (its words say who took it, or what ended it), Gone.
    """
    transfer = LiveTransfer.objects.select_related("lead", "setter__user").get(pk=ring.transfer_id)
    if brief != brief_mark(transfer):
        raise BriefUnseen
    try:
        return _accept(ring, transfer, by=by, at=at)
    except IntegrityError as problem:
        if "one_accepted_transfer_per_person" not in str(problem):
            raise
        raise RingOver(ANOTHER) from problem


@transaction.atomic
def _accept(ring: Ring, transfer: LiveTransfer, *, by: AnsweredBy, at: datetime) -> LiveTransfer:
    agent, about = ring.agent, transfer.about
    # Before the transfer itself: its timer locks in this order. Somebody else has called it off when this finds none;
    # then a crowd of losers is told without queueing for the transfer one after another.
    if not call_off(about=about, at=at) and not _is_free(transfer):
        raise RingOver(why_ring_over(ring))
    transfer = locked(transfer.pk)
    mine = Ring.objects.ringing().filter(pk=ring.pk, ends_at__gt=at)
    hold_rings(transfer)
    if transfer.status != TransferStatus.RINGING or not mine.exists():
        raise RingOver(why_ring_over(ring))
    move(transfer, to=TransferStatus.ACCEPTED, actor=agent, at=at, agent=agent, person=agent.user, accepted_at=at)
    seen = Coalesce("brief_at", at)
    end_rings(transfer, to=RingStatus.ACCEPTED, only=Q(pk=ring.pk), brief_at=seen, answered_by=by, at=at)
    end_rings(transfer, to=RingStatus.TAKEN, at=at)
    _forget_missed(agent.pk, at=at)
    check_still_here(agent)
    set_timers(
        [
            Step(f"{about}|ask", ASK_WHETHER_CONNECTED, about, ask_at(at)),
            Step(f"{about}|forgotten", FORGOTTEN, about, forgotten_at(at)),
        ]
    )
    record(
        lead=transfer.lead,
        kind="transfer",
        summary=f"{agent.user} accepted the live transfer",
        actor=agent,
        at=at,
        data={"transfer": transfer.pk, "seconds": round((at - transfer.requested_at) / timedelta(seconds=1))},
    )
    return transfer


def _forget_missed(member_id: int, *, at: datetime) -> None:
    if note_answered(member_id=member_id):
        tell_own_pages(member_id, at=at)


def _is_free(transfer: LiveTransfer) -> bool:
    return LiveTransfer.objects.filter(pk=transfer.pk, status=TransferStatus.RINGING).exists()


@transaction.atomic
def pass_on(*, ring: Ring, reason: str = "", note: str = "", by: AnsweredBy, at: datetime) -> LiveTransfer:
    """Let the ring go to the next one at once; a link and a chat ask for no reason. Raises RingOver."""
    transfer = locked(ring.transfer_id)
    mine, said = Q(pk=ring.pk, ends_at__gt=at), {"pass_reason": reason, "note": note[:200], "answered_by": by}
    if not end_rings(transfer, to=RingStatus.PASSED, only=mine, at=at, **said):
        raise RingOver(why_ring_over(ring))
    _forget_missed(ring.agent_id, at=at)
    go_on(transfer, at=at)
    return transfer


def ended_words(ring: Ring) -> str:
    """Say to the agent what became of a ring that was loaded with its transfer and who accepted that."""
    if ring.status == RingStatus.PASSED:
        return "You passed it on."
    if ring.transfer.status != TransferStatus.RINGING and ring.status != RingStatus.ACCEPTED:
        return over_words(ring.transfer)
    return {
        RingStatus.ACCEPTED: "You have accepted it already.",
    }.get(RingStatus(ring.status), "Your ring has ended; the next agent is being rung.")


def why_ring_over(ring: Ring) -> str:
    """Say to the agent what became of their ring, as it is stored now."""
    return ended_words(Ring.objects.select_related("transfer__agent__user").get(pk=ring.pk))
