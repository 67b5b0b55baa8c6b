"""Whatever agents, ISA and sweep do, in any order: the rules of a live transfer hold.

``DESK_EXAMPLES`` sets how many sequences are tried.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from handoff.errors import BlindTransfer, BriefUnseen, RingOver
from handoff.live.answering import accept, brief_mark, note_shown, pass_on
from handoff.live.auditing import what_transfers_lack
from handoff.live.connecting import cancel, connect, drop, note_name_told
from handoff.live.ladder import NOT_AGAIN
from handoff.live.requesting import request_transfer
from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy
from handoff.states import TRANSFER_MOVES, RingStatus, TransferStatus
from handoff.tests.factories import NOW, ready
from handoff.tests.live.ground import on_call
from leads.models import Lead
from leads.stages import Refused
from leads.states import Via
from notifications.promises.timers import fire_due
from teams.leaving import AlreadyGone, deactivate
from teams.models import Membership
from teams.presence import CannotBeOnCall, go_off_call, go_on_call
from teams.tests import factories as people

EXAMPLES = int(os.environ.get("DESK_EXAMPLES", "20"))
ANY = st.integers(0, 10_000)
AGENTS, LEADS = 3, 3
#: What people do, the usual more often than the rest.
DEEDS = [
    *["request", "wait", "accept", "say_the_name", "connect"] * 4,
    *["show", "pass_on", "go_on_call", "drop"] * 2,
    *["cancel", "go_off_call", "leave", "wait_long"],
]


@contextmanager
def refused(*kinds: type[Exception]) -> Iterator[None]:
    """Let a verb refuse in these ways, as it would to a page: what it wrote is undone."""
    try:
        with transaction.atomic():
            yield
    except kinds:
        pass


class Desk(RuleBasedStateMachine):
    """One team, whose people press at random. ``ended`` is how rings have ended: none changes any more."""

    team_pk: int  # of the team that stands already

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.at: datetime = NOW
        members = Membership.objects.filter(team=self.team_pk).select_related("user", "team").order_by("pk")
        self.agents = [member for member in members if member.is_agent]
        self.boss = next(member for member in members if member.is_lead)
        self.ended: dict[int, str] = {}

    def teardown(self) -> None:
        """However it went, in an hour or so all is over, and each end has its event."""
        try:
            for _ in range(2 * AGENTS + 6):  # of rungs, and more than an accepted one is left alone
                self.at += timedelta(minutes=6)
                fire_due(at=self.at)
            assert not LiveTransfer.objects.under_way().exists()
            self.the_rules_hold()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @initialize(pick=ANY)
    def a_client_is_on_the_phone(self, pick: int) -> None:
        self.request(pick, 0)

    @rule(deed=st.sampled_from(DEEDS), pick=ANY, who=ANY)
    def somebody(self, deed: str, pick: int, who: int) -> None:
        getattr(self, deed)(pick, who)

    def wait(self, pick: int, who: int) -> None:
        """Let a moment pass, or so long that others ring; the sweep may have stopped meanwhile."""
        self.at += timedelta(seconds=(1, 2, 5, 10, 19, 21, 31)[pick % 7])
        if who % 3:
            fire_due(at=self.at)

    def wait_long(self, pick: int, _who: int) -> None:
        """Wait until both are asked, or the agent is let go."""
        self.at += timedelta(minutes=(4, 31)[pick % 2])
        fire_due(at=self.at)

    def request(self, pick: int, _who: int) -> None:
        lead = Lead.objects.filter(team=self.team_pk).order_by("pk")[pick % LEADS]
        is_under_way = LiveTransfer.objects.under_way().filter(lead=lead).exists()
        with refused(Refused):
            request_transfer(lead=lead, setter=Membership.objects.get(pk=lead.isa_id), at=self.at)
            assert not is_under_way

    def show(self, pick: int, _who: int) -> None:
        if ring := self.ring(pick):
            note_shown(ring=ring, at=self.at)

    def accept(self, pick: int, who: int) -> None:
        if ring := self.ring(pick):
            has_read = bool(who % 4)
            talks = LiveTransfer.objects.filter(status=TransferStatus.ACCEPTED, person=ring.agent.user).exists()
            may = has_read and not talks and self.is_ringing(ring)
            did = False
            with refused(RingOver, BriefUnseen):
                mark = brief_mark(ring.transfer) if has_read else "unread"
                accept(ring=ring, brief=mark, by=AnsweredBy.CONSOLE, at=self.at)
                did = True
            assert did == may

    def pass_on(self, pick: int, _who: int) -> None:
        if ring := self.ring(pick):
            did = False
            with refused(RingOver):
                pass_on(ring=ring, by=AnsweredBy.LINK, at=self.at)
                did = True
            assert did == self.is_ringing(ring)

    def say_the_name(self, pick: int, _who: int) -> None:
        if transfer := self.transfer(pick):
            with refused(BlindTransfer):
                note_name_told(transfer=transfer, actor=transfer.setter, at=self.at)
                assert transfer.status == TransferStatus.ACCEPTED

    def connect(self, pick: int, who: int) -> None:
        if transfer := self.transfer(pick):
            with refused(Refused):
                handoff = connect(transfer=transfer, actor=self.actor(transfer, who), via=Via.PAGE, at=self.at)
                assert transfer.told_name_at
                assert handoff.agent_id == transfer.agent_id

    def drop(self, pick: int, who: int) -> None:
        if transfer := self.transfer(pick):
            with refused(Refused):
                drop(transfer=transfer, actor=self.actor(transfer, who), reason="other", at=self.at)

    def cancel(self, pick: int, who: int) -> None:
        if transfer := self.transfer(pick):
            was = transfer.status
            with refused(Refused):
                cancel(transfer=transfer, actor=self.actor(transfer, who), at=self.at)
                assert was == TransferStatus.RINGING

    def go_on_call(self, _pick: int, who: int) -> None:
        with refused(CannotBeOnCall):
            agent = Membership.objects.get(pk=self.agents[who % AGENTS].pk)
            go_on_call(member=agent, until=self.at + timedelta(hours=3), at=self.at)

    def go_off_call(self, _pick: int, who: int) -> None:
        go_off_call(member=self.agents[who % AGENTS], at=self.at)
        assert not Ring.objects.ringing().filter(agent=self.agents[who % AGENTS]).exists()

    def leave(self, _pick: int, who: int) -> None:
        with refused(AlreadyGone):
            deactivate(member=self.agents[who % AGENTS], successor=self.boss, actor=self.boss, at=self.at)

    def transfer(self, pick: int) -> LiveTransfer | None:
        """One of the latest."""
        found = list(LiveTransfer.objects.select_related("lead", "setter__user", "team").order_by("-pk")[:3])
        return found[pick % len(found)] if found else None

    def ring(self, pick: int) -> Ring | None:
        """One of the latest."""
        found = list(Ring.objects.select_related("agent__user", "transfer").order_by("-pk")[:4])
        return found[pick % len(found)] if found else None

    def is_ringing(self, ring: Ring) -> bool:
        """Whether it could be answered when it was loaded."""
        is_over = ring.transfer.status != TransferStatus.RINGING
        return ring.status == RingStatus.RINGING and ring.ends_at > self.at and not is_over

    def actor(self, transfer: LiveTransfer, who: int) -> Membership:
        """The ISA, or an agent, mostly the one who accepted."""
        return [transfer.setter, transfer.agent or self.agents[0], self.agents[who % AGENTS]][who % 3]

    @invariant()
    def the_rules_hold(self) -> None:
        found = LiveTransfer.objects.select_related("handoff", "agent").order_by("pk")
        transfers = list(found.prefetch_related("events", "rings__agent"))
        for transfer in transfers:
            self.its_moves_are_in_the_table_and_have_their_events(transfer)
            self.its_rings_end_once(transfer)
            self.it_is_not_blind(transfer)
        talking = [each.person_id for each in transfers if each.status == TransferStatus.ACCEPTED]
        assert len(set(talking)) == len(talking), "nobody has two clients"
        waiting = [each.lead_id for each in transfers if each.is_under_way]
        assert len(set(waiting)) == len(waiting), "no client has two transfers"
        assert list(what_transfers_lack(self.at)) == [], "whatever is under way has a timer that ends it"

    def its_moves_are_in_the_table_and_have_their_events(self, transfer: LiveTransfer) -> None:
        was = ""
        for event in transfer.events.all():
            assert event.was == was
            assert not was or event.to in TRANSFER_MOVES[TransferStatus(was)]
            was = event.to
        assert was == transfer.status
        assert transfer.is_under_way == (transfer.ended_at is None)

    def its_rings_end_once(self, transfer: LiveTransfer) -> None:
        rings = list(transfer.rings.all())
        statuses = [ring.status for ring in rings]
        assert statuses.count(RingStatus.ACCEPTED) == (transfer.accepted_at is not None)
        assert (RingStatus.RINGING in statuses) == (transfer.status == TransferStatus.RINGING)
        over = set()
        for ring in rings:
            assert ring.agent_id not in over, "who passed or went off call is not rung again"
            over |= {ring.agent_id} if ring.status in NOT_AGAIN else set()
            assert (ring.answered_at is None) == (ring.status == RingStatus.RINGING)
            assert self.ended.get(ring.pk, ring.status) == ring.status
            if ring.status == RingStatus.RINGING:
                assert ring.agent.ended_at is None, "who left is rung no more"
            else:
                self.ended[ring.pk] = ring.status

    def it_is_not_blind(self, transfer: LiveTransfer) -> None:
        if transfer.status in {TransferStatus.ACCEPTED, TransferStatus.CONNECTED}:
            (won,) = (ring for ring in transfer.rings.all() if ring.status == RingStatus.ACCEPTED)
            assert transfer.agent
            assert won.agent_id == transfer.agent_id
            assert won.brief_at
            assert transfer.accepted_at
            assert won.brief_at <= transfer.accepted_at
        if transfer.status == TransferStatus.ACCEPTED and transfer.agent:
            assert transfer.agent.ended_at is None, "who left holds nobody"
        if transfer.status == TransferStatus.CONNECTED:
            assert transfer.handoff
            assert transfer.handoff.agent_id == transfer.agent_id
            assert transfer.accepted_at
            assert transfer.told_name_at
            assert transfer.connected_at
            assert transfer.accepted_at <= transfer.told_name_at <= transfer.connected_at


@pytest.mark.django_db
def test_whatever_people_press_and_whenever_the_sweep_comes_the_rules_hold() -> None:
    first = ready()
    for _ in range(LEADS - 1):
        ready(first.team)
    for _ in range(AGENTS):
        on_call(first)
    people.lead(first.team)
    Desk.team_pk = first.team_id

    patient = settings(
        max_examples=EXAMPLES,
        stateful_step_count=20,
        phases=[Phase.generate, Phase.shrink],
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Desk, settings=patient)
