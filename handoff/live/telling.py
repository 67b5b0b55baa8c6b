"""Who hears of a live transfer, and how: rings to agents, the team's channel, tasks for whom it comes back to.

All of it is owed in the transaction of the move. What a ring brought is over with the ring.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from handoff.live.answering import brief_mark
from handoff.models import LiveTransfer, Ring
from handoff.states import RingStatus
from handoff.words import transfers as words
from leads.models import Lead
from leads.todo import add_task, finish_tasks
from notifications import inbox, reaching
from notifications.alerts_told import correct_alert
from notifications.messages import Message
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import drop_waiting, owe_channel, owe_member
from notifications.promises.nudges import nudge
from notifications.slack_calls import bring_up_to_date
from notifications.tasks import post_alerts, send_invites, send_rings
from teams.models import Membership
from teams.policy import policy_of

RING, OFF_CALL, ASKED = "ring", "off_call", "transfer_asked"
TRANSFERRING, DROPPED, EXPIRED = "transferring", "transfer_dropped", "transfer_expired"
#: What a Slack message says by when: as it ended, and as the transfer of who accepted went on.
RING_ENDED, WENT_ON = 1, 2
#: Of a task's key, so that all tasks of a lead's transfers are found by their beginning.
TASKS = "transfer/"
CALL_WITHIN = timedelta(minutes=15)
CALL_BACK, SET_A_TIME = "transfer_call_back", "live_fallback"


def ring_kind(rung: int) -> str:
    """Name what is owed for a rung: an agent who rings again is told again."""
    return f"{RING}_{rung}"


def tell_ringing(transfer: LiveTransfer, rings: Sequence[Ring], *, at: datetime) -> None:
    """Owe each agent who rings now the brief with its buttons, in chat, by text, by mail; worthless after the ring."""
    mark = brief_mark(transfer)
    for ring in rings:
        agent = ring.agent
        owe_member(
            agent,
            kind=ring_kind(ring.rung),
            about=transfer.about,
            audience=Audience.AGENT,
            message=words.ringing(transfer, ring, mark=mark),
            at=at,
            deadline_at=ring.ends_at,
            is_fleeting=True,
            inbox=False,
            chat=True,
            text=True,
            email=not _is_reached_quickly(agent),
            group=Group.LIVE,
        )
    nudge_soon(transfer)


def tell_rings_ended(transfer: LiveTransfer, rings: Sequence[Ring], *, at: datetime) -> None:
    """Send nothing more of these rings, and let what was sent say how they ended."""
    drop_waiting(about=transfer.about, kinds={ring_kind(ring.rung) for ring in rings}, at=at, to=[*_agents(rings)])
    for rung, of_rung in groupby(rings, key=lambda ring: ring.rung):
        some = list(of_rung)
        bring_up_to_date(
            about=transfer.about,
            kinds=[ring_kind(rung)],
            message=words.ring_ended(transfer, some[0]),
            at=at,
            revision=RING_ENDED,
            to=[*_agents(some)],
        )
    nudge_soon(transfer)


def tell_accepted(transfer: LiveTransfer, *, at: datetime) -> None:
    """Tell the team's channel who is being put through to whom."""
    owe_channel(transfer.team, kind=TRANSFERRING, about=transfer.about, message=words.transferring(transfer), at=at)
    nudge_soon(transfer)


def tell_connected(transfer: LiveTransfer, *, at: datetime) -> None:
    """Bring up to date what said that it was coming. Of the handoff itself its own messages tell."""
    correct_alert(about=transfer.about, kind=TRANSFERRING, message=words.transferred(transfer), at=at, revision=WENT_ON)
    _tell_acceptor(transfer, at=at)
    _ask_no_more(transfer, at=at)
    nudge_soon(transfer)


def tell_dropped(transfer: LiveTransfer, *, actor: Membership | None, at: datetime) -> None:
    """Give the client back to who had them on the phone: a call to make, with the reason and the words."""
    said = words.not_transferred(transfer)
    correct_alert(about=transfer.about, kind=TRANSFERRING, message=said, follow_up=said, at=at, revision=WENT_ON)
    _tell_acceptor(transfer, at=at)
    _ask_no_more(transfer, at=at)
    message = words.dropped(transfer, by=actor)
    if actor is None or actor.pk != transfer.setter_id:
        _tell_setter(transfer, DROPPED, message, at=at)
    _ask_to_call(transfer, DROPPED, message, script=CALL_BACK, at=at)
    nudge_soon(transfer)


