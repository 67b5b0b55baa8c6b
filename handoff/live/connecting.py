"""After somebody has accepted: the client hears the name, is put through, and the lead is handed off; or it is dropped.

A blind transfer cannot be recorded: *connected* takes an agent who has accepted, and the ISA's word that the client
knows the agent's name. The database holds the same (``no_blind_transfer_is_connected``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from handoff.brief import read_brief
from handoff.errors import BlindTransfer, NotYourTransfer
from handoff.live.moves import end_rings, hold_rings, locked, move, tell_pages
from handoff.locks import lock_lead
from handoff.models import Handoff, LiveTransfer
from handoff.models.transfers import DropReason
from handoff.signals import still_accepted
from handoff.states import RingStatus, TransferStatus
from leads.models import StageChange
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.timeline import record
from notifications.models import Timer
from notifications.promises.timers import call_off, on_timer
from teams.models import Membership

ASK_WHETHER_CONNECTED, FORGOTTEN = "transfer_ask", "transfer_forgotten"
ASK_AFTER, FORGOTTEN_AFTER = timedelta(minutes=3), timedelta(minutes=30)


def ask_at(accepted_at: datetime) -> datetime:
    """Return when both are asked whether the client was put through."""
    return accepted_at + ASK_AFTER


def forgotten_at(accepted_at: datetime) -> datetime:
    """Return when an accepted transfer of which nobody says anything lets its agent go."""
    return accepted_at + FORGOTTEN_AFTER


@transaction.atomic
def note_name_told(*, transfer: LiveTransfer, actor: Membership, at: datetime) -> None:
    """Note the word of who has the client on the phone, or of a team lead, that they were told the agent's name.

    Raises BlindTransfer while nobody has accepted, NotYourTransfer.
    """
    _check_has_client(transfer, actor)
    waiting = LiveTransfer.objects.filter(pk=transfer.pk, status=TransferStatus.ACCEPTED)
    if waiting.filter(told_name_at=None).update(told_name_at=at):
        transfer.told_name_at = at
        _tell_story(transfer, f"The client was told the name: {_agent_now(transfer)}", actor, at)
        tell_pages(transfer, at=at)
    elif not waiting.exists():
        raise BlindTransfer("Nobody has accepted this transfer, so there is no name to tell.")


def connect(*, transfer: LiveTransfer, actor: Membership, via: Via, at: datetime) -> Handoff:
    """Hand the lead off to the agent who accepted: the client is through. By who requested it, the agent, a team lead.

    Raises BlindTransfer, NotYourTransfer, IllegalMove, RingOver. A second press gets the handoff of the first. Of an
    agent who talks before the client was told their name it is noted, so that the ISA is asked.
    """
    try:
        return _connect(transfer, actor=actor, via=via, at=at)
    except BlindTransfer:
        _note_talking(transfer, actor=actor, at=at)
        raise


@transaction.atomic
def _connect(transfer: LiveTransfer, *, actor: Membership, via: Via, at: datetime) -> Handoff:
    lead = lock_lead(transfer.lead)
    current = LiveTransfer.objects.select_related("agent__user", "setter__user").get(pk=transfer.pk)
    current.lead = lead
    if current.status == TransferStatus.CONNECTED and current.handoff:
        return current.handoff
    if actor.is_agent and current.agent and actor.pk != current.agent_id:
        raise NotYourTransfer(f"{current.agent.user} has accepted this transfer, not you.")
    if not actor.is_agent:
        _check_has_client(current, actor)
    agent = _check_not_blind(current, actor=actor)
    call_off(about=current.about, at=at)
    asked = {"transfer": current.pk, "agent": agent.pk, "override_reason": current.override_reason}
    change_stage(lead=lead, to=Stage.HANDED_OFF, actor=actor, via=via, at=at, data=asked)
    handoff = Handoff.objects.open().select_related("agent__user", "setter__user").get(lead=lead)
    handoff.lead, handoff.team = lead, lead.team
    move(current, to=TransferStatus.CONNECTED, actor=actor, at=at, connected_at=at, ended_at=at, handoff=handoff)
    read_brief(handoff=handoff, membership=agent, at=current.accepted_at or at)  # it is what they accepted
    _tell_story(current, f"The client was put through to {agent.user}", actor, at)
    return handoff


@transaction.atomic
def _note_talking(transfer: LiveTransfer, *, actor: Membership, at: datetime) -> None:
    mine = LiveTransfer.objects.filter(pk=transfer.pk, status=TransferStatus.ACCEPTED, agent=actor, told_name_at=None)
    if mine.filter(talks_at=None).update(talks_at=at):
        tell_pages(transfer, at=at)


def accepted_transfer(change: StageChange) -> LiveTransfer:
    """Return the transfer that a change of stage says has been connected. Raises BlindTransfer unless it may be."""
    found = LiveTransfer.objects.select_related("agent__user", "agent__profile", "setter__user")
    transfer = found.filter(pk=change.data["transfer"], lead=change.lead).first()
    if transfer is None or transfer.agent is None:
        raise BlindTransfer("Nobody has accepted this transfer.")
    _check_not_blind(transfer)
    return transfer


@transaction.atomic
def drop(
    *, transfer: LiveTransfer, actor: Membership | None, reason: str, note: str = "", at: datetime
) -> LiveTransfer:
    """End a transfer that was accepted and did not come to be; the lead stays with the ISA.

    By the ISA, a team lead or the agent who accepted. Raises NotYourTransfer, RingOver.
    """
    if actor and actor.is_agent and not LiveTransfer.objects.filter(pk=transfer.pk, agent=actor).exists():
        raise NotYourTransfer("Only the agent who accepted this transfer can say that it came to nothing.")
    call_off(about=transfer.about, at=at)
    return _drop(transfer, actor=actor, reason=reason, note=note, at=at)


def _drop(
    transfer: LiveTransfer, *, actor: Membership | None, reason: str, note: str = "", at: datetime
) -> LiveTransfer:
    words = DropReason(reason).label
    move(
        transfer,
        to=TransferStatus.DROPPED,
        actor=actor,
        at=at,
        ended_at=at,
        drop_reason=reason,
        end_reason=(note or words)[:300],
    )
    _tell_story(transfer, f"Live transfer dropped: {words}", actor, at)
    return transfer


@transaction.atomic
def cancel(*, transfer: LiveTransfer, actor: Membership | None, reason: str = "", at: datetime) -> LiveTransfer:
    """Stop ringing. Raises RingOver once somebody has accepted: then it is dropped, with a reason; NotYourTransfer."""
    if actor and actor.is_agent:
        raise NotYourTransfer("Whoever is on the phone calls it off; an agent passes it on.")
    call_off(about=transfer.about, at=at)
    hold_rings(locked(transfer.pk))
    move(transfer, to=TransferStatus.CANCELLED, actor=actor, at=at, ended_at=at, end_reason=reason[:300])
    end_rings(transfer, to=RingStatus.CALLED_OFF, at=at)
    _tell_story(transfer, "Live transfer called off", actor, at)
    return transfer


@on_timer(ASK_WHETHER_CONNECTED)
def ask_whether_connected(timer: Timer, *, at: datetime) -> None:
    """Ask both whether the client was put through, when neither has said."""
    if transfer := _still_accepted(timer):
        LiveTransfer.objects.filter(pk=transfer.pk).update(asked_at=at)
        tell_pages(transfer, at=at)
        still_accepted.send(sender=LiveTransfer, transfer=transfer, at=at)


@on_timer(FORGOTTEN)
def let_agent_go(timer: Timer, *, at: datetime) -> None:
    """Let nobody be held by a transfer of which nobody says anything."""
    if transfer := _still_accepted(timer):
        _drop(transfer, actor=None, reason=DropReason.NOBODY_SAID, at=at)  # the other timers find nothing to ask


def _check_has_client(transfer: LiveTransfer, actor: Membership) -> None:
    """Only who has the client on the phone knows what they were told; a team lead may speak for them."""
    if actor.pk != transfer.setter_id and not actor.is_lead:
        isa = transfer.setter.user.name
        raise NotYourTransfer(f"{isa} has the client on the phone: they say so themselves, or a team lead does.")


def _agent_now(transfer: LiveTransfer) -> str:
    found = LiveTransfer.objects.filter(pk=transfer.pk).values_list("agent__user__name", flat=True)
    return found.first() or ""


def _check_not_blind(transfer: LiveTransfer, *, actor: Membership | None = None) -> Membership:
    if transfer.status != TransferStatus.ACCEPTED or transfer.agent is None:
        raise BlindTransfer("Nobody has accepted this transfer, so nobody is ready for the client.")
    if transfer.told_name_at is None and actor and actor.is_agent:
        isa = transfer.setter.user.name
        raise BlindTransfer(f"{isa} has not said yet that the client knows your name. They are asked right now.")
    if transfer.told_name_at is None:
        raise BlindTransfer(f"Tell the client first that they will talk to {transfer.agent.user.name}, and tick it.")
    return transfer.agent


def _still_accepted(timer: Timer) -> LiveTransfer | None:
    found = LiveTransfer.objects.select_related("lead", "team", "agent__user", "setter__user")
    return found.filter(pk=int(timer.about.partition("/")[2]), status=TransferStatus.ACCEPTED).first()


def _tell_story(transfer: LiveTransfer, words: str, actor: Membership | None, at: datetime) -> None:
    data: dict[str, Any] = {"transfer": transfer.pk}
    record(lead=transfer.lead, kind="transfer", summary=words, actor=actor, at=at, data=data)
