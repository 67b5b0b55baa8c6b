"""Live transfers of the demo's last weeks: taken, dropped, called off, and such as nobody took; and who is on call.

Put there as rows, all of a kind at once: by the verbs they would cost more than the rest of the demo.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from handoff.demo import cast, put_through
from handoff.models import Handoff, LiveTransfer, Ring, TransferEvent
from handoff.models.transfers import AnsweredBy, DropReason, PassReason
from handoff.states import HandoffStatus, Method, RingStatus, TransferStatus
from leads.models import Lead
from teams.models import Membership
from teams.models.transfers import RingWay
from teams.presence import go_on_call
from teams.zones import zone

if TYPE_CHECKING:
    from handoff.demo.story import Story

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
#: How each agent answers: how likely they take a client, and how likely they pass on whom they do not take.
MANNERS = {cast.ANA: (0.7, 0.5), cast.BEN: (0.3, 0.7), cast.CLEO: (0.55, 0.3), cast.DEV: (0.4, 0.15)}
#: How many days ago clients were put through: fewer at first, more of late.
PUT_THROUGH = (37, 35, 31, 29, 27, 24, 22, 20, 17, 15, 13, 10, 9, 8, 6, 3, 2, 1)
#: How the others ended, whose clients were given an appointment a moment later.
IN_VAIN = (
    (TransferStatus.EXPIRED, ""),
    (TransferStatus.DROPPED, DropReason.CLIENT_GONE),
    (TransferStatus.EXPIRED, ""),
    (TransferStatus.CANCELLED, ""),
    (TransferStatus.DROPPED, DropReason.NOT_NOW),
    (TransferStatus.EXPIRED, ""),
    (TransferStatus.DROPPED, DropReason.CLIENT_GONE),
    (TransferStatus.CANCELLED, ""),
    (TransferStatus.EXPIRED, ""),
    (TransferStatus.DROPPED, DropReason.LINE),
)
BEFORE_THE_SLOT = 4 * MINUTE
#: On call when the demo begins: two whom nobody signs in as, so that the others' pages begin in peace.
ON_CALL = ((cast.DEV, 8), (cast.CLEO, 2))


def bring(story: Story) -> None:
    """Let clients have been transferred, and agents be on call."""
    chance = random.Random(story.chance.random())  # noqa: S311 - invented history, not a secret
    told = [*_put_through(story, chance), *_in_vain(story, chance)]
    told.sort(key=lambda each: each.requested_at)
    rings = [ring for each in told for ring in _rung(each, story.members, chance)]
    put_through.hand_off([each for each in told if each.status == TransferStatus.CONNECTED])
    LiveTransfer.objects.bulk_create(told)
    Ring.objects.bulk_create(rings)
    TransferEvent.objects.bulk_create(event for each in told for event in _moves(each))
    for person, hours in ON_CALL:
        go_on_call(member=story.members[person], until=story.at + timedelta(hours=hours), at=story.at)


def _put_through(story: Story, chance: random.Random) -> Iterator[LiveTransfer]:
    here = zone(story.team.zone)
    moments = [
        (story.at - days * DAY).astimezone(here).replace(hour=chance.randrange(9, 18), minute=chance.randrange(60))
        for days in PUT_THROUGH
    ]
    for lead, at in zip(put_through.clients(story, moments), moments, strict=True):
        yield _requested(lead, lead.isa, put_through.facts_of(lead, at=at), TransferStatus.CONNECTED, at=at)


def _in_vain(story: Story, chance: random.Random) -> Iterator[LiveTransfer]:
    """Those whose clients took a slot instead."""
    slots = Handoff.objects.filter(team=story.team, status=HandoffStatus.REPORTED, method=Method.SCHEDULED)
    booked = list(slots.select_related("lead", "setter__user").order_by("opened_at"))
    for handoff, (status, reason) in zip(chance.sample(booked, len(IN_VAIN)), IN_VAIN, strict=True):
        facts = {**handoff.facts, "agent": {}, "appointment": None, "method": Method.LIVE.value}
        at = handoff.opened_at - BEFORE_THE_SLOT
        yield _requested(handoff.lead, handoff.setter, facts, status, at=at, reason=reason)


def _requested(
    lead: Lead, setter: Any, facts: dict[str, Any], status: TransferStatus, *, at: datetime, reason: str = ""
) -> LiveTransfer:
    return LiveTransfer(
        team_id=lead.team_id,
        lead=lead,
        setter=setter,
        status=status,
        facts=facts,
        advised=Method.LIVE,
        advice="Ready now and qualified, and somebody is on call.",
        way=RingWay.ONE_BY_ONE,
        ring_seconds=20,
        ring_all_seconds=30,
        requested_at=at,
        drop_reason=reason,
        end_reason=str(DropReason(reason).label) if reason else "",
    )


def _rung(transfer: LiveTransfer, members: cast.Members, chance: random.Random) -> Iterator[Ring]:
    """Ring one after another until one takes the client, or the ISA calls it off, or all were rung in vain."""
    people = list(MANNERS)
    chance.shuffle(people)
    is_taken = transfer.status in {TransferStatus.CONNECTED, TransferStatus.DROPPED}
    at = transfer.requested_at
    for rung, person in enumerate(people, 1):
        ring = _ring(transfer, members[person], chance, rung=rung, at=at)
        transfer.first_shown_at = transfer.first_shown_at or ring.shown_at
        transfer.rung, transfer.rung_ends_at = rung, ring.ends_at
        takes, passes = MANNERS[person]
        if is_taken and (chance.random() < takes or person is people[-1]):
            _take(transfer, ring, chance)
        elif transfer.status == TransferStatus.CANCELLED and rung == 2:
            ring.status, ring.answered_at = RingStatus.CALLED_OFF, at + 11 * SECOND
        elif ring.shown_at and chance.random() < passes:
            ring.status, ring.answered_by = RingStatus.PASSED, AnsweredBy.CONSOLE
            ring.answered_at = at + chance.randrange(3, 12) * SECOND
            ring.pass_reason = chance.choice(PassReason.values[:3])
        yield ring
        at = transfer.ended_at = ring.answered_at or ring.ends_at
        if ring.status in {RingStatus.ACCEPTED, RingStatus.CALLED_OFF}:
            break
    _end(transfer, chance)


def _ring(transfer: LiveTransfer, agent: Membership, chance: random.Random, *, rung: int, at: datetime) -> Ring:
    """One that nobody answers."""
    ends_at = at + transfer.ring_seconds * SECOND
    shown_at = at + chance.uniform(0.4, 2.5) * SECOND if chance.random() < 0.8 else None
    return Ring(
        transfer=transfer,
        agent=agent,
        rung=rung,
        status=RingStatus.MISSED,
        rung_at=at,
        ends_at=ends_at,
        shown_at=shown_at,
        brief_at=shown_at,
        answered_at=ends_at,
    )


def _take(transfer: LiveTransfer, ring: Ring, chance: random.Random) -> None:
    ring.status = RingStatus.ACCEPTED
    ring.answered_by = AnsweredBy.CONSOLE if ring.shown_at else AnsweredBy.LINK
    ring.answered_at = ring.rung_at + chance.uniform(4, 15) * SECOND
    ring.brief_at = ring.brief_at or ring.answered_at
    transfer.agent, transfer.person = ring.agent, ring.agent.user
    transfer.accepted_at = ring.answered_at


def _end(transfer: LiveTransfer, chance: random.Random) -> None:
    if transfer.accepted_at is None:
        return
    transfer.ended_at = transfer.accepted_at + chance.uniform(18, 70) * SECOND
    if transfer.status == TransferStatus.CONNECTED:
        transfer.told_name_at = transfer.accepted_at + chance.uniform(6, 16) * SECOND
        transfer.connected_at = transfer.ended_at


def _moves(transfer: LiveTransfer) -> Iterator[TransferEvent]:
    """Every move, each by whoever made it."""
    setter, was = transfer.setter, TransferStatus.RINGING
    yield TransferEvent(transfer=transfer, to=was, actor=setter, at=transfer.requested_at)
    if transfer.accepted_at:
        to = TransferStatus.ACCEPTED
        yield TransferEvent(transfer=transfer, was=was, to=to, actor=transfer.agent, at=transfer.accepted_at)
        was = to
    if transfer.ended_at:
        actor = None if transfer.status == TransferStatus.EXPIRED else setter
        yield TransferEvent(transfer=transfer, was=was, to=transfer.status, actor=actor, at=transfer.ended_at)
