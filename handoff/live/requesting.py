"""Requesting a live transfer: the gate, the frozen brief, and the first ring, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from handoff.booking import refuse_second
from handoff.decision import advise_on
from handoff.errors import NobodyOnCall, NotReady, TransferUnderWay, Unbookable
from handoff.facts import freeze_known
from handoff.known import known_of
from handoff.live.ladder import climb
from handoff.live.standby import first_standing_by, has_rung_out, who_stands_by
from handoff.locks import lock_lead
from handoff.models import LiveTransfer, TransferEvent
from handoff.overpromises.promises import written_for
from handoff.readiness import check_known
from handoff.routing.scoring import Candidate
from handoff.signals import transfer_moved
from handoff.slots import next_slots
from handoff.states import Method, TransferStatus
from leads.models import Lead
from leads.stages import IllegalMove
from leads.states import MOVES, Stage
from leads.timeline import record
from teams.models import Membership
from teams.policy import policy_of


def request_transfer(*, lead: Lead, setter: Membership, at: datetime, override_reason: str = "") -> LiveTransfer:
    """Ring the best agents who are on call and free, for a client who is on the phone with ``setter``.

    Raises NotReady (the gate), NobodyOnCall (with the next free slots and what keeps each agent), AlreadyHandedOff,
    TransferUnderWay (a double press gets the first one), IllegalMove, Unbookable.
    """
    try:
        return _request(lead=lead, setter=setter, at=at, override_reason=override_reason)
    except NobodyOnCall as refusal:  # looked up after the locks are gone
        refusal.next_slots = next_slots(lead=lead, at=at)
        raise


@transaction.atomic
def _request(*, lead: Lead, setter: Membership, at: datetime, override_reason: str) -> LiveTransfer:
    locked = lock_lead(lead)
    if setter.team_id != locked.team_id or setter.is_agent:
        raise Unbookable("An ISA or a team lead of the lead's team requests a transfer.")
    refuse_second(locked)
    refuse_second_transfer(locked)
    if Stage.HANDED_OFF not in MOVES[Stage(locked.stage)]:
        raise IllegalMove(Stage(locked.stage), Stage.HANDED_OFF, locked.team)
    known = known_of(locked, also=written_for(None, override_reason))
    readiness = check_known(known, method=Method.LIVE, setter=setter)
    if not readiness.ok:
        raise NotReady(readiness.missing)

    ranked = who_stands_by(lead=locked, at=at)
    first = first_standing_by(ranked)
    if first is None:
        raise NobodyOnCall(why=[(each.agent.user.name, each.removed_by) for each in ranked])
    advice = advise_on(known, at=at, on_call=first, rang_out=has_rung_out(locked, at=at))
    policy = policy_of(locked.team)
    transfer = LiveTransfer.objects.create(
        team=locked.team,
        lead=locked,
        setter=setter,
        facts=freeze_known(known, agent=None, setter=setter, appointment=None, method=Method.LIVE, at=at),
        ladder=_laid_out(ranked),
        advised=advice.method,
        advice=advice.reason[:300],
        override_reason=override_reason[:300],
        way=policy.ring_way,
        ring_seconds=policy.ring_seconds,
        ring_all_seconds=policy.ring_all_seconds,
        requested_at=at,
    )
    event = TransferEvent.objects.create(transfer=transfer, to=TransferStatus.RINGING, actor=setter, at=at)
    record(
        lead=locked,
        kind="transfer",
        summary="Live transfer requested",
        actor=setter,
        at=at,
        data={"transfer": transfer.pk},
    )
    transfer_moved.send(sender=LiveTransfer, event=event, at=at)
    climb(transfer, at=at, ranked=ranked)
    return transfer


def refuse_second_transfer(lead: Lead) -> None:
    """Raise TransferUnderWay if the lead is being transferred. Call it under the lead's lock."""
    if there := LiveTransfer.objects.under_way().filter(lead=lead).select_related("agent__user").first():
        raise TransferUnderWay(there)


def _laid_out(ranked: list[Candidate]) -> list[dict[str, object]]:
    return [each.as_json() for each in ranked]