def tell_expired(transfer: LiveTransfer, *, at: datetime) -> None:
    """Tell who requested it that nobody came, with the words for setting a time instead."""
    message = words.nobody_took_it(transfer)
    _tell_setter(transfer, EXPIRED, message, at=at)
    _ask_to_call(transfer, EXPIRED, message, script=SET_A_TIME, at=at)


def ask_whether_connected(transfer: LiveTransfer, *, at: datetime) -> None:
    """Ask both whether the client was put through; who answers first answers for both."""
    for whom, audience in ((transfer.setter, Audience.ISA), (transfer.agent, Audience.AGENT)):
        if whom is None:
            continue
        message = words.was_it_connected(transfer, whom)
        owe_member(
            whom, kind=ASKED, about=transfer.about, audience=audience, message=message, at=at, email=False, chat=True
        )
        add_task(
            key=f"{transfer.about}|{ASKED}|m{whom.pk}",
            assignee=whom,
            lead=transfer.lead,
            kind="transfer",
            title=message.title,
            detail=message.lead_in,
            link=inbox.path_of(message.link),
            is_urgent=True,
            at=at,
            due_at=at,
        )
    nudge_soon(transfer)


def tell_off_call(ring: Ring, *, at: datetime) -> None:
    """Tell an agent that they are off call, where they hear of it without looking, and how to go on."""
    agent = ring.agent
    owe_member(
        agent,
        kind=OFF_CALL,
        about=ring.transfer.about,
        audience=Audience.AGENT,
        message=words.off_call(policy_of(agent.team).missed_rings),
        at=at,
        revision=ring.rung,
        chat=True,
        text=True,
        email=not _is_reached_quickly(agent),
        group=Group.LIVE,
    )


def settle_tasks(lead: Lead, *, at: datetime) -> None:
    """Ask nobody to call any more: the lead is being transferred anew, or was handed off."""
    finish_tasks(key_prefix=TASKS, lead=lead, at=at)


def nudge_soon(transfer: LiveTransfer) -> None:
    """Ring the workers once the transaction is through; the sweep comes by if nobody hears it."""
    about = transfer.about

    def ring() -> None:  # a named function: a functools.partial breaks on_commit(robust=True) on Django 5.2
        nudge(send_rings, post_alerts, send_invites, about=about)

    transaction.on_commit(ring, robust=True)


def _is_reached_quickly(agent: Membership) -> bool:
    """Whether chat or text reaches them: a mail is mostly too late, and all there is where neither does."""
    return reaching.is_in_chat(agent) or reaching.is_texted(agent, Group.LIVE)


def _agents(rings: Sequence[Ring]) -> Sequence[int]:
    return [ring.agent_id for ring in rings]


def _tell_acceptor(transfer: LiveTransfer, *, at: datetime) -> None:
    """Let the message by which the agent was rung say how it went on."""
    ring = Ring.objects.filter(transfer=transfer, status=RingStatus.ACCEPTED).first()
    if ring is None:
        return
    bring_up_to_date(
        about=transfer.about,
        kinds=[ring_kind(ring.rung)],
        message=words.accepted_went(transfer),
        at=at,
        revision=WENT_ON,
        to=[ring.agent_id],
    )


def _ask_no_more(transfer: LiveTransfer, *, at: datetime) -> None:
    finish_tasks(key_prefix=f"{transfer.about}|{ASKED}|", at=at)
    inbox.settle(about=transfer.about, kinds=[ASKED], at=at)
    drop_waiting(about=transfer.about, kinds=[ASKED], at=at)
    answered = Message(title=f"{words.name_of(transfer)}: answered", lead_in="Thank you, it is known by now.")
    bring_up_to_date(about=transfer.about, kinds=[ASKED], message=answered, at=at, revision=WENT_ON)


def _tell_setter(transfer: LiveTransfer, kind: str, message: Message, *, at: datetime) -> None:
    owe_member(
        transfer.setter,
        kind=kind,
        about=transfer.about,
        audience=Audience.ISA,
        message=message,
        at=at,
        email=False,
    )


def _ask_to_call(transfer: LiveTransfer, kind: str, message: Message, *, script: str, at: datetime) -> None:
    add_task(
        key=f"{transfer.about}|{kind}",
        assignee=transfer.setter,
        lead=transfer.lead,
        kind="call",
        title=message.title,
        detail=message.lead_in,
        script=script,
        is_urgent=True,
        at=at,
        due_at=at + CALL_WITHIN,
    )
